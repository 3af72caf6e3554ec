#include "collectors/spend/period.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace clawvigil::spend {

namespace {

constexpr std::int64_t kNewest = 3072;
constexpr std::int64_t kLongest = 1024;
constexpr double kWorthTheName = 0.3;

// Centred by the median, cut at four times the usual deviation, gaps filled by the centre.
std::vector<double> without_outliers(const Slots& slots) {
  std::vector<double> values;
  for (std::int64_t slot = std::max(slots.first(), slots.last() - kNewest + 1);
       slot <= slots.last(); ++slot) {
    values.push_back(slots.at(slot));
  }
  std::vector<double> known;
  std::ranges::copy_if(values, std::back_inserter(known), [](double v) { return !std::isnan(v); });
  const auto median_of = [](std::vector<double>& of) {
    const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
    std::nth_element(of.begin(), middle, of.end());
    return *middle;
  };
  const double centre = median_of(known);
  for (double& value : known) value = std::abs(value - centre);
  const double cut = 4 * 1.4826 * median_of(known);
  for (double& value : values) {
    value = std::isnan(value) ? 0 : std::clamp(value - centre, -cut, cut);
  }
  return values;
}

}  // namespace

std::int64_t find_period(const Slots& slots) {
  if (slots.span() < 12) return 0;
  std::vector<double> values = without_outliers(slots);
  const auto count = static_cast<std::int64_t>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(count);
  double power = 0;
  for (double& value : values) {
    value -= mean;
    power += value * value / static_cast<double>(count);
  }
  if (power <= 0) return 0;
  const std::int64_t longest = std::min(kLongest, count / 3);
  std::vector<double> likeness(static_cast<std::size_t>(longest) + 1, 0);
  for (std::int64_t lag = 1; lag <= longest; ++lag) {
    double sum = 0;
    for (std::int64_t i = lag; i < count; ++i) {
      sum += values[static_cast<std::size_t>(i)] * values[static_cast<std::size_t>(i - lag)];
    }
    likeness[static_cast<std::size_t>(lag)] = sum / (static_cast<double>(count - lag) * power);
  }
  // Neighbours resemble each other without any rhythm: look beyond the first valley.
  std::int64_t lag = 1;
  while (lag < longest && likeness[static_cast<std::size_t>(lag)] > 0) ++lag;
  std::int64_t best = 0;
  for (lag = std::max<std::int64_t>(lag, 4); lag < longest; ++lag) {
    const double here = likeness[static_cast<std::size_t>(lag)];
    const bool peak = here >= likeness[static_cast<std::size_t>(lag - 1)] &&
                      here >= likeness[static_cast<std::size_t>(lag + 1)];
    // A multiple of the rhythm resembles as much: the shortest counts unless clearly worse.
    if (peak && here > kWorthTheName &&
        (best == 0 || here > likeness[static_cast<std::size_t>(best)] + 0.05)) {
      best = lag;
    }
  }
  return best;
}

}  // namespace clawvigil::spend
