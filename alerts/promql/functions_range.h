// Functions over the points of one series in a range.
#pragma once

#include <optional>
#include <span>

#include "alerts/promql/functions.h"

namespace clawvigil::promql {

using Points = std::span<const Point>;
using MaybeValue = std::optional<double>;

// functions_rate.cc: change over the range, extrapolated to its borders
[[nodiscard]] MaybeValue rate(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue increase(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue delta(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue irate(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue idelta(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue changes(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue resets(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue deriv(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue predict_linear(Points points, const RangeWindow& window);

// functions_over_time.cc
[[nodiscard]] MaybeValue avg_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue count_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue first_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue last_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue mad_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue max_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue min_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue present_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue quantile_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue stddev_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue stdvar_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue sum_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue ts_of_first_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue ts_of_last_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue ts_of_max_over_time(Points points, const RangeWindow& window);
[[nodiscard]] MaybeValue ts_of_min_over_time(Points points, const RangeWindow& window);

}  // namespace clawvigil::promql
