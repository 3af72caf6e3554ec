// A text that is the same as long as the rules for packets to this host are.
//
// Pure; any thread.
#pragma once

#include <string>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// The base chains of ingress, prerouting and input with all they lead to, and the sets of their
// tables. Left out: translations and forwarding (containers come and go), counters, sets that rules
// or timeouts fill, and what fail2ban, CrowdSec and sshguard make.
[[nodiscard]] std::string rules_text(const Ruleset& ruleset);

}  // namespace clawvigil::firewall
