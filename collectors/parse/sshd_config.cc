#include "collectors/parse/sshd_config.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using Values = std::vector<std::string>;

constexpr std::string_view kPort = "port";
constexpr std::string_view kListen = "listenaddress";

enum class Kind { once, repeated };
struct Known {
  Kind kind = Kind::once;
  bool in_match = true;         // may stand in a Match block
  std::string_view means = {};  // the keyword it is another name of
};

const std::map<std::string_view, Known>& known_keywords() {
  static const std::map<std::string_view, Known> kKeywords = {
      {"passwordauthentication", {}},
      {"kbdinteractiveauthentication", {}},
      {"challengeresponseauthentication", {Kind::once, true, "kbdinteractiveauthentication"}},
      {"skeyauthentication", {Kind::once, true, "kbdinteractiveauthentication"}},
      {"permitrootlogin", {}},
      {"usepam", {Kind::once, false}},
      {"authenticationmethods", {}},
      {"authorizedkeysfile", {}},
      {"allowusers", {Kind::repeated}},
      {"denyusers", {Kind::repeated}},
      {"allowgroups", {Kind::repeated}},
      {"denygroups", {Kind::repeated}},
      {kPort, {Kind::repeated, false}},
      {kListen, {Kind::repeated, false}}};
  return kKeywords;
}

// What one pass over the configuration has found: keyword to its values.
using Found = std::map<std::string, Values, std::less<>>;

// One pass, as servconf.c makes it: the first for the server, with Match blocks passed over (but
// for "Match all"), the second for a connection, with nothing but Match blocks.
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
    if (line.arguments.empty() || line.arguments.front().empty()) {
      return fail(Errc::parse, "sshd_config: " + line.keyword + " without value");
    }
    if (!active || (!known->second.in_match && connection_ != nullptr)) return {};
    const std::string_view name =
        known->second.means.empty() ? std::string_view(line.keyword) : known->second.means;
    Values& values = found_[std::string(name)];
    if (known->second.kind == Kind::once && !values.empty()) return {};
    const bool one = name == kPort || name == kListen;  // "ListenAddress HOST rdomain NAME"
    values.insert(values.end(), line.arguments.begin(),
                  one ? line.arguments.begin() + 1 : line.arguments.end());
    return {};
  }

  const SshdConnection* connection_;
  Found found_;
};

std::unexpected<Error> bad_value(std::string_view keyword) {
  return fail(Errc::parse, "sshd_config: " + std::string(keyword) + ": not a value it can have");
}

Result<> read_flag(const Found& found, std::string_view keyword, bool& out) {
  const auto values = found.find(keyword);
  if (values == found.end()) return {};
  const std::string word = to_lower_ascii(values->second.front());
  if (values->second.size() != 1 || (word != "yes" && word != "no")) return bad_value(keyword);
  out = word == "yes";
  return {};
}

Result<> read_root(const Found& found, RootLogin& out) {
  static const std::map<std::string_view, RootLogin> kValues = {
      {"yes", RootLogin::yes},
      {"no", RootLogin::no},
      {"prohibit-password", RootLogin::prohibit_password},
      {"without-password", RootLogin::prohibit_password},
      {"forced-commands-only", RootLogin::forced_commands_only}};
  const auto values = found.find("permitrootlogin");
  if (values == found.end()) return {};
  const auto value = kValues.find(to_lower_ascii(values->second.front()));
  if (value == kValues.end() || values->second.size() != 1) return bad_value("permitrootlogin");
  out = value->second;
  return {};
}

void read_list(const Found& found, std::string_view keyword, Values& out) {
  if (const auto values = found.find(keyword); values != found.end()) out = values->second;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
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

Result<std::set<std::uint16_t>> read_ports(const Found& found) {
  constexpr std::uint16_t kDefaultPort = 22;
  std::set<std::uint16_t> general;
  if (const auto values = found.find(kPort); values != found.end()) {
    for (const std::string& text : values->second) {
      const auto port = parse_port(text);
      if (!port) return bad_value(kPort);
      general.insert(*port);
    }
  }
  if (general.empty()) general.insert(kDefaultPort);
  const auto addresses = found.find(kListen);
  if (addresses == found.end()) return general;
  std::set<std::uint16_t> ports;
  for (const std::string& text : addresses->second) {
    const auto own = port_of_listen(text);
    if (!own) {
      ports.insert(general.begin(), general.end());
      continue;
    }
    const auto port = parse_port(*own);
    if (!port) return bad_value(kListen);
    ports.insert(*port);
  }
  return ports;
}

Result<> apply(const Found& found, SshdSettings& out) {
  TRY(read_flag(found, "passwordauthentication", out.password));
  TRY(read_flag(found, "kbdinteractiveauthentication", out.keyboard));
  TRY(read_flag(found, "usepam", out.pam));
  TRY(read_root(found, out.root));
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
  TRY_ASSIGN(const std::set<std::uint16_t> ports, read_ports(server));
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
    files.push_back(path.starts_with('/') ? path : home + "/" + path);
  }
  return files;
}

}  // namespace clawvigil
