// What a series should be now by its own past, in the rhythm in which its past foretold it best.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectors/spend/slots.h"

namespace clawvigil::spend {

struct Expectation {
  bool known = false;
  double value = 0;
  double spread = 0;  // usual distance from it, like a standard deviation; > 0
};

// Several simple forecasters look at the same history: "as ever" (the median of all), "as at this
// time of the last days", "as at this hour of the last weeks", and, where the series has another
// rhythm, that one. Each also in a form that follows the level of the last day. Whoever was right
// most of the time so far is believed: a holiday is judged by the weeks, a growing series by its
// level, a series without rhythm by its median.
class Forecast {
 public:
  // `least_spread`: differences smaller than that are never worth mentioning.
  Forecast(double step_seconds, double least_spread);

  // What each of them says of a slot; computing it is most of the work.
  static constexpr std::size_t kMost = 5;
  using Views = std::array<Expectation, kMost>;
  [[nodiscard]] Views look(const Slots& slots, std::int64_t slot) const;

  // The view of the one that is believed, its spread not too small to be true.
  [[nodiscard]] Expectation expect(const Views& views) const;

  // Judges the forecasters by what came. Call before `value` is put into `slots`. `believable`:
  // the value after cutting what was an anomaly; forecasters are not taught by anomalies.
  // True when from now on another forecaster is believed.
  bool learn(const Slots& slots, const Views& views, double believable);

 private:
  struct Forecaster {
    double period = 0;  // slots; 0: as ever
    double bias = 0;    // how far the last day was from it
    // Mean square root of the distance from the truth: outliers count little in it, yet it is not
    // zero for a series that rests most of the time, as a median would be.
    double error = 0;
    double error_with_bias = 0;
    std::size_t judged = 0;
  };
  [[nodiscard]] Expectation plain(const Slots& slots, const Forecaster& by,
                                  std::int64_t slot) const;
  [[nodiscard]] bool choose();
  void look_for_rhythm(const Slots& slots);
  void summarise(const Slots& slots);

  double least_spread_;
  double follow_;  // share of a difference the bias takes over in each slot
  std::vector<Forecaster> forecasters_;
  std::size_t believed_ = 0;  // of forecasters_
  double median_ = 0;         // of all that is remembered
  double median_spread_ = 0;
  std::size_t summarised_ = 0;  // samples when it was computed
  std::size_t next_look_ = 96;
};

}  // namespace clawvigil::spend
