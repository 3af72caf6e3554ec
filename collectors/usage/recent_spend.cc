#include "collectors/usage/recent_spend.h"

#include <chrono>

namespace clawvigil::usage {

namespace {

template <typename Unit>
std::int64_t number(SystemTime time) {
  return std::chrono::duration_cast<Unit>(time.time_since_epoch()).count();
}

}  // namespace

void RecentSpend::forget_before(SystemTime now) {
  const std::int64_t minute = number<std::chrono::minutes>(now) - kMinutes;
  const std::int64_t hour = number<std::chrono::hours>(now) - kHours;
  for (auto& [home, sums] : homes_) {
    sums.minutes.erase(sums.minutes.begin(), sums.minutes.lower_bound(minute));
    sums.hours.erase(sums.hours.begin(), sums.hours.lower_bound(hour));
  }
}

double RecentSpend::since(const std::string& home, SystemTime from, bool by_minute) const {
  const auto found = homes_.find(home);
  if (found == homes_.end()) return 0;
  const auto& sums = by_minute ? found->second.minutes : found->second.hours;
  const std::int64_t first =
      by_minute ? number<std::chrono::minutes>(from) : number<std::chrono::hours>(from);
  double total = 0;
  for (auto it = sums.upper_bound(first); it != sums.end(); ++it) total += it->second;
  return total;
}

}  // namespace clawvigil::usage
