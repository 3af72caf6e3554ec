// What iptables-save(8) prints and iptables-restore(8) reads; ufw keeps its rules in it.
//
//   *filter
//   :INPUT DROP [0:0]
//   :ufw-user-input - [0:0]
//   -A INPUT -i lo -j ACCEPT
//   -A ufw-user-input -p tcp -m multiport --dports 80,443 -j ACCEPT
//   COMMIT
//
// Several sections of one table add up, and a chain of the user that is declared again begins anew,
// as with `iptables-restore --noflush`. A match that is not understood is an opaque condition, a
// target that is not understood an opaque verdict: never a guess.
//
// Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

// The tables of one address family. parse: a line that is none of the above; too_large: more than
// kMaxRules.
[[nodiscard]] Result<std::vector<Table>> parse_iptables_save(std::string_view text,
                                                             IpFamily family);

}  // namespace clawvigil::firewall
