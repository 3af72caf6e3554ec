// The statements of a rule of libnftables-json(5), for nft_ruleset.h.
//
// Pure; any thread.
#pragma once

#include <simdjson.h>

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

// The elements of the set or map called `name` in the rule's table; nullptr when there is none.
using FindElements = std::function<std::shared_ptr<const Elements>(std::string_view name)>;

// {"accept": null}, {"jump": {"target": "other"}} … nullopt: no verdict.
[[nodiscard]] std::optional<Verdict> read_verdict(std::string_view name,
                                                  simdjson::dom::element value);

// [[key, verdict], …] of a verdict map.
[[nodiscard]] Elements read_map(simdjson::dom::array members, const std::vector<Key>& keys);

// All of "expr" into one rule, up to its verdict; Rule::text is the caller's.
[[nodiscard]] Rule read_statements(simdjson::dom::array statements, const FindElements& find);

}  // namespace clawvigil::firewall
