#include "collectors/parse/sudo_rights.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <ranges>
#include <utility>

#include "collectors/parse/wildcard.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse::sudoers {

namespace {

constexpr int kMaxDepth = 64;

bool is_address(std::string_view text) {
  return text.find_first_not_of("0123456789./") == std::string_view::npos &&
         text.find('.') != std::string_view::npos;
}

class Judge {
 public:
  Judge(const Subject& subject, const std::vector<Entry>& entries)
      : subject_(subject), entries_(entries) {
    for (const Entry& entry : entries) {
      if (const auto* alias = std::get_if<Alias>(&entry)) {
        aliases_.try_emplace({alias->kind, alias->name}, &alias->members);
      }
      if (const auto* defaults = std::get_if<Defaults>(&entry)) apply(*defaults);
    }
  }

  SudoRights run() {
    for (const Entry& entry : entries_) {
      const auto* spec = std::get_if<UserSpec>(&entry);
      if (spec == nullptr || !is_subject(spec->users)) continue;
      for (const HostCommands& commands : spec->entries) {
        if (!is_here(commands.hosts)) continue;
        for (const Command& command : commands.commands) take(command);
      }
    }
    return result();
  }

 private:
  using Matches = std::function<bool(std::string_view)>;

  void apply(const Defaults& defaults) {
    const bool holds = defaults.scope == 0 ||
                       (defaults.scope == ':' && is_subject(defaults.whom)) ||
                       (defaults.scope == '@' && is_here(defaults.whom));
    if (!holds) return;
    if (defaults.authenticate) authenticate_ = *defaults.authenticate;
    if (defaults.runas_default) runas_default_ = *defaults.runas_default;
  }

  [[nodiscard]] const List* alias(AliasKind kind, const std::string& name) const {
    const auto found = aliases_.find({kind, name});
    return found == aliases_.end() ? nullptr : found->second;
  }

  // The last member that matches decides; nullopt when none does.
  [[nodiscard]] std::optional<bool> decide(const List& list, AliasKind kind, const Matches& matches,
                                           int depth = 0) const {
    for (const Item& item : std::views::reverse(list)) {
      const List* const members = alias(kind, item.text);
      if (item.text == "ALL") return !item.negated;
      if (members != nullptr) {
        if (depth == kMaxDepth || ++steps_ > kMaxSteps) continue;
        const auto inner = decide(*members, kind, matches, depth + 1);
        if (inner) return item.negated ? !*inner : *inner;
      } else if (matches(item.text)) {
        return !item.negated;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_subject(const List& users) const {
    const auto matches = [this](std::string_view who) {
      if (who.starts_with("%#")) {
        return std::ranges::any_of(subject_.gids,
                                   [&](gid_t gid) { return who.substr(2) == std::to_string(gid); });
      }
      if (who.starts_with('%')) {
        return std::ranges::find(subject_.groups, who.substr(1)) != subject_.groups.end();
      }
      if (who.starts_with('#')) return who.substr(1) == std::to_string(subject_.uid);
      return who == subject_.name;
    };
    return decide(users, AliasKind::user, matches).value_or(false);
  }

  [[nodiscard]] bool is_here(const List& hosts) const {
    const std::string host = to_lower_ascii(subject_.host);
    const std::string_view name = std::string_view(host).substr(0, host.find('.'));
    const bool has_domain = name.size() < host.size();
    const auto matches = [&](std::string_view where) {
      const std::string wanted = to_lower_ascii(where);
      const std::size_t dot = wanted.find('.');
      if (is_address(wanted)) return true;
      if (dot != std::string::npos && has_domain) return matches_pattern(host, wanted);
      return matches_pattern(name, std::string_view(wanted).substr(0, dot));
    };
    return decide(hosts, AliasKind::host, matches).value_or(false);
  }

  [[nodiscard]] bool becomes_root(const Command& command) const {
    const auto matches = [](std::string_view who) {
      return who == "root" || who == "#0" || who == "%root" || who == "%#0";
    };
    if (!command.users) return matches(runas_default_);
    return decide(*command.users, AliasKind::runas, matches).value_or(false);
  }

  void take(const Command& command) {
    if (!becomes_root(command)) return;
    take(command.command, false, !command.password.value_or(authenticate_), 0);
  }

  void take(const Item& item, bool negated, bool free, int depth) {
    const bool denied = negated != item.negated;
    const List* const members = alias(AliasKind::command, item.text);
    if (members != nullptr) {
      if (depth == kMaxDepth || ++steps_ > kMaxSteps) return;
      for (const Item& member : *members) take(member, denied, free, depth + 1);
      return;
    }
    const Right right{.allowed = !denied, .free = free};
    if (item.text == "ALL") {
      all_ = right;
      single_.clear();
    } else if (item.text != "list") {
      single_[item.text] = right;
    }
  }

  [[nodiscard]] SudoRights result() const {
    SudoRights rights;
    rights.all = all_.allowed;
    rights.all_without_password = all_.allowed && all_.free;
    for (const auto& [command, right] : single_) {
      if (!right.allowed || (all_.allowed && (all_.free || !right.free))) continue;
      rights.some = true;
      rights.some_without_password = rights.some_without_password || right.free;
    }
    return rights;
  }

  struct Right {
    bool allowed = false;
    bool free = false;  // without a password
  };
  static constexpr int kMaxSteps = 100'000;  // aliases that hold each other many times

  const Subject& subject_;
  const std::vector<Entry>& entries_;
  std::map<std::pair<AliasKind, std::string>, const List*> aliases_;
  bool authenticate_ = true;
  std::string runas_default_ = "root";
  Right all_;
  std::map<std::string, Right> single_;
  mutable int steps_ = 0;
};

}  // namespace

SudoRights rights_of(const Subject& subject, const std::vector<Entry>& entries) {
  return Judge(subject, entries).run();
}

}  // namespace clawvigil::parse::sudoers
