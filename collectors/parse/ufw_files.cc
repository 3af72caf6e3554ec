#include "collectors/parse/ufw_files.h"

#include <algorithm>
#include <iterator>

#include "collectors/parse/iptables_save.h"
#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

// The last NAME=value of a file the shell reads, without quotes; "" if there is none.
std::string_view setting(std::string_view text, std::string_view name) {
  std::string_view value;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (!line.starts_with(name) || line.substr(name.size()).substr(0, 1) != "=") continue;
    value = trim(line.substr(name.size() + 1));
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'')) {
      value = value.substr(1, value.find(value[0], 1) - 1);
    } else {
      value = value.substr(0, value.find_first_of(" \t#"));
    }
  }
  return value;
}

bool is_yes(std::string_view value) { return value == "yes" || value == "YES"; }

// The rules with the chains' names in them: '%' is "ufw" or "ufw6".
std::string named(std::string_view text, std::string_view prefix) {
  std::string out;
  for (const char c : text) {
    if (c == '%') {
      out += prefix;
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::string_view kPrimaryChains =
    "*filter\n"
    ":%-before-logging-input - [0:0]\n"
    ":%-before-input - [0:0]\n"
    ":%-after-input - [0:0]\n"
    ":%-after-logging-input - [0:0]\n"
    ":%-reject-input - [0:0]\n"
    ":%-track-input - [0:0]\n"
    ":%-before-forward - [0:0]\n"
    ":%-before-logging-forward - [0:0]\n"
    ":%-after-forward - [0:0]\n"
    ":%-after-logging-forward - [0:0]\n"
    ":%-reject-forward - [0:0]\n"
    ":%-track-forward - [0:0]\n"
    "-A INPUT -j %-before-logging-input\n"
    "-A INPUT -j %-before-input\n"
    "-A INPUT -j %-after-input\n"
    "-A INPUT -j %-after-logging-input\n"
    "-A INPUT -j %-reject-input\n"
    "-A INPUT -j %-track-input\n"
    "-A FORWARD -j %-before-logging-forward\n"
    "-A FORWARD -j %-before-forward\n"
    "-A FORWARD -j %-after-forward\n"
    "-A FORWARD -j %-after-logging-forward\n"
    "-A FORWARD -j %-reject-forward\n"
    "-A FORWARD -j %-track-forward\n"
    ":%-logging-deny - [0:0]\n"
    ":%-logging-allow - [0:0]\n"
    ":%-skip-to-policy-input - [0:0]\n"
    ":%-skip-to-policy-forward - [0:0]\n"
    ":%-user-logging-input - [0:0]\n"
    ":%-user-logging-forward - [0:0]\n"
    ":%-user-limit - [0:0]\n"
    ":%-user-limit-accept - [0:0]\n";

Result<std::string> policy_rules(std::string_view defaults, std::string_view setting_name,
                                 std::string_view hook, std::string_view chain) {
  const std::string policy(setting(defaults, setting_name));
  if (policy != "ACCEPT" && policy != "DROP" && policy != "REJECT") {
    return fail(Errc::parse, std::string(setting_name) + " is neither ACCEPT, DROP nor REJECT");
  }
  std::string out = "-A %-skip-to-policy-" + std::string(hook) + " -j " + policy + "\n";
  if (policy == "REJECT") out += "-A %-reject-" + std::string(hook) + " -j REJECT\n";
  return out + ":" + std::string(chain) + (policy == "ACCEPT" ? " ACCEPT" : " DROP") + " [0:0]\n";
}

Result<std::vector<Table>> tables_of(const UfwRules& rules, std::string_view defaults,
                                     IpFamily family) {
  const std::string_view prefix = family == IpFamily::ipv4 ? "ufw" : "ufw6";
  TRY_ASSIGN(const std::string input,
             policy_rules(defaults, "DEFAULT_INPUT_POLICY", "input", "INPUT"));
  TRY_ASSIGN(const std::string forward,
             policy_rules(defaults, "DEFAULT_FORWARD_POLICY", "forward", "FORWARD"));
  std::string text = named(kPrimaryChains, prefix) + named(input + forward, prefix) + "COMMIT\n";
  text += rules.before + "\n" + rules.after + "\n" + rules.user + "\n";
  text += named(
      "*filter\n-A %-before-input -j %-user-input\n"
      "-A %-before-forward -j %-user-forward\nCOMMIT\n",
      prefix);
  return parse_iptables_save(text, family);
}

}  // namespace

bool ufw_enabled(std::string_view configuration) {
  return is_yes(setting(configuration, "ENABLED"));
}

bool ufw_handles_ipv6(std::string_view defaults) { return is_yes(setting(defaults, "IPV6")); }

Result<Ruleset> ufw_ruleset(const UfwFiles& files) {
  // Without IPv6 ufw closes it, except for loopback.
  constexpr std::string_view kClosed = "*filter\n:INPUT DROP\n:FORWARD DROP\nCOMMIT\n";
  Ruleset out;
  TRY_ASSIGN(auto ipv4, tables_of(files.ipv4, files.defaults, IpFamily::ipv4));
  TRY_ASSIGN(auto ipv6, ufw_handles_ipv6(files.defaults)
                            ? tables_of(files.ipv6, files.defaults, IpFamily::ipv6)
                            : parse_iptables_save(kClosed, IpFamily::ipv6));
  std::ranges::move(ipv4, std::back_inserter(out.tables));
  std::ranges::move(ipv6, std::back_inserter(out.tables));
  return out;
}

}  // namespace clawvigil::firewall
