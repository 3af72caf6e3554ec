// The rules ufw(8) loads at start, from its files (ufw-framework(8); /lib/ufw/ufw-init-functions).
//
//   /etc/ufw/ufw.conf        ENABLED=yes
//   /etc/default/ufw         IPV6=yes
//                            DEFAULT_INPUT_POLICY="DROP"
//   /etc/ufw/{before,user,after}{,6}.rules, for iptables-restore:
//     ### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in
//     -A ufw-user-input -p tcp --dport 22 -j ACCEPT
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

struct UfwRules {
  std::string before;
  std::string user;
  std::string after;
};

struct UfwFiles {
  std::string configuration;  // ufw.conf
  std::string defaults;       // /etc/default/ufw
  UfwRules ipv4;
  UfwRules ipv6;  // read only if ufw_handles_ipv6()
};

[[nodiscard]] bool ufw_enabled(std::string_view configuration);
[[nodiscard]] bool ufw_handles_ipv6(std::string_view defaults);

// What `ufw enable` would load, whether it is enabled or not. Errors of parse_iptables_save; parse:
// a default policy that is none.
[[nodiscard]] Result<Ruleset> ufw_ruleset(const UfwFiles& files);

}  // namespace clawvigil::firewall
