// Where DNAT and REDIRECT of iptables send a packet.
//
//   172.17.0.2:80   172.17.0.2   :80   [fd00::2]:80
//
// Pure; any thread.
#pragma once

#include <string_view>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// An opaque verdict for what is none of the above: several ports, another address family.
[[nodiscard]] Verdict translation_to(std::string_view text, IpFamily family);

}  // namespace clawvigil::firewall
