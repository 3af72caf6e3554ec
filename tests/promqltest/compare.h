// Whether what an expression gave is what its eval expects.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/promqltest/script.h"

namespace clawvigil::promqltest {

using RangeResult = std::vector<std::pair<promql::TimeMs, promql::Value>>;

// "" if they agree, else what was expected. Values agree within a relative 1e-6, Prometheus' own
// tolerance; NaN agrees with NaN.
[[nodiscard]] std::string compare(const Eval& eval, const RangeResult& result);

// For people.
[[nodiscard]] std::string show(const RangeResult& result);

}  // namespace clawvigil::promqltest
