#include "collectors/parse/git_config.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "collectors/parse/lines.h"
#include "collectors/parse/ruleset_values.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::array<std::string_view, kRemoteHosts> kNames = {
    "local", "internal", "github", "gitlab", "codeberg", "bitbucket", "other"};
constexpr std::size_t kMaxEmailBytes = 254;

struct KnownHost {
  std::string_view name;
  RemoteHost host;
};
constexpr std::array<KnownHost, 4> kKnown = {{{"github.com", RemoteHost::github},
                                              {"gitlab.com", RemoteHost::gitlab},
                                              {"codeberg.org", RemoteHost::codeberg},
                                              {"bitbucket.org", RemoteHost::bitbucket}}};
constexpr std::array<std::string_view, 6> kInternalEndings = {
    ".local", ".lan", ".internal", ".localhost", ".ts.net", ".home.arpa"};
// Loopback, what is private, of a link or of a provider's inside (Tailscale's addresses).
constexpr std::array<std::string_view, 9> kInternalRanges = {
    "127.0.0.0/8",    "::1/128",       "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "100.64.0.0/10", "fc00::/7",   "fe80::/10"};

bool is_internal(const firewall::IpAddress& address) {
  return std::ranges::any_of(kInternalRanges, [&](std::string_view text) {
    const auto range = firewall::parse_address_range(text);
    return range && range->family == address.family && range->range.low <= address.number &&
           address.number <= range->range.high;
  });
}

bool is_internal_name(std::string_view name) {
  if (name.contains(':')) return false;  // an address that is none
  return !name.contains('.') || std::ranges::any_of(kInternalEndings, [&](std::string_view end) {
    return name.ends_with(end);
  });
}

RemoteHost classify(std::string_view host) {
  const std::string lower = to_lower_ascii(host);
  const std::string_view name = lower;
  for (const KnownHost& known : kKnown) {
    if (name == known.name || name.ends_with("." + std::string(known.name))) return known.host;
  }
  const auto address = firewall::parse_address(name.substr(0, name.find('%')));  // without zone
  const bool internal = address ? is_internal(*address) : is_internal_name(name);
  return internal ? RemoteHost::internal : RemoteHost::other;
}

// "user@host:22" to "host", "[::1]:22" to "::1".
std::string_view host_of(std::string_view authority) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

// The value of "name = value" without quotes, escapes and comments.
std::string value_of(std::string_view text) {
  std::string value;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '\\' && i + 1 < text.size()) {
      value += text[++i];
    } else if (!quoted && (c == '#' || c == ';')) {
      break;
    } else {
      value += c;
    }
  }
  return std::string(trim(value));
}

class ConfigReader {
 public:
  GitConfig run(std::string_view text) {
    while (!text.empty()) line(trim(take_line(text)));
    return std::move(config_);
  }

 private:
  void line(std::string_view text) {
    if (text.starts_with('[')) {
      // A setting may follow on the line of its section.
      const std::size_t close = closing(text);
      section(text.substr(1, close - 1));
      text = close < text.size() ? trim(text.substr(close + 1)) : std::string_view();
    }
    const std::size_t equals = text.find('=');
    if (text.empty() || equals == std::string_view::npos) return;
    setting(to_lower_ascii(trim(text.substr(0, equals))), value_of(text.substr(equals + 1)));
  }

  // The ']' that ends a section's head: not one within quotes.
  static std::size_t closing(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '"' && text[i - 1] != '\\') quoted = !quoted;
      if (text[i] == ']' && !quoted) return i;
    }
    return text.size();
  }

  void section(std::string_view head) {
    const std::size_t quote = head.find('"');
    section_ = to_lower_ascii(trim(head.substr(0, quote)));
    name_ = quote == std::string_view::npos ? std::string() : std::string(head.substr(quote));
    if (section_ == "include" || section_ == "includeif") config_.includes = true;
    if (section_.starts_with("remote.")) {  // an old form: [remote.origin]
      name_ = section_;
      section_ = "remote";
    }
  }

  void setting(const std::string& key, const std::string& value) {
    const bool person = section_ == "user" || section_ == "author" || section_ == "committer";
    if (person && key == "email" && !value.empty() && value.size() <= kMaxEmailBytes &&
        config_.emails.size() < GitConfig::kMaxEmails) {
      config_.emails.push_back(to_lower_ascii(value));
    }
    const bool url = section_ == "remote" && (key == "url" || key == "pushurl");
    if (url && remotes_.size() < GitConfig::kMaxRemotes && remotes_.insert(name_).second) {
      config_.remotes.push_back(remote_host_of(value));
    }
    if (section_ == "core" && key == "hookspath") config_.hooks_path = true;
  }

  GitConfig config_;
  std::string section_;
  std::string name_;
  std::set<std::string> remotes_;
};

}  // namespace

std::string_view to_string(RemoteHost host) { return kNames.at(static_cast<std::size_t>(host)); }

RemoteHost remote_host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    if (to_lower_ascii(url.substr(0, scheme)) == "file") return RemoteHost::local;
    const std::string_view rest = url.substr(scheme + 3);
    return classify(host_of(rest.substr(0, rest.find('/'))));
  }
  // As ssh writes it: a colon before the first slash.
  const std::size_t colon = url.find(':');
  const bool remote = colon != std::string_view::npos && colon < url.find('/');
  return remote ? classify(host_of(url.substr(0, colon))) : RemoteHost::local;
}

GitConfig parse_git_config(std::string_view text) { return ConfigReader().run(text); }

}  // namespace clawvigil::parse
