// The samples of one series on a fixed grid of times, runs of equal values kept as one: an idle
// counter costs 24 bytes however far back one looks.
#pragma once

#include <cstddef>
#include <vector>

#include "alerts/promql/source.h"

namespace clawvigil::alerts {

class Runs {
 public:
  // Appends; times must grow, anything else is left out. Consecutive equal values exactly `spacing`
  // apart join.
  void push(promql::TimeMs time, double value, promql::TimeMs spacing);
  // Forgets what is at or before `time`.
  void drop_until(promql::TimeMs time, promql::TimeMs spacing);
  // Forgets what is later than `time` (the clock went back).
  void drop_after(promql::TimeMs time, promql::TimeMs spacing);
  // Appends the points in (after, until] to `out`.
  void points(promql::TimeMs after, promql::TimeMs until, promql::TimeMs spacing,
              std::vector<promql::Point>& out) const;

  [[nodiscard]] bool empty() const { return runs_.empty(); }
  [[nodiscard]] promql::TimeMs last_time() const { return runs_.back().last; }
  [[nodiscard]] bool ended() const;  // its last sample is a stale marker
  [[nodiscard]] std::size_t bytes() const { return runs_.capacity() * sizeof(Run); }

 private:
  struct Run {
    promql::TimeMs first;
    promql::TimeMs last;
    double value;
  };
  std::vector<Run> runs_;
};

}  // namespace clawvigil::alerts
