#include "alerts/engine/runs.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace clawvigil::alerts {

using promql::TimeMs;

namespace {

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

void Runs::push(TimeMs time, double value, TimeMs spacing) {
  if (!runs_.empty()) {
    Run& run = runs_.back();
    if (time <= run.last) return;
    if (same_bits(run.value, value) && time == run.last + spacing) {
      run.last = time;
      return;
    }
  }
  runs_.push_back({time, time, value});
}

void Runs::drop_until(TimeMs time, TimeMs spacing) {
  const auto kept = std::ranges::find_if(runs_, [&](const Run& run) { return run.last > time; });
  runs_.erase(runs_.begin(), kept);
  if (runs_.empty() || runs_.front().first > time) return;
  Run& run = runs_.front();
  run.first += ((time - run.first) / spacing + 1) * spacing;
}

void Runs::drop_after(TimeMs time, TimeMs spacing) {
  while (!runs_.empty() && runs_.back().first > time) runs_.pop_back();
  if (runs_.empty() || runs_.back().last <= time) return;
  Run& run = runs_.back();
  run.last = run.first + (time - run.first) / spacing * spacing;
}

void Runs::points(TimeMs after, TimeMs until, TimeMs spacing,
                  std::vector<promql::Point>& out) const {
  const auto begin = std::ranges::find_if(runs_, [&](const Run& run) { return run.last > after; });
  for (auto run = begin; run != runs_.end() && run->first <= until; ++run) {
    TimeMs time = run->first;
    if (time <= after) time += ((after - time) / spacing + 1) * spacing;
    for (; time <= std::min(run->last, until); time += spacing) out.push_back({time, run->value});
  }
}

bool Runs::ended() const { return !runs_.empty() && promql::is_stale(runs_.back().value); }

}  // namespace clawvigil::alerts
