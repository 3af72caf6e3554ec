// A clock that only moves when told to.
#pragma once

#include "exporter/base/clock.h"

namespace clawvigil::test {

class ManualClock final : public Clock {
 public:
  // 2026-11-22T00:00:00Z, an hour after the machine started.
  ManualClock() = default;
  explicit ManualClock(Instant now) : now_(now) {}

  [[nodiscard]] Instant now() const override { return now_; }
  void advance(Duration duration) {
    now_.wall += duration;
    now_.steady += std::chrono::duration_cast<SteadyTime::duration>(duration);
  }
  void set_wall(SystemTime wall) { now_.wall = wall; }

 private:
  Instant now_{SystemTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)),
               SteadyTime(std::chrono::hours(1))};
};

}  // namespace clawvigil::test
