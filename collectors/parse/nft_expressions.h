// The parts of a rule in libnftables-json(5): what a statement looks at, compares with, decides.
//
// Pure; any thread.
#pragma once

#include <simdjson.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// The elements of the set or map called `name` in the rule's table; nullptr when there is none.
using FindElements = std::function<std::shared_ptr<const Elements>(std::string_view name)>;

// One or (concatenated) several keys.
[[nodiscard]] std::vector<Key> read_keys(simdjson::dom::element expression);

// One element of a set, or one value: as many patterns as there are keys.
[[nodiscard]] Element read_element(simdjson::dom::element value, const std::vector<Key>& keys);

// {"accept": null}, {"jump": {"target": "other"}} … nullopt: no verdict.
[[nodiscard]] std::optional<Verdict> read_verdict(std::string_view name,
                                                  simdjson::dom::element value);

// [[key, verdict], …] of a verdict map.
[[nodiscard]] Elements read_map(simdjson::dom::array members, const std::vector<Key>& keys);

// All of "expr" into one rule; `text` and the tables' names are the caller's.
[[nodiscard]] Rule read_statements(simdjson::dom::array statements, const FindElements& find);

// "ipv4_addr" or ["ipv4_addr", "inet_service"] of a set as keys, so far as their values need it.
[[nodiscard]] std::vector<Key> keys_of_type(simdjson::dom::element type);

}  // namespace clawvigil::firewall
