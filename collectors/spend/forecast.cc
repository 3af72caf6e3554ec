#include "collectors/spend/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "collectors/spend/period.h"

namespace clawvigil::spend {

namespace {

constexpr double kDay = 86'400;
constexpr double kWeek = 7 * kDay;
constexpr int kPeriodsBack = 8;
constexpr int kTaps = 5;  // neighbours looked at in each period: things are not quite on time
constexpr double kNeighbourhood = 1.0 / 288;  // of a period, to each side: 5 minutes of a day
constexpr std::size_t kFewest = 4;            // values a forecast is made from
constexpr std::size_t kWarmUp = 32;           // forecasts before a forecaster may be believed
constexpr double kErrorMemory = 1.0 / 1000;
constexpr double kNormal = 1.4826;  // median distance of a normal distribution to its sigma
constexpr double kRootToSigma =
    1.48;  // square of the mean root to the sigma of a normal distribution
constexpr double kShareOfAll = 0.6;  // a time of day is never much calmer than the whole
constexpr double kClearly = 0.95;
constexpr std::size_t kSummaryOf = 255;
constexpr double kResolution = 1e-3;  // differences of a thousandth of the level are noise

struct Middle {
  double median;
  double spread;
};

Middle middle_of(std::span<double> values) {
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  const double median = values[static_cast<std::size_t>(half)];
  for (double& value : values) value = std::abs(value - median);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  return {median, kNormal * values[static_cast<std::size_t>(half)]};
}

}  // namespace

Forecast::Forecast(double step_seconds, double least_spread)
    : least_spread_(least_spread), follow_(std::clamp(step_seconds / kDay, 1.0 / 1024, 1.0 / 8)) {
  forecasters_.push_back({});
  for (const double period : {kDay / step_seconds, kWeek / step_seconds}) {
    if (period >= 4) forecasters_.push_back({.period = period});
  }
}

Expectation Forecast::plain(const Slots& slots, const Forecaster& by, std::int64_t slot) const {
  if (by.period == 0) {
    return {.known = summarised_ > 0, .value = median_, .spread = median_spread_};
  }
  std::array<double, static_cast<std::size_t>(kPeriodsBack * kTaps)> values{};
  std::size_t count = 0;
  int periods = 0;
  const double apart = by.period * kNeighbourhood / 2;
  for (int back = 1; back <= kPeriodsBack; ++back) {
    const double centre = static_cast<double>(slot) - back * by.period;
    if (centre < static_cast<double>(slots.first())) break;
    std::int64_t previous = slots.first() - 1;
    const std::size_t before = count;
    for (int tap = -kTaps / 2; tap <= kTaps / 2; ++tap) {
      const std::int64_t place = std::llround(centre + tap * apart);
      if (place == previous || place >= slot) continue;
      previous = place;
      const double value = slots.at(place);
      if (!std::isnan(value)) values[count++] = value;
    }
    periods += count > before ? 1 : 0;
  }
  if (count < kFewest && periods < 3) return {};
  if (periods < 2) return {};
  const auto [median, spread] = middle_of(std::span(values).first(count));
  return {.known = true, .value = median, .spread = spread};
}

bool Forecast::choose() {
  const auto error = [&](std::size_t i) {
    return std::min(forecasters_[i].error, forecasters_[i].error_with_bias);
  };
  std::size_t best = believed_;
  for (std::size_t i = 0; i < forecasters_.size(); ++i) {
    // Clearly better: two that are as good shall not take turns.
    if (forecasters_[i].judged >= kWarmUp && error(i) < kClearly * error(best)) best = i;
  }
  return std::exchange(believed_, best) != best;
}

Forecast::Views Forecast::look(const Slots& slots, std::int64_t slot) const {
  Views views;
  for (std::size_t i = 0; i < forecasters_.size(); ++i) {
    views.at(i) = plain(slots, forecasters_[i], slot);
  }
  return views;
}

Expectation Forecast::expect(const Views& views) const {
  // A gap at that time in all the past: as ever.
  const std::size_t of = views.at(believed_).known ? believed_ : 0;
  const Forecaster* by = &forecasters_[of];
  Expectation found = views.at(of);
  const bool follows = by->error_with_bias < by->error;
  const double error = follows ? by->error_with_bias : by->error;  // of roots
  if (follows) found.value += by->bias;
  found.spread = std::max({found.spread, kShareOfAll * kRootToSigma * error * error, least_spread_,
                           kResolution * std::abs(median_), 1e-9});
  return found;
}

bool Forecast::learn(const Slots& slots, const Views& views, double believable) {
  const std::size_t due = summarised_ + std::clamp<std::size_t>(summarised_ / 16, 1, 64);
  if (slots.samples() >= due) summarise(slots);
  if (slots.samples() >= next_look_) look_for_rhythm(slots);
  for (std::size_t i = 0; i < forecasters_.size(); ++i) {
    Forecaster& each = forecasters_[i];
    const Expectation& expected = views.at(i);
    if (!expected.known) continue;
    ++each.judged;
    const double gain = std::max(kErrorMemory, 1.0 / static_cast<double>(each.judged));
    const auto learned = [&](double& error, double distance) {
      error += gain * (std::sqrt(distance) - error);
    };
    const double off = believable - expected.value;
    learned(each.error, std::abs(off));
    learned(each.error_with_bias, std::abs(off - each.bias));
    each.bias += follow_ * (off - each.bias);
  }
  return choose();
}

void Forecast::summarise(const Slots& slots) {
  std::array<double, kSummaryOf> values{};
  std::size_t count = 0;
  const std::int64_t apart = std::max<std::int64_t>(1, slots.span() / std::ssize(values));
  for (std::int64_t slot = slots.last(); slot >= slots.first() && count < values.size();
       slot -= apart) {
    const double value = slots.at(slot);
    if (!std::isnan(value)) values[count++] = value;
  }
  if (count == 0) return;
  const auto [median, spread] = middle_of(std::span(values).first(count));
  median_ = median;
  median_spread_ = spread;
  summarised_ = slots.samples();
}

void Forecast::look_for_rhythm(const Slots& slots) {
  next_look_ = slots.samples() + std::min<std::size_t>(slots.samples() / 2, 16'384);
  const auto found = static_cast<double>(find_period(slots));
  if (found == 0) return;
  const bool known = std::ranges::any_of(forecasters_, [&](const Forecaster& each) {
    return std::abs(each.period - found) <= 0.02 * found;
  });
  if (known) return;
  if (forecasters_.size() < kMost) {
    forecasters_.push_back({.period = found});
  } else if (believed_ + 1 != forecasters_.size()) {
    forecasters_.back() = {.period = found};
  }
}

}  // namespace clawvigil::spend
