// The sums of the sliding windows as time goes on, for whoever goes through the past; recent.h adds
// up one moment. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "collectors/spend/recent.h"

namespace clawvigil::spend {

// Of one home, or one agent. Memory: the minutes of a day in which something was used.
class Windows {
 public:
  // What was used in `minute`. What comes late counts in the windows that still reach so far.
  void add(std::int64_t minute, const Use& use);
  // It is the end of `minute`; minutes ascend.
  void advance(std::int64_t minute);

  [[nodiscard]] const Sums& sums() const { return sums_; }
  [[nodiscard]] std::int64_t requests() const { return requests_; }  // within a day
  // As in Recent.
  [[nodiscard]] std::int64_t last_turn() const;
  // What was used in a slot of the last day.
  [[nodiscard]] Use of_slot(std::int64_t slot) const;

 private:
  struct Minute {
    std::int64_t minute = 0;
    Use use;
  };
  std::deque<Minute> minutes_;                       // of the longest window
  std::array<std::size_t, kWatched.size()> left_{};  // how many of them have left a window
  Sums sums_{};
  std::int64_t requests_ = 0;
  std::int64_t last_turn_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace clawvigil::spend
