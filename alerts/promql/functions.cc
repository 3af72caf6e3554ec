#include "alerts/promql/functions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "alerts/promql/functions_call.h"
#include "alerts/promql/functions_date.h"
#include "alerts/promql/functions_range.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

double sign(double value) { return value < 0 ? -1 : value > 0 ? 1 : value; }
double radians(double value) { return value * std::numbers::pi / 180; }
double degrees(double value) { return value * 180 / std::numbers::pi; }

constexpr FunctionInfo of_value(std::string_view name, FloatFunction function) {
  return {name, "v", 1, false, ValueType::vector, function};
}
constexpr FunctionInfo of_date(std::string_view name, DateFunction function) {
  return {name, "v", 0, false, ValueType::vector, function};
}
constexpr FunctionInfo of_range(std::string_view name, RangeFunction function,
                                std::string_view arguments = "m") {
  return {name, arguments, arguments.size(), false, ValueType::vector, function};
}
constexpr FunctionInfo with_name(FunctionInfo info) {
  info.keeps_name = true;
  return info;
}
constexpr FunctionInfo of_call(std::string_view name, std::string_view arguments,
                               CallFunction function, ValueType result = ValueType::vector) {
  return {name, arguments, arguments.size(), false, result, function};
}
// The last argument may be left out, or come any number of times.
constexpr FunctionInfo optional_last(FunctionInfo info, bool repeats) {
  info.required -= 1;
  info.repeats = repeats;
  return info;
}

// Sorted by name.
constexpr std::array kFunctions{
    of_value("abs", [](double value) { return std::abs(value); }),
    of_call("absent", "v", call_absent),
    of_call("absent_over_time", "m", call_absent_over_time),
    of_value("acos", [](double value) { return std::acos(value); }),
    of_value("acosh", [](double value) { return std::acosh(value); }),
    of_value("asin", [](double value) { return std::asin(value); }),
    of_value("asinh", [](double value) { return std::asinh(value); }),
    of_value("atan", [](double value) { return std::atan(value); }),
    of_value("atanh", [](double value) { return std::atanh(value); }),
    of_range("avg_over_time", avg_over_time),
    of_value("ceil", [](double value) { return std::ceil(value); }),
    of_range("changes", changes),
    of_call("clamp", "vss", call_clamp),
    of_call("clamp_max", "vs", call_clamp_max),
    of_call("clamp_min", "vs", call_clamp_min),
    of_value("cos", [](double value) { return std::cos(value); }),
    of_value("cosh", [](double value) { return std::cosh(value); }),
    of_range("count_over_time", count_over_time),
    of_date("day_of_month", day_of_month),
    of_date("day_of_week", day_of_week),
    of_date("day_of_year", day_of_year),
    of_date("days_in_month", days_in_month),
    of_value("deg", degrees),
    of_range("delta", delta),
    of_range("deriv", deriv),
    of_call("double_exponential_smoothing", "mss", call_double_exponential_smoothing),
    of_value("exp", [](double value) { return std::exp(value); }),
    with_name(of_range("first_over_time", first_over_time)),
    of_value("floor", [](double value) { return std::floor(value); }),
    of_date("hour", hour_of),
    of_range("idelta", idelta),
    of_range("increase", increase),
    of_range("irate", irate),
    optional_last(of_call("label_join", "vttt", call_label_join), true),
    of_call("label_replace", "vtttt", call_label_replace),
    with_name(of_range("last_over_time", last_over_time)),
    of_value("ln", [](double value) { return std::log(value); }),
    of_value("log10", [](double value) { return std::log10(value); }),
    of_value("log2", [](double value) { return std::log2(value); }),
    of_range("mad_over_time", mad_over_time),
    of_range("max_over_time", max_over_time),
    of_range("min_over_time", min_over_time),
    of_date("minute", minute_of),
    of_date("month", month_of),
    of_call("pi", "", call_pi, ValueType::scalar),
    of_range("predict_linear", predict_linear, "ms"),
    of_range("present_over_time", present_over_time),
    of_range("quantile_over_time", quantile_over_time, "sm"),
    of_value("rad", radians),
    of_range("rate", rate),
    of_range("resets", resets),
    optional_last(of_call("round", "vs", call_round), false),
    of_call("scalar", "v", call_scalar, ValueType::scalar),
    of_value("sgn", sign),
    of_value("sin", [](double value) { return std::sin(value); }),
    of_value("sinh", [](double value) { return std::sinh(value); }),
    of_call("sort", "v", call_sort),
    optional_last(of_call("sort_by_label", "vt", call_sort_by_label), true),
    optional_last(of_call("sort_by_label_desc", "vt", call_sort_by_label_desc), true),
    of_call("sort_desc", "v", call_sort_desc),
    of_value("sqrt", [](double value) { return std::sqrt(value); }),
    of_range("stddev_over_time", stddev_over_time),
    of_range("stdvar_over_time", stdvar_over_time),
    of_range("sum_over_time", sum_over_time),
    of_value("tan", [](double value) { return std::tan(value); }),
    of_value("tanh", [](double value) { return std::tanh(value); }),
    of_call("time", "", call_time, ValueType::scalar),
    of_call("timestamp", "v", call_timestamp),
    of_range("ts_of_first_over_time", ts_of_first_over_time),
    of_range("ts_of_last_over_time", ts_of_last_over_time),
    of_range("ts_of_max_over_time", ts_of_max_over_time),
    of_range("ts_of_min_over_time", ts_of_min_over_time),
    of_call("vector", "s", call_vector),
    of_date("year", year_of),
};
static_assert(std::ranges::is_sorted(kFunctions, {}, &FunctionInfo::name));

constexpr std::array<std::string_view, 20> kUnsupported{
    "end",
    "fill",
    "fill_left",
    "fill_right",
    "histogram_avg",
    "histogram_count",
    "histogram_fraction",
    "histogram_quantile",
    "histogram_quantiles",
    "histogram_stddev",
    "histogram_stdvar",
    "histogram_sum",
    "holt_winters",
    "info",
    "max_of",
    "min_of",
    "range",
    "start",
    "step",
    "timeseries_gen",
};

static_assert(std::ranges::is_sorted(kUnsupported));

}  // namespace

const FunctionInfo* find_function(std::string_view name) {
  const auto* const found = std::ranges::lower_bound(kFunctions, name, {}, &FunctionInfo::name);
  return found != kFunctions.end() && found->name == name ? &*found : nullptr;
}

bool is_unsupported_function(std::string_view name) {
  return std::ranges::binary_search(kUnsupported, name);
}

std::string_view closest_function(std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(kFunctions.size());
  for (const FunctionInfo& info : kFunctions) names.push_back(info.name);
  return closest(name, names);
}

}  // namespace clawvigil::promql
