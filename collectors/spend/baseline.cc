#include "collectors/spend/baseline.h"

#include <algorithm>

namespace clawvigil::spend {

namespace {

using usage::kMinutesPerSlot;

constexpr std::int64_t kSlotsPerDay = std::int64_t{24} * 60 / kMinutesPerSlot;
constexpr std::size_t kLongest = static_cast<std::size_t>(kLongestWindow / kMinutesPerSlot);

constexpr std::int64_t kAroundSlots = 90 / kMinutesPerSlot;  // before and after a time of day

constexpr double kNothing = 1e-9;  // what rounding leaves of a sum

bool is_of_agent(const Watched& watched) {
  return watched.minutes == 60 &&
         (watched.signal == Signal::cost || watched.signal == Signal::tokens);
}

}  // namespace

BaselineBuilder::BaselineBuilder(Of of, WallClock clock)
    : clock_(std::move(clock)), of_home_(of == Of::home) {
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    if (of == Of::agent && !is_of_agent(kWatched[i])) continue;
    watched_.push_back(i);
    detectors_.emplace_back(DetectorOptions{.step_seconds = 60.0 * kMinutesPerSlot,
                                            .memory = static_cast<std::size_t>(usage::kSlotsKept),
                                            .only_up = true,
                                            .least = kWatched[i].least});
    sums_.push_back(0);
    sums_of_day_.emplace_back();
    records_.push_back(0);
  }
}

void BaselineBuilder::add(std::int64_t slot, const Use& use) {
  if (empty_) {
    first_ = slot;
    last_ = slot - 1;
    empty_ = false;
  }
  if (slot <= last_) return;
  while (last_ + 1 < slot) learn(last_ + 1, {});
  learn(slot, use);
}

void BaselineBuilder::learn(std::int64_t slot, const Use& use) {
  last_ = slot;
  last_day_.push_back(use);
  if (last_day_.size() > kLongest + 1) last_day_.pop_front();
  if (of_home_ && use.all.human_turns > 0) written_.push_back(slot);
  const double time = clock_(slot);
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    const Watched& watched = kWatched[watched_[i]];
    const auto slots = static_cast<std::size_t>(watched.minutes / kMinutesPerSlot);
    double& sum = sums_[i];
    sum += use.of(watched.signal);
    if (last_day_.size() > slots) sum -= last_day_[last_day_.size() - 1 - slots].of(watched.signal);
    const double learned = sum < kNothing ? 0 : sum;
    detectors_[i].learn(time, learned);
    std::deque<double>& of_day = sums_of_day_[i];
    of_day.push_back(learned);
    if (of_day.size() <= static_cast<std::size_t>(kSlotsPerDay)) continue;
    records_[i] = std::max(records_[i], of_day.front());
    of_day.pop_front();
  }
}

int BaselineBuilder::written_days(std::int64_t slot) const {
  int days = 0;
  for (std::int64_t day = 1; day <= kDaysOfHabit; ++day) {
    const std::int64_t then = slot - day * kSlotsPerDay;
    const auto next = std::ranges::lower_bound(written_, then - kAroundSlots);
    if (next != written_.end() && *next <= then + kAroundSlots) ++days;
  }
  return days;
}

Baseline BaselineBuilder::baseline(std::int64_t slot) {
  Baseline found{.first_slot = slot};
  if (empty_) return found;
  while (last_ + 1 < slot) learn(last_ + 1, {});
  found.history_days = static_cast<double>(last_ - first_ + 1) / kSlotsPerDay;
  found.known = found.history_days >= kLeastHistoryDays;
  constexpr std::int64_t kHabit = kDaysOfHabit * kSlotsPerDay + kAroundSlots;
  while (!written_.empty() && written_.front() < slot - kHabit) written_.pop_front();
  for (std::int64_t ahead = 0; ahead < Baseline::kSlots; ++ahead) {
    found.written_days[static_cast<std::size_t>(ahead)] = written_days(slot + ahead);
    Levels& levels = found.slots[static_cast<std::size_t>(ahead)];
    for (std::size_t i = 0; i < watched_.size(); ++i) {
      const Bounds bounds = detectors_[i].bounds(clock_(slot + ahead));
      const Bounds::Line& profile = bounds.lines[static_cast<std::size_t>(Part::profile)];
      const double usual = std::max(0.0, profile.centre);
      levels[watched_[i]] = {.usual = usual,
                             .high = usual + profile.unit * kWatched[watched_[i]].caution,
                             .record = records_[i]};
    }
  }
  return found;
}

}  // namespace clawvigil::spend
