#include "collectors/budgets/projection.h"

#include <algorithm>

namespace clawvigil::budgets {

namespace {

constexpr std::chrono::hours kHour{1};
constexpr std::int64_t kHoursPerWeek = 168;
constexpr std::int64_t kWeeks = 4;
constexpr std::int64_t kLeastHours = 2 * kHoursPerWeek;

using usage::begin_of_hour;
using usage::hour_of;

}  // namespace

std::int64_t WeekProfile::first_hour_before(SystemTime now) {
  return hour_of(now) - kWeeks * kHoursPerWeek;
}

std::optional<WeekProfile> WeekProfile::of(std::span<const usage::HourAmount> hours,
                                           std::int64_t first_hour, SystemTime now,
                                           const host::TimeZone& zone) {
  const std::int64_t end = hour_of(now);  // the current hour is not complete
  const std::int64_t begin = std::max(first_hour, first_hour_before(now));
  if (end - begin < kLeastHours) return std::nullopt;
  WeekProfile profile;
  std::array<double, kHoursPerWeek> seen{};
  for (std::int64_t hour = begin; hour < end; ++hour)
    ++seen[zone.hour_of_week(begin_of_hour(hour))];
  for (const usage::HourAmount& used : hours) {
    if (used.hour < begin || used.hour >= end) continue;
    Expected& expected = profile.hours_[zone.hour_of_week(begin_of_hour(used.hour))];
    expected.usd += used.amount.usd;
    expected.tokens += static_cast<double>(used.amount.tokens);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == 0) continue;
    profile.hours_[i].usd /= seen[i];
    profile.hours_[i].tokens /= seen[i];
  }
  return profile;
}

WeekProfile::Expected WeekProfile::between(SystemTime from, SystemTime until,
                                           const host::TimeZone& zone) const {
  Expected sum;
  SystemTime at = from;
  while (at < until) {
    const SystemTime next = std::min(until, begin_of_hour(hour_of(at) + 1));
    const double part = to_seconds(next - at) / to_seconds(kHour);
    const Expected& hour = hours_[zone.hour_of_week(at)];
    sum.usd += hour.usd * part;
    sum.tokens += hour.tokens * part;
    at = next;
  }
  return sum;
}

std::optional<double> at_run_rate(double spent, const Period& period, SystemTime now) {
  constexpr double kLeastShare = 0.2;
  const double whole = to_seconds(period.end - period.begin);
  const double passed = to_seconds(now - period.begin);
  if (passed < kLeastShare * whole || passed <= 0) return std::nullopt;
  return spent * whole / std::min(passed, whole);
}

}  // namespace clawvigil::budgets
