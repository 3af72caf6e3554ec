// One line of a promqltest script: labels and a sequence of values.
//   http_requests{job="api", instance="0"} 0+10x10 _ stale NaN {{count:3}}x2
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/expression.h"

namespace clawvigil::promqltest {

// A native histogram is known to be one, but not what is in it.
struct ScriptValue {
  double number = 0;
  bool histogram = false;
};

struct SeriesLine {
  promql::Labels labels;
  std::vector<std::optional<ScriptValue>> values;  // nullopt: _
};

// Error: what is wrong with the line.
[[nodiscard]] Result<SeriesLine> parse_series(std::string_view line);

// 12.5, -Inf, NaN, 0x1f: the whole text.
[[nodiscard]] std::optional<double> parse_signed(std::string_view text);
// 5m, 1h30m, 0, 90 (seconds).
[[nodiscard]] Result<promql::TimeMs> parse_time(std::string_view text);

}  // namespace clawvigil::promqltest
