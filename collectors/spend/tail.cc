#include "collectors/spend/tail.h"

#include <algorithm>
#include <cmath>

namespace clawvigil::spend {

namespace {

constexpr double kSmallest = 1.0 / 16;  // the first bin
constexpr double kRare = 1e-3;          // share of samples beyond the level
constexpr double kTail = 0.02;          // share of samples the estimate is made from
constexpr double kPriorShape = 0.15;    // of the tail, before anything was seen: a bit more
constexpr double kPriorWeight = 10;     // than a normal distribution's
constexpr double kHalfLife = 4000;      // samples until one counts half
constexpr double kFaded = 0.1;
constexpr double kLargestWeight = 1e100;
constexpr double kSamplesOfDoubt = 4;  // the level is raised by 5 / sqrt(samples)

}  // namespace

void Tail::add(double deviation) {
  double weight = weight_;
  rare_run_ = samples_ > 0 && deviation > level_ ? rare_run_ + 1 : 0;
  if (rare_run_ > 0) {
    deviation = level_;
    weight /= rare_run_;
  }
  const double octaves = std::log2(std::max(deviation, kSmallest) / kSmallest);
  const auto bin = static_cast<std::size_t>(octaves * kPerOctave);
  bins_[std::min(bin, kBins - 1)] += weight;
  total_ += weight;
  weight_ *= std::exp2(1 / kHalfLife);
  if (weight_ > kLargestWeight) {
    for (double& each : bins_) each /= weight_;
    total_ /= weight_;
    weight_ = 1;
  }
  if (++samples_ >= next_estimate_) {
    level_ = estimate();
    next_estimate_ = samples_ + std::clamp<std::size_t>(samples_ / 16, 1, 32);
  }
}

void Tail::fade() {
  for (double& each : bins_) each *= kFaded;
  total_ *= kFaded;
}

double Tail::estimate() const {
  // Down from the largest, until the tail holds its share or would become what is usual.
  double above = 0;
  double sum_of_bins = 0;  // sum of weight * bin
  std::size_t bin = kBins;
  const auto floor_bin =
      static_cast<std::size_t>(std::log2(std::max(least_ / 2, kSmallest) / kSmallest) * kPerOctave);
  while (bin > floor_bin && above < kTail * total_) {
    --bin;
    above += bins_[bin];
    sum_of_bins += bins_[bin] * static_cast<double>(bin);
  }
  const double threshold = kSmallest * std::exp2(static_cast<double>(bin) / kPerOctave);
  const double samples_above = above / weight_;
  const double mean_log = above > 0 ? (sum_of_bins / above - static_cast<double>(bin) + 0.5) *
                                          std::log(2.0) / kPerOctave
                                    : 0;
  const double shape =
      (mean_log * samples_above + kPriorShape * kPriorWeight) / (samples_above + kPriorWeight);
  const double share = std::max(above / total_, kRare);
  const double level = threshold * std::pow(share / kRare, shape);
  const double doubt = 1 + kSamplesOfDoubt / std::sqrt(total_ / weight_);
  return std::max(level, least_) * doubt;
}

}  // namespace clawvigil::spend
