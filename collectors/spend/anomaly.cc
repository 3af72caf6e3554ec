#include "collectors/spend/anomaly.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace clawvigil::spend {

namespace {

constexpr double kGain = 1.0 / 16;  // of the running means: the last sixteen values or so
constexpr double kOutlier = 4;      // scales; what is beyond counts as this in running means
constexpr double kScaleMemory = 1.0 / 500;
constexpr double kRootToSigma = 1.48;  // see forecast.cc
constexpr double kDay = 86'400;
// Least levels of the tails, in scales: below them nothing is an anomaly, however regular the
// series has been.
constexpr double kLeastJump = 5;
constexpr double kLeastProfile = 4;
constexpr double kLeastShift = 1;   // four standard deviations of a mean of sixteen
constexpr double kLeastUnrest = 2;  // jumps twice as large as usual, for a while
constexpr double kLeastRun = 24;    // times the same value
constexpr std::int64_t kGap = 12;   // slots without a value after which the last ones say nothing

}  // namespace

std::string_view part_name(Part part) {
  constexpr std::array<std::string_view, kParts> kNames{"jump", "profile", "shift", "unrest",
                                                        "frozen"};
  return kNames.at(static_cast<std::size_t>(part));
}

Assessment Bounds::assess(double value) const {
  Assessment found{
      .known = known, .usual = lines[1].centre, .high = lines[1].centre + lines[1].unit};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const double off = std::clamp(value, line.lowest, line.highest) - line.centre;
    const double distance = only_up ? std::max(off, 0.0) : std::abs(off);
    const double score = (distance + line.offset) / line.unit;
    if (score <= found.score) continue;
    found.score = score;
    found.part = static_cast<Part>(i);
  }
  if (!only_up && value == last && repeated > found.score) {
    found.score = repeated;
    found.part = Part::frozen;
  }
  return found;
}

Detector::Detector(const DetectorOptions& options)
    : options_(options),
      slots_(options.memory),
      forecast_(options.step_seconds, options.least),
      jump_tail_(kLeastJump),
      profile_tail_(kLeastProfile),
      shift_tail_(kLeastShift),
      unrest_tail_(kLeastUnrest),
      frozen_tail_(kLeastRun) {}

std::int64_t Detector::slot_of(double time) const {
  return std::isnan(origin_) ? 0 : std::llround((time - origin_) / options_.step_seconds);
}

double Detector::recent_median() const {
  std::array<double, 5> sorted = recent_;
  const std::size_t count = std::min(recent_count_, recent_.size());
  std::fill(sorted.begin() + static_cast<std::ptrdiff_t>(count), sorted.end(),
            std::numeric_limits<double>::infinity());
  std::ranges::sort(sorted);
  return count == 0 ? 0 : sorted[count / 2];
}

void Detector::remember_recent(double value) {
  recent_[recent_count_ % recent_.size()] = value;
  ++recent_count_;
}

// A few hundred values, or as many as show the rhythm of some days.
bool Detector::enough_history() const {
  const double days = static_cast<double>(slots_.span()) * options_.step_seconds / kDay;
  return slots_.samples() >= 200 || (slots_.samples() >= 60 && days >= 3);
}

Bounds Detector::bounds(double time) const {
  const std::int64_t slot = slot_of(time);
  return bounds_of(slot, forecast_.expect(forecast_.look(slots_, slot)));
}

Bounds Detector::bounds_of(std::int64_t slot, const Expectation& expected) const {
  Bounds found;
  found.known = enough_history();
  found.only_up = options_.only_up;
  if (slots_.empty() || !expected.known) {
    found.known = false;
    return found;
  }
  const double resolution = std::max(options_.least, 1e-9);
  const double jump_scale = std::max(
      {kRootToSigma * jump_root_ * jump_root_, resolution, 1e-3 * std::abs(expected.value)});
  const bool fresh = slot - slots_.last() <= kGap;
  auto& [jump, profile, shift, unrest] = found.lines;
  profile = {.centre = expected.value, .unit = expected.spread * profile_tail_.level()};
  const double rest = 1 - kGain;
  shift = {.centre = expected.value - expected.spread * shift_ * rest / kGain,
           .unit = expected.spread * shift_tail_.level() / kGain,
           .lowest = expected.value - kOutlier * expected.spread,
           .highest = expected.value + kOutlier * expected.spread};
  if (fresh) {
    const double local = recent_median();
    jump = {.centre = local, .unit = jump_scale * jump_tail_.level()};
    unrest = {.centre = local,
              .unit = jump_scale * unrest_tail_.level() / kGain,
              .offset = jump_scale * unrest_ * rest / kGain,
              .lowest = local - kOutlier * jump_scale,
              .highest = local + kOutlier * jump_scale};
    found.last = recent_[(recent_count_ - 1) % recent_.size()];
    found.repeated = (run_ + 1) / frozen_tail_.level();
  }
  return found;
}

Assessment Detector::learn(double time, double value) {
  if (std::isnan(value)) return {};
  if (std::isnan(origin_)) origin_ = time;
  const std::int64_t slot = slot_of(time);
  const Forecast::Views views = forecast_.look(slots_, slot);
  const Expectation expected = forecast_.expect(views);
  const Bounds judged = bounds_of(slot, expected);
  const Assessment found = judged.assess(value);
  if (slots_.empty() || slot >= slots_.last()) {
    const auto cut = [](double z) { return std::clamp(z, -kOutlier, kOutlier); };
    const auto one_sided = [&](double z) {
      return options_.only_up ? std::max(z, 0.0) : std::abs(z);
    };
    if (!slots_.empty() && slot - slots_.last() <= kGap) {
      const double scale = judged.lines[0].unit / std::max(jump_tail_.level(), 1e-9);
      const double off = value - recent_median();
      const double z = std::isfinite(scale) && scale > 0 ? off / scale : 0;
      jump_root_ += std::max(kScaleMemory, 1.0 / static_cast<double>(recent_count_ + 1)) *
                    (std::sqrt(std::abs(off)) - jump_root_);
      unrest_ += kGain * (one_sided(cut(z)) - unrest_);
      jump_tail_.add(one_sided(z));
      unrest_tail_.add(unrest_);
      run_ = value == recent_[(recent_count_ - 1) % recent_.size()] ? run_ + 1 : 0;
      frozen_tail_.add(run_);
    }
    double believable = value;
    if (expected.known) {
      const double z = (value - expected.value) / expected.spread;
      const double limit = expected.spread * std::max(profile_tail_.level(), kLeastProfile);
      believable = std::clamp(value, expected.value - limit, expected.value + limit);
      shift_ += kGain * (cut(z) - shift_);
      profile_tail_.add(one_sided(z));
      shift_tail_.add(one_sided(shift_));
    }
    if (forecast_.learn(slots_, views, believable)) {
      profile_tail_.fade();
      shift_tail_.fade();
    }
    remember_recent(value);
  }
  slots_.put(slot, value);
  return found;
}

}  // namespace clawvigil::spend
