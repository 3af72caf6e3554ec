#include <algorithm>
#include <cmath>
#include <limits>

#include "alerts/promql/functions_range.h"
#include "alerts/promql/kahan.h"

namespace clawvigil::promql {
namespace {

double seconds(TimeMs milliseconds) { return static_cast<double>(milliseconds) / 1000; }

// What the counter gained: falls are restarts from zero.
double gained(Points points) {
  double gain = points.back().value - points.front().value;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].value < points[i - 1].value) gain += points[i - 1].value;
  }
  return gain;
}

// The change between the first and the last point, stretched to the borders of the range if they
// are near (within 1.1 intervals), else by half an interval: the series began or ended inside. A
// counter is not stretched to before it was zero.
MaybeValue extrapolated(Points points, const RangeWindow& window, bool counter, bool per_second) {
  if (points.size() < 2) return std::nullopt;
  const double change = counter ? gained(points) : points.back().value - points.front().value;
  const double sampled = seconds(points.back().time - points.front().time);
  const double average = sampled / static_cast<double>(points.size() - 1);
  const double threshold = average * 1.1;
  double to_start = seconds(points.front().time - window.begin);
  if (to_start >= threshold) to_start = average / 2;
  if (counter) {
    double to_zero = to_start;
    if (change > 0 && points.front().value >= 0) {
      to_zero = sampled * (points.front().value / change);
    }
    to_start = to_zero < to_start ? to_zero : to_start;
  }
  double to_end = seconds(window.end - points.back().time);
  if (to_end >= threshold) to_end = average / 2;
  double factor = (sampled + to_start + to_end) / sampled;
  if (per_second) factor /= seconds(window.end - window.begin);
  return change * factor;
}

MaybeValue instant(Points points, bool counter) {
  if (points.size() < 2) return std::nullopt;
  const Point& last = points[points.size() - 1];
  const Point& previous = points[points.size() - 2];
  if (last.time == previous.time) return std::nullopt;
  const bool reset = counter && last.value < previous.value;
  const double change = reset ? last.value : last.value - previous.value;
  return counter ? change / seconds(last.time - previous.time) : change;
}

struct Line {
  double slope = 0;
  double intercept = 0;  // at the time asked for
};

// Least squares, over seconds counted from `origin`.
Line regression(Points points, TimeMs origin) {
  const double first = points.front().value;
  if (std::ranges::all_of(points, [&](const Point& point) { return point.value == first; })) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    return std::isinf(first) ? Line{kNaN, kNaN} : Line{0, first};
  }
  KahanSum sum_x;
  KahanSum sum_y;
  KahanSum sum_xy;
  KahanSum sum_x2;
  for (const Point& point : points) {
    const double x = seconds(point.time - origin);
    sum_x.add(x);
    sum_y.add(point.value);
    sum_xy.add(x * point.value);
    sum_x2.add(x * x);
  }
  const auto n = static_cast<double>(points.size());
  const double x = sum_x.value();
  const double y = sum_y.value();
  const double slope = (sum_xy.value() - x * y / n) / (sum_x2.value() - x * x / n);
  return {slope, y / n - slope * x / n};
}

}  // namespace

MaybeValue rate(Points points, const RangeWindow& window) {
  return extrapolated(points, window, true, true);
}
MaybeValue increase(Points points, const RangeWindow& window) {
  return extrapolated(points, window, true, false);
}
MaybeValue delta(Points points, const RangeWindow& window) {
  return extrapolated(points, window, false, false);
}
MaybeValue irate(Points points, const RangeWindow&) { return instant(points, true); }
MaybeValue idelta(Points points, const RangeWindow&) { return instant(points, false); }

MaybeValue changes(Points points, const RangeWindow&) {
  double count = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double before = points[i - 1].value;
    const double now = points[i].value;
    if (now != before && !(std::isnan(now) && std::isnan(before))) ++count;
  }
  return count;
}

MaybeValue resets(Points points, const RangeWindow&) {
  double count = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i].value < points[i - 1].value) ++count;
  }
  return count;
}

MaybeValue deriv(Points points, const RangeWindow&) {
  if (points.size() < 2) return std::nullopt;
  return regression(points, points.front().time).slope;
}

MaybeValue predict_linear(Points points, const RangeWindow& window) {
  if (points.size() < 2) return std::nullopt;
  const Line line = regression(points, window.now);
  return line.slope * window.parameters.front() + line.intercept;
}

}  // namespace clawvigil::promql
