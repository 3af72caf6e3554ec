// One home, or one agent, followed through the past: it learns slot by slot and is looked at minute
// by minute, or slot by slot where no more is known. What came later is never looked at. Pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "collectors/spend/baseline.h"
#include "collectors/spend/windows.h"

namespace clawvigil::spend {

class Track {
 public:
  Track(BaselineBuilder::Of of, WallClock clock) : builder_(of, std::move(clock)) {}

  void add(std::int64_t minute, const Use& use) { windows_.add(minute, use); }
  // All that was known at the end of `minute` was added. Minutes ascend; the last one of every slot
  // is among them.
  void step(std::int64_t minute);

  [[nodiscard]] const Windows& windows() const { return windows_; }
  // Learned once an hour, as the collector does: from the slots before that of the last step().
  // Costs nothing for those of whom it is never asked.
  [[nodiscard]] const Baseline& baseline();

 private:
  Windows windows_;
  BaselineBuilder builder_;
  std::vector<std::pair<std::int64_t, Use>> unlearned_;  // by slot
  Baseline baseline_;
  std::int64_t minute_ = 0;
};

}  // namespace clawvigil::spend
