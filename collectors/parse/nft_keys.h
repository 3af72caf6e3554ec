// What a statement looks at of libnftables-json(5), for nft_ruleset.h.
//
// Pure; any thread.
#pragma once

#include <simdjson.h>

#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// One or (concatenated) several keys.
[[nodiscard]] std::vector<Key> read_keys(simdjson::dom::element expression);

// "ipv4_addr" or ["ipv4_addr", "inet_service"] of a set as keys, so far as their values need it.
[[nodiscard]] std::vector<Key> keys_of_type(simdjson::dom::element type);

}  // namespace clawvigil::firewall
