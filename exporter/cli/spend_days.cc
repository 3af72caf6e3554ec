#include "exporter/cli/spend_days.h"

#include <algorithm>
#include <cstdio>

#include "collectors/spend/anomaly.h"
#include "collectors/usage/amounts.h"
#include "collectors/usage/history.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::cli {

namespace {

using host::CalendarUnit;
using host::TimeZone;
using std::chrono::days;

constexpr std::size_t kShown = 30;
constexpr Duration kPast = days(112 + 31);  // four months of learning, and what is shown
constexpr Duration kFresh = std::chrono::seconds(30);
constexpr double kDay = 86'400;
constexpr double kLeastUsd = 1;  // differences so small are not worth a mark

std::int64_t hour_of(SystemTime time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

web::SpendDay named(const std::string& date) {
  web::SpendDay day;
  std::sscanf(date.c_str(), "%d-%d-%d", &day.year, &day.month, &day.day);
  return day;
}

std::vector<web::SpendDay> judged(const std::vector<usage::HourAmount>& hours, const TimeZone& zone,
                                  SystemTime until) {
  std::vector<web::SpendDay> all;
  if (hours.empty()) return all;
  spend::Detector detector(
      {.step_seconds = kDay, .memory = 1024, .only_up = true, .least = kLeastUsd});
  auto next = hours.begin();
  SystemTime at =
      zone.period_of(CalendarUnit::day, SystemTime(std::chrono::hours(next->hour))).begin;
  for (double number = 0; at < until; ++number) {
    const SystemTime end = zone.period_of(CalendarUnit::day, at).end;
    web::SpendDay day = named(zone.date(at));
    for (; next != hours.end() && next->hour < hour_of(end); ++next) day.usd += next->amount.usd;
    const spend::Assessment found = detector.learn(number * kDay, day.usd);
    day.known = found.known;
    day.usual = std::max(0.0, found.usual);
    day.high = std::max(found.high, day.usual + kLeastUsd);
    all.push_back(day);
    at = end;
  }
  const std::size_t old = all.size() - std::min(all.size(), kShown);
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(old));
  return all;
}

}  // namespace

Result<std::vector<web::SpendDay>> SpendDays::of(store::Store& store, const std::string& zone,
                                                 Instant now) {
  TRY_ASSIGN(const std::int64_t generation, usage::ledger_generation(store));
  const bool same_day = now.wall < until_;
  const bool recent = !days_.empty() && now.steady - read_ < kFresh;
  if (same_day && (generation == generation_ || recent)) return days_;
  auto calendar = TimeZone::load(zone);
  if (!calendar) calendar = TimeZone::load("");
  if (!calendar) return std::unexpected(calendar.error());
  TRY_ASSIGN(const auto hours, usage::amounts_by_hour(store, {}, hour_of(now.wall - kPast)));
  until_ = calendar->period_of(CalendarUnit::day, now.wall).end;
  days_ = judged(hours, *calendar, until_);
  generation_ = generation;
  read_ = now.steady;
  return days_;
}

}  // namespace clawvigil::cli
