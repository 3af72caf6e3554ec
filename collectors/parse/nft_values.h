// What a key is compared with of libnftables-json(5), for nft_ruleset.h.
//
// Pure; any thread.
#pragma once

#include <simdjson.h>

#include <string_view>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// The text of a member, "" if there is none.
inline std::string_view text_of(simdjson::dom::element object, const char* name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS) return {};
  return text;
}

// One element of a set, or one value: as many patterns as there are keys.
[[nodiscard]] Element read_element(simdjson::dom::element value, const std::vector<Key>& keys);

}  // namespace clawvigil::firewall
