// One rule of iptables: everything behind "-A CHAIN" (iptables(8), iptables-extensions(8)).
//
//   -p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT
//
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// Never fails: what is not understood is opaque. Any target that is none of iptables' own is a
// jump; whether there is such a chain is seen when it is followed.
[[nodiscard]] Rule parse_iptables_rule(const std::vector<std::string>& words, IpFamily family);

}  // namespace clawvigil::firewall
