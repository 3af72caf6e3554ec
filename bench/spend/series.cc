#include "bench/spend/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clawvigil::spend_world {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// Hands a window that grows by one sample and loses one at every step.
template <typename Add, typename Remove, typename Value>
Series slide(const Series& series, int minutes, Add add, Remove remove, Value value) {
  Series result(series.size());
  const auto length = static_cast<std::size_t>(minutes) + 1;
  for (std::size_t at = 0; at < series.size(); ++at) {
    if (!std::isnan(series[at])) add(series[at]);
    if (at >= length && !std::isnan(series[at - length])) remove(series[at - length]);
    result[at] = value();
  }
  return result;
}

}  // namespace

Series increase(const Series& counter, int minutes) {
  Series result(counter.size(), kAbsent);
  for (std::size_t at = 1; at < counter.size(); ++at) {
    const std::size_t from = at - std::min(at, static_cast<std::size_t>(minutes));
    result[at] = counter[at] - counter[from];
  }
  return result;
}

Series avg_over_time(const Series& series, int minutes) {
  long double sum = 0;
  long double count = 0;
  const auto add = [&](double value) { sum += value, ++count; };
  const auto remove = [&](double value) { sum -= value, --count; };
  return slide(series, minutes, add, remove,
               [&] { return count == 0 ? kAbsent : static_cast<double>(sum / count); });
}

Series stddev_over_time(const Series& series, int minutes) {
  long double sum = 0;
  long double squares = 0;
  long double count = 0;
  const auto add = [&](long double value) { sum += value, squares += value * value, ++count; };
  const auto remove = [&](long double value) { sum -= value, squares -= value * value, --count; };
  return slide(series, minutes, add, remove, [&] {
    if (count == 0) return kAbsent;
    const long double variance = squares / count - (sum / count) * (sum / count);
    return static_cast<double>(std::sqrt(std::max(0.0L, variance)));
  });
}

Series median_over_time(const Series& series, int minutes) {
  std::vector<double> sorted;
  const auto add = [&](double value) {
    sorted.insert(std::ranges::lower_bound(sorted, value), value);
  };
  const auto remove = [&](double value) { sorted.erase(std::ranges::lower_bound(sorted, value)); };
  return slide(series, minutes, add, remove, [&] {
    if (sorted.empty()) return kAbsent;
    const std::size_t middle = (sorted.size() - 1) / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle] + sorted[middle + 1]) / 2;
  });
}

Series last_over_time(const Series& series, int minutes) {
  Series result(series.size(), kAbsent);
  std::optional<std::size_t> last;
  for (std::size_t at = 0; at < series.size(); ++at) {
    if (!std::isnan(series[at])) last = at;
    if (last && at - *last <= static_cast<std::size_t>(minutes)) result[at] = series[*last];
  }
  return result;
}

Series offset(const Series& series, int minutes) {
  Series result(series.size(), kAbsent);
  const auto by = std::min(series.size(), static_cast<std::size_t>(minutes));
  std::copy(series.begin(), series.end() - static_cast<std::ptrdiff_t>(by),
            result.begin() + static_cast<std::ptrdiff_t>(by));
  return result;
}

Series max_of(const Series& a, const Series& b) {
  return combine(a, b, [](double x, double y) { return std::isnan(x) || y > x ? y : x; });
}

std::vector<Span> firing(const Series& a, const Series& b, int for_minutes) {
  std::vector<Span> result;
  std::size_t held = 0;
  for (std::size_t at = 0; at < a.size(); ++at) {
    held = a[at] > b[at] ? held + 1 : 0;
    const auto wanted = static_cast<std::size_t>(for_minutes) + 1;
    if (held == wanted) result.push_back({at, at + 1});
    if (held > wanted) result.back().to = at + 1;
  }
  return result;
}

std::vector<Span> kept(const std::vector<Span>& spans, std::size_t minutes) {
  std::vector<Span> result;
  for (Span span : spans) {
    if (!result.empty() && span.from <= result.back().to)
      span.from = result.back().from, result.pop_back();
    result.push_back({span.from, span.to + minutes});
  }
  return result;
}

}  // namespace clawvigil::spend_world
