// The functions of PromQL: their types, for the parser, and what computes them, for the evaluator.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "alerts/promql/ast.h"
#include "alerts/promql/sample.h"

namespace clawvigil::promql {

class Evaluator;

// What a function over a range knows beside its points.
struct RangeWindow {
  TimeMs begin = 0;  // of the range, itself outside
  TimeMs end = 0;
  TimeMs now = 0;                      // of the evaluation
  std::span<const double> parameters;  // the scalar arguments, in their order
};
// Over the points of one series, at least one and none a stale marker; nullopt: no result.
using RangeFunction = std::optional<double> (*)(std::span<const Point>, const RangeWindow&);
using FloatFunction = double (*)(double);       // of each value
using DateFunction = double (*)(std::int64_t);  // of each value as seconds since the epoch, UTC
using CallFunction = Result<Outcome> (*)(Evaluator&, const CallNode&);  // any other

struct FunctionInfo {
  std::string_view name;
  std::string_view arguments;  // a letter each: v vector, m matrix, s scalar, t text
  std::size_t required = 0;    // how many of them
  bool repeats = false;        // the last may come any number of times
  ValueType result = ValueType::vector;
  std::variant<RangeFunction, FloatFunction, DateFunction, CallFunction> implementation;
  bool keeps_name = false;
};

// A value as whole seconds since the epoch, for DateFunction; what fits no integer is the least.
[[nodiscard]] std::int64_t seconds_of(double value);

// nullptr: unknown.
[[nodiscard]] const FunctionInfo* find_function(std::string_view name);
// Names that PromQL has and find_function() does not.
[[nodiscard]] bool is_unsupported_function(std::string_view name);
// Closest known name, or "".
[[nodiscard]] std::string_view closest_function(std::string_view name);

}  // namespace clawvigil::promql
