// How far the samples of a series usually go, and how far they go hardly ever.
//
// Series differ in their tails: the same five sigma are once in a century for one and every day
// for another. So the limit is not a number of sigmas but the level that the series itself would
// exceed once in many thousand samples, estimated from its own largest 2 % by Hill's estimator of
// heavy tails (the idea of SPOT, Siffer et al., KDD 2017, with a histogram in place of a list).
#pragma once

#include <array>
#include <cstddef>

namespace clawvigil::spend {

class Tail {
 public:
  // `least`: the level is never below it, however quiet the series is.
  explicit Tail(double least) : least_(least) {}

  // `deviation` >= 0, in units of the series' own scale. What is beyond the level counts as just
  // at it, and in a run of such the second counts half, the third a third: one incident teaches
  // little, many teach that they are usual.
  void add(double deviation);

  // From now on deviations are measured in another way: what was learned hardly counts any more.
  void fade();

  // The deviation that about one sample in ten thousand exceeds. Higher while little was seen.
  [[nodiscard]] double level() const { return level_; }

 private:
  static constexpr std::size_t kPerOctave = 8;
  static constexpr std::size_t kBins = 24 * kPerOctave;
  [[nodiscard]] double estimate() const;

  double least_;
  double level_ = 0;
  std::array<double, kBins> bins_{};  // by the logarithm of the deviation
  double total_ = 0;
  double weight_ = 1;  // of the next sample: grows, so that old ones fade
  std::size_t samples_ = 0;
  double rare_run_ = 0;  // deviations beyond the level, one after the other
  std::size_t next_estimate_ = 1;
};

}  // namespace clawvigil::spend
