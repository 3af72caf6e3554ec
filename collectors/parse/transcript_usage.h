// The usage object of a transcript entry, under every name OpenClaw itself accepts
// (normalizeUsage):
//
//   {"input":500,"output":41,"cacheRead":1000,"cacheWrite":0,"cost":{…,"total":0.002415}}
//   {"prompt_tokens":1500,"completion_tokens":41,"prompt_tokens_details":{"cached_tokens":1000}}
#pragma once

#include <simdjson.h>

#include <optional>

#include "collectors/parse/token_counts.h"

namespace clawvigil::parse {

struct Usage {
  bool present = false;
  TokenCounts tokens;
  std::optional<double> cost_usd;
};

// NUMBER_OUT_OF_RANGE for more tokens than a call can have; a negative count is 0, as OpenClaw
// reads it. Anything else than an object is no usage.
[[nodiscard]] simdjson::error_code read_usage(simdjson::ondemand::value& value, Usage& usage);

// A number; anything else leaves `out` as it is.
[[nodiscard]] simdjson::error_code read_number(simdjson::ondemand::value& value,
                                               std::optional<double>& out);

}  // namespace clawvigil::parse
