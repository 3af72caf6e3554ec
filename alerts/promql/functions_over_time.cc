#include <algorithm>
#include <cmath>
#include <vector>

#include "alerts/promql/functions_range.h"
#include "alerts/promql/kahan.h"
#include "alerts/promql/ranking.h"

namespace clawvigil::promql {
namespace {

double seconds(const Point& point) { return static_cast<double>(point.time) / 1000; }

std::vector<double> values_of(Points points) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const Point& point : points) values.push_back(point.value);
  return values;
}

// The point that `better` never prefers another to; NaN loses against every number.
template <class Better>
const Point& best_of(Points points, Better better) {
  const Point* best = &points.front();
  for (const Point& point : points) {
    if (std::isnan(best->value) || better(point.value, best->value)) best = &point;
  }
  return *best;
}

double variance(Points points) {
  double count = 0;
  KahanSum mean;
  KahanSum squares;
  for (const Point& point : points) {
    ++count;
    const double delta = point.value - mean.value();
    mean.add(delta / count);
    squares.add(delta * (point.value - mean.value()));
  }
  return squares.value() / count;
}

}  // namespace

MaybeValue avg_over_time(Points points, const RangeWindow&) {
  KahanMean mean;
  for (const Point& point : points) mean.add(point.value);
  return mean.value();
}

MaybeValue count_over_time(Points points, const RangeWindow&) {
  return static_cast<double>(points.size());
}

MaybeValue first_over_time(Points points, const RangeWindow&) { return points.front().value; }
MaybeValue last_over_time(Points points, const RangeWindow&) { return points.back().value; }
MaybeValue present_over_time(Points, const RangeWindow&) { return 1; }

MaybeValue mad_over_time(Points points, const RangeWindow&) {
  std::vector<double> values = values_of(points);
  const double median = quantile(0.5, values);
  for (double& value : values) value = std::abs(value - median);
  return quantile(0.5, std::move(values));
}

MaybeValue max_over_time(Points points, const RangeWindow&) {
  return best_of(points, [](double a, double b) { return a > b; }).value;
}
MaybeValue min_over_time(Points points, const RangeWindow&) {
  return best_of(points, [](double a, double b) { return a < b; }).value;
}

MaybeValue quantile_over_time(Points points, const RangeWindow& window) {
  return quantile(window.parameters.front(), values_of(points));
}

MaybeValue stddev_over_time(Points points, const RangeWindow&) {
  return std::sqrt(variance(points));
}
MaybeValue stdvar_over_time(Points points, const RangeWindow&) { return variance(points); }

MaybeValue sum_over_time(Points points, const RangeWindow&) {
  KahanSum sum;
  for (const Point& point : points) sum.add(point.value);
  return std::isinf(sum.sum) ? sum.sum : sum.value();
}

MaybeValue ts_of_first_over_time(Points points, const RangeWindow&) {
  return seconds(points.front());
}
MaybeValue ts_of_last_over_time(Points points, const RangeWindow&) {
  return seconds(points.back());
}
MaybeValue ts_of_max_over_time(Points points, const RangeWindow&) {
  return seconds(best_of(points, [](double a, double b) { return a >= b; }));
}
MaybeValue ts_of_min_over_time(Points points, const RangeWindow&) {
  return seconds(best_of(points, [](double a, double b) { return a <= b; }));
}

}  // namespace clawvigil::promql
