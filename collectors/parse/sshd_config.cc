#include "collectors/parse/sshd_config.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "collectors/parse/wildcard.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using Values = std::vector<std::string>;

constexpr std::string_view kPort = "port";
constexpr std::string_view kListen = "listenaddress";

constexpr std::string_view kRoot = "permitrootlogin";

enum class Kind { flag, root, list, patterns, port, listen };
struct Known {
  Kind kind = Kind::flag;
  bool in_match = true;         // may stand in a Match block
  std::string_view means = {};  // the keyword it is another name of
  // Values of several lines add up; else the first line wins.
  [[nodiscard]] bool adds_up() const {
    return kind == Kind::patterns || kind == Kind::port || kind == Kind::listen;
  }
};

const std::map<std::string_view, Known>& known_keywords() {
  static const std::map<std::string_view, Known> keywords = {
      {"passwordauthentication", {}},
      {"kbdinteractiveauthentication", {}},
      {"challengeresponseauthentication", {Kind::flag, true, "kbdinteractiveauthentication"}},
      {"skeyauthentication", {Kind::flag, true, "kbdinteractiveauthentication"}},
      {kRoot, {Kind::root}},
      {"usepam", {Kind::flag, false}},
      {"authenticationmethods", {Kind::list}},
      {"authorizedkeysfile", {Kind::list}},
      {"allowusers", {Kind::patterns}},
      {"denyusers", {Kind::patterns}},
      {"allowgroups", {Kind::patterns}},
      {"denygroups", {Kind::patterns}},
      {kPort, {Kind::port, false}},
      {kListen, {Kind::listen, false}}};
  return keywords;
}

// What one pass over the configuration has found: keyword to its values.
using Found = std::map<std::string, Values, std::less<>>;

std::unexpected<Error> bad_value(std::string_view keyword) {
  return fail(Errc::parse, "sshd_config: " + std::string(keyword) + ": not a value it can have");
}

Result<bool> parse_flag(std::string_view keyword, const Values& values) {
  const std::string word = to_lower_ascii(values.front());
  if (values.size() != 1 || (word != "yes" && word != "no")) return bad_value(keyword);
  return word == "yes";
}

Result<RootLogin> parse_root(const Values& values) {
  static const std::map<std::string_view, RootLogin> meanings = {
      {"yes", RootLogin::yes},
      {"no", RootLogin::no},
      {"prohibit-password", RootLogin::prohibit_password},
      {"without-password", RootLogin::prohibit_password},
      {"forced-commands-only", RootLogin::forced_commands_only}};
  const auto value = meanings.find(to_lower_ascii(values.front()));
  if (value == meanings.end() || values.size() != 1) return bad_value(kRoot);
  return value->second;
}

// The port of "host:port", "[address]:port" or ":port"; nullopt for an address alone.
std::optional<std::string_view> port_of_listen(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  if (bracket != std::string_view::npos) text.remove_prefix(bracket + 1);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  if (bracket == std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos) {
    return std::nullopt;  // a bare IPv6 address
  }
  return text.substr(colon + 1);
}

// sshd refuses a bad value even where it does not apply.
Result<> check_values(Kind kind, std::string_view keyword, const Values& values) {
  if (values.empty() || values.front().empty()) return bad_value(keyword);
  if (kind == Kind::flag) TRY(parse_flag(keyword, values));
  if (kind == Kind::root) TRY(parse_root(values));
  if (kind == Kind::port && (values.size() != 1 || !parse_port(values.front()))) {
    return bad_value(keyword);
  }
  if (kind == Kind::listen) {
    const auto port = port_of_listen(values.front());
    if (port && !parse_port(*port)) return bad_value(keyword);
  }
  return {};
}

class Pass {
 public:
  explicit Pass(const SshdConnection* connection) : connection_(connection) {}

  Result<Found> run(const std::vector<SshdLine>& lines) {
    bool active = connection_ == nullptr;
    TRY(walk(lines, connection_ == nullptr ? State::ordinary : State::before_match, active));
    return std::move(found_);
  }

 private:
  enum class State { ordinary, before_match, never };

  Result<> walk(const std::vector<SshdLine>& lines, State state, bool& active) {
    for (const SshdLine& line : lines) {
      if (line.keyword == "include") {
        const bool outside = active;
        State inside = outside ? State::ordinary : State::never;
        if (state == State::before_match) inside = State::before_match;
        for (const auto& included : line.included) {
          TRY(walk(included, inside, active));
          active = outside;
        }
      } else if (line.keyword == "match") {
        TRY_ASSIGN(const auto criteria, parse_match(line.arguments));
        const bool never = state == State::never;
        TRY_ASSIGN(const bool match, matches_all(criteria, never ? nullptr : connection_));
        active = !never && match;
        if (state == State::before_match) state = State::ordinary;
      } else {
        TRY(take(line, active));
      }
    }
    return {};
  }

  Result<> take(const SshdLine& line, bool active) {
    const auto known = known_keywords().find(line.keyword);
    if (known == known_keywords().end()) return {};
    const auto& [name, keyword] = *known;
    TRY(check_values(keyword.kind, name, line.arguments));
    if (!active || (!keyword.in_match && connection_ != nullptr)) return {};
    Values& values = found_[std::string(keyword.means.empty() ? name : keyword.means)];
    if (!keyword.adds_up() && !values.empty()) return {};
    const bool one = keyword.kind == Kind::listen;  // "ListenAddress HOST rdomain NAME"
    values.insert(values.end(), line.arguments.begin(),
                  one ? line.arguments.begin() + 1 : line.arguments.end());
    return {};
  }

  const SshdConnection* connection_;
  Found found_;
};

Result<> read_flag(const Found& found, std::string_view keyword, bool& out) {
  if (const auto values = found.find(keyword); values != found.end()) {
    TRY_ASSIGN(out, parse_flag(keyword, values->second));
  }
  return {};
}

void read_list(const Found& found, std::string_view keyword, Values& out) {
  if (const auto values = found.find(keyword); values != found.end()) out = values->second;
}

// Values have been checked.
std::set<std::uint16_t> read_ports(const Found& found) {
  constexpr std::uint16_t kDefaultPort = 22;
  std::set<std::uint16_t> general;
  if (const auto values = found.find(kPort); values != found.end()) {
    for (const std::string& text : values->second) general.insert(*parse_port(text));
  }
  if (general.empty()) general.insert(kDefaultPort);
  const auto addresses = found.find(kListen);
  if (addresses == found.end()) return general;
  std::set<std::uint16_t> ports;
  for (const std::string& text : addresses->second) {
    if (const auto own = port_of_listen(text)) {
      ports.insert(*parse_port(*own));
    } else {
      ports.insert(general.begin(), general.end());
    }
  }
  return ports;
}

Result<> apply(const Found& found, SshdSettings& out) {
  TRY(read_flag(found, "passwordauthentication", out.password));
  TRY(read_flag(found, "kbdinteractiveauthentication", out.keyboard));
  TRY(read_flag(found, "usepam", out.pam));
  if (const auto values = found.find(kRoot); values != found.end()) {
    TRY_ASSIGN(out.root, parse_root(values->second));
  }
  read_list(found, "authenticationmethods", out.methods);
  read_list(found, "authorizedkeysfile", out.key_files);
  read_list(found, "allowusers", out.allow_users);
  read_list(found, "denyusers", out.deny_users);
  read_list(found, "allowgroups", out.allow_groups);
  read_list(found, "denygroups", out.deny_groups);
  return {};
}

bool any_group(const Values& patterns, const std::vector<std::string>& groups) {
  for (const std::string& group : groups) {
    for (const std::string& pattern : patterns) {
      if (matches_pattern(group, pattern)) return true;
    }
  }
  return false;
}

}  // namespace

Result<SshdSettings> sshd_settings(const std::vector<SshdLine>& lines,
                                   const SshdConnection* connection) {
  SshdSettings settings;
  TRY_ASSIGN(const Found server, Pass(nullptr).run(lines));
  TRY(apply(server, settings));
  const std::set<std::uint16_t> ports = read_ports(server);
  settings.ports.assign(ports.begin(), ports.end());
  if (connection == nullptr) return settings;
  TRY_ASSIGN(const Found matched, Pass(connection).run(lines));
  TRY(apply(matched, settings));
  return settings;
}

bool user_allowed(const SshdSettings& settings, const SshdConnection& connection) {
  const auto named = [&](const std::string& pattern) { return matches_user(connection, pattern); };
  if (std::ranges::any_of(settings.deny_users, named)) return false;
  if (!settings.allow_users.empty() && std::ranges::none_of(settings.allow_users, named)) {
    return false;
  }
  if (any_group(settings.deny_groups, connection.groups)) return false;
  return settings.allow_groups.empty() || any_group(settings.allow_groups, connection.groups);
}

bool password_suffices(const SshdSettings& settings) {
  const bool keyboard = settings.keyboard && settings.pam;
  if (!settings.password && !keyboard) return false;
  if (settings.methods.empty() || settings.methods.front() == "any") return true;
  const auto by_password = [&](std::string_view method) {
    if (method == "password") return settings.password;
    return keyboard && (method == "keyboard-interactive" || method == "keyboard-interactive:pam");
  };
  return std::ranges::any_of(settings.methods, [&](const std::string& list) {
    return std::ranges::all_of(split(list, ','), by_password);
  });
}

std::vector<std::string> key_files_of(const SshdSettings& settings, const std::string& user,
                                      std::uint32_t uid, const std::string& home) {
  std::vector<std::string> files;
  for (const std::string& pattern : settings.key_files) {
    if (to_lower_ascii(pattern) == "none") continue;
    std::string path;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] != '%' || i + 1 == pattern.size()) {
        path += pattern[i];
        continue;
      }
      const char token = pattern[++i];
      if (token == 'h') path += home;
      if (token == 'u') path += user;
      if (token == 'U') path += std::to_string(uid);
      if (token == '%') path += '%';
    }
    if (!path.starts_with('/')) path = home + (home.ends_with('/') ? "" : "/") + path;
    files.push_back(std::move(path));
  }
  return files;
}

}  // namespace clawvigil
