#include "collectors/parse/sudoers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "collectors/parse/sudoers_scanner.h"

namespace clawvigil::parse::sudoers {

namespace {

constexpr std::size_t kMaxProblems = 16;

bool is_upper_word(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_digest(std::string_view text) {
  return text == "sha224" || text == "sha256" || text == "sha384" || text == "sha512";
}

bool is_option(std::string_view text) {
  constexpr std::array<std::string_view, 10> kOptions{
      "ROLE",  "TYPE",      "CWD", "CHROOT", "TIMEOUT", "NOTBEFORE", "NOTAFTER", "APPARMOR_PROFILE",
      "PRIVS", "LIMITPRIVS"};
  return std::ranges::find(kOptions, text) != kOptions.end();
}

bool is_tag(std::string_view text) {
  constexpr std::array<std::string_view, 7> kTags{"PASSWD", "EXEC",       "SETENV",   "LOG_INPUT",
                                                  "FOLLOW", "LOG_OUTPUT", "INTERCEPT"};
  if (text == "MAIL" || text == "NOMAIL") return true;
  if (text.starts_with("NO")) text.remove_prefix(2);
  return std::ranges::find(kTags, text) != kTags.end();
}

class Parser {
 public:
  explicit Parser(std::string_view text) : in_(text) {}

  File run() {
    while (!in_.at_end()) {
      const std::size_t line = in_.line();
      if (!entry()) problem(line);
      in_.next_line();
    }
    return std::move(file_);
  }

 private:
  void problem(std::size_t line) {
    if (file_.problems.size() == kMaxProblems) return;
    file_.problems.push_back({Errc::parse, "line " + std::to_string(line) + ": not understood"});
  }

  bool entry() {
    skip_to_entry();
    if (in_.take_keyword("@includedir") || in_.take_keyword("#includedir")) return include(true);
    if (in_.take_keyword("@include") || in_.take_keyword("#include")) return include(false);
    if (in_.at_line_end(true)) return true;
    const auto start = in_.mark();
    const auto first = in_.word(",=:!()@>");
    if (first == "Defaults") return defaults();
    if (first == "User_Alias") return aliases(AliasKind::user);
    if (first == "Runas_Alias") return aliases(AliasKind::runas);
    if (first == "Host_Alias") return aliases(AliasKind::host);
    if (first == "Cmnd_Alias" || first == "Cmd_Alias") return aliases(AliasKind::command);
    in_.reset(start);
    return user_spec();
  }

  // Blanks before an entry, but not what may be "#include".
  void skip_to_entry() {
    const auto start = in_.mark();
    if (in_.peek() == ' ' || in_.peek() == '\t') in_.skip_blanks(true);
    if (in_.peek() == '\n') in_.reset(start);
  }

  bool include(bool directory) {
    in_.skip_blanks();
    const auto path = in_.path();
    if (!path || !in_.at_line_end()) return false;
    file_.entries.emplace_back(Include{directory, *path});
    return true;
  }

  bool negations() {
    bool negated = false;
    while (in_.take('!', true)) negated = !negated;
    in_.skip_blanks(true);
    return negated;
  }

  std::optional<Item> member() {
    Item item;
    item.negated = negations();
    auto text = in_.word();
    if (!text) return std::nullopt;
    item.text = std::move(*text);
    return item;
  }

  bool list(List& out) {
    do {
      in_.skip_blanks(true);
      auto item = member();
      if (!item) return false;
      out.push_back(std::move(*item));
    } while (in_.take(','));
    return true;
  }

  bool aliases(AliasKind kind) {
    do {
      in_.skip_blanks();
      Alias alias{kind, in_.word().value_or(""), {}};
      if (!is_upper_word(alias.name) || !in_.take('=')) return false;
      const bool read = kind == AliasKind::command ? commands_of(alias) : list(alias.members);
      if (!read) return false;
      file_.entries.emplace_back(std::move(alias));
    } while (in_.take(':'));
    return in_.at_line_end();
  }

  bool commands_of(Alias& alias) {
    do {
      auto item = command_item();
      if (!item) return false;
      alias.members.push_back(std::move(*item));
    } while (in_.take(','));
    return true;
  }

  // [sha256:… [, sha512:…]] [!] command
  std::optional<Item> command_item() {
    while (true) {
      in_.skip_blanks();
      const auto start = in_.mark();
      const auto name = in_.word();
      if (!name || !is_digest(*name) || !in_.take(':')) {
        in_.reset(start);
        break;
      }
      in_.skip_blanks();
      if (!in_.word(",:!()")) return std::nullopt;  // base64 may end in '='
      in_.take(',');
    }
    Item item;
    item.negated = negations();
    auto text = in_.command();
    if (!text) return std::nullopt;
    item.text = std::move(*text);
    return item;
  }

  bool runas(Command& command) {
    if (!in_.take('(')) return true;
    List users;
    in_.skip_blanks(true);
    const bool named = in_.peek() != ')' && in_.peek() != ':';
    if (named && !list(users)) return false;
    List groups;
    if (in_.take(':')) {
      in_.skip_blanks(true);
      if (in_.peek() != ')' && !list(groups)) return false;
    }
    command.users = std::move(users);
    return in_.take(')');
  }

  // Options and tags; both hold for the commands that follow as well.
  bool modifiers(Command& command) {
    while (true) {
      in_.skip_blanks();
      const auto start = in_.mark();
      const auto name = in_.word();
      if (name && is_option(*name) && in_.take('=')) {
        in_.skip_blanks();
        if (!in_.word(",:")) return false;
        continue;
      }
      if (name && is_tag(*name) && in_.take(':')) {
        if (name->ends_with("PASSWD")) command.password = *name == "PASSWD";
        continue;
      }
      in_.reset(start);
      return true;
    }
  }

  bool commands(std::vector<Command>& out) {
    Command current;
    do {
      in_.skip_blanks();
      if (!runas(current) || !modifiers(current)) return false;
      auto item = command_item();
      if (!item) return false;
      current.command = std::move(*item);
      out.push_back(current);
    } while (in_.take(','));
    return true;
  }

  bool user_spec() {
    UserSpec spec;
    if (!list(spec.users)) return false;
    do {
      HostCommands entry;
      if (!list(entry.hosts) || !in_.take('=') || !commands(entry.commands)) return false;
      spec.entries.push_back(std::move(entry));
    } while (in_.take(':'));
    if (!in_.at_line_end()) return false;
    file_.entries.emplace_back(std::move(spec));
    return true;
  }

  bool defaults() {
    Defaults found;
    constexpr std::string_view kScopes = ":@!>";
    if (kScopes.find(in_.peek()) != std::string_view::npos && in_.peek() != '\0') {
      found.scope = in_.peek();
      in_.take(found.scope);
      // Commands with arguments cannot be told from settings here; they are not kept anyway.
      if (found.scope == '!' || found.scope == '>') return true;
      if (!list(found.whom)) return false;
    }
    do {
      if (!setting(found)) return false;
    } while (in_.take(','));
    if (!in_.at_line_end()) return false;
    if (found.authenticate || found.runas_default) file_.entries.emplace_back(std::move(found));
    return true;
  }

  bool setting(Defaults& found) {
    const bool negated = negations();
    const auto name = in_.word(",=:!()+-");
    if (!name) return false;
    std::optional<std::string> value;
    if (in_.take('+') || in_.take('-') || in_.peek() == '=' || next_is_assignment()) {
      if (!in_.take('=')) return false;
      in_.skip_blanks();
      value = in_.word(",");
      if (!value) return false;
    }
    if (*name == "authenticate") found.authenticate = !negated;
    if (*name == "runas_default" && value) found.runas_default = *value;
    return true;
  }
  bool next_is_assignment() {
    in_.skip_blanks();
    return in_.peek() == '=';
  }

  Scanner in_;
  File file_;
};

}  // namespace

File parse_file(std::string_view text) { return Parser(text).run(); }

bool is_drop_in(std::string_view name) {
  return !name.empty() && name.find('.') == std::string_view::npos && !name.ends_with('~');
}

}  // namespace clawvigil::parse::sudoers
