// What is usual for a home, or an agent, within the next hour: learned from the pace of the last
// seventy days, in slots of five minutes, each compared with the same time of day and of week.
//
// Only the profile of the detector (anomaly.h) is used: what comes next is judged for an hour by
// what was known at its beginning, so that little is kept and nothing is computed in between.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "collectors/spend/anomaly.h"
#include "collectors/spend/watched.h"

namespace clawvigil::spend {

// Seconds of the owner's wall clock for a slot: rhythms of people move with daylight saving time.
using WallClock = std::function<double(std::int64_t slot)>;

struct Level {
  double usual = 0;
  double high = 0;    // from here on it is an alarm
  double record = 0;  // the most there was within such a window until a day ago
  // 0: as usual or less; 1: an alarm; grows in proportion to the distance from `usual`.
  [[nodiscard]] double score(double value) const {
    return value <= usual ? 0 : (value - usual) / (high - usual);
  }
};
using Levels = std::array<Level, kWatched.size()>;

struct Baseline {
  static constexpr std::int64_t kSlots = 13;  // five minutes each: an hour, and a late run
  std::int64_t first_slot = 0;
  bool known = false;       // false: too little history
  double history_days = 0;  // since the first use
  // Of each slot: on how many of the kDaysOfHabit days before somebody wrote within 90
  // minutes of this time of day. Homes only.
  std::array<int, kSlots> written_days{};
  std::array<Levels, kSlots> slots{};

  [[nodiscard]] bool covers(std::int64_t slot) const {
    return slot >= first_slot && slot < first_slot + kSlots;
  }
  // `slot` must be covered.
  [[nodiscard]] const Levels& at(std::int64_t slot) const {
    return slots.at(static_cast<std::size_t>(slot - first_slot));
  }
};

// History shorter than this says nothing about a week.
inline constexpr double kLeastHistoryDays = 3;
inline constexpr std::int64_t kDaysOfHabit = 28;
inline constexpr std::int64_t kLeastHabitDays = 14;  // fewer say nothing about an hour

class BaselineBuilder {
 public:
  // home: all that is watched; agent: cost and tokens of the last hour only.
  enum class Of : std::uint8_t { home, agent };
  BaselineBuilder(Of of, WallClock clock);

  // Slots in ascending order, from the first with any use; those left out had none.
  void add(std::int64_t slot, const Use& use);

  // As of the end of the slot before `slot`; what was added later is not known yet.
  [[nodiscard]] Baseline baseline(std::int64_t slot);

 private:
  void learn(std::int64_t slot, const Use& use);
  [[nodiscard]] int written_days(std::int64_t slot) const;

  WallClock clock_;
  std::vector<std::size_t> watched_;  // indices of kWatched
  std::vector<Detector> detectors_;   // of watched_
  std::vector<double> sums_;          // of the windows of watched_
  // What goes on today is compared with the days before it.
  std::vector<std::deque<double>> sums_of_day_;  // of watched_, the last 24 hours
  std::vector<double> records_;                  // of watched_, before those
  std::deque<Use> last_day_;
  bool of_home_;
  std::deque<std::int64_t> written_;  // slots of the days of habit in which somebody wrote
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  bool empty_ = true;
};

}  // namespace clawvigil::spend
