// What a key is compared with of libnftables-json(5), for nft_ruleset.h.
//
// Pure; any thread.
#pragma once

#include <simdjson.h>

#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// One element of a set, or one value: as many patterns as there are keys.
[[nodiscard]] Element read_element(simdjson::dom::element value, const std::vector<Key>& keys);

}  // namespace clawvigil::firewall
