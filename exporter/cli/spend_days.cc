#include "exporter/cli/spend_days.h"

#include <algorithm>
#include <map>
#include <ranges>
#include <string_view>

#include "collectors/spend/baseline.h"
#include "collectors/spend/wall_clock.h"
#include "collectors/usage/history.h"
#include "exporter/base/digits.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::cli {

namespace {

using host::TimeZone;
using spend::kWatched;
using usage::kMinutesPerSlot;

constexpr std::size_t kShown = 30;
constexpr Duration kFresh = std::chrono::seconds(30);
constexpr std::int64_t kSlotsPerDay = std::int64_t{24} * 60 / kMinutesPerSlot;

consteval const spend::Watched& cost_of_a_day() {
  for (const spend::Watched& watched : kWatched) {
    if (watched.signal == spend::Signal::cost && watched.minutes == spend::kLongestWindow) {
      return watched;
    }
  }
  throw "the cost of 24 hours is not watched";
}
constexpr const spend::Watched& kCost = cost_of_a_day();

std::int64_t slot_of(SystemTime time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count() /
         kMinutesPerSlot;
}

SystemTime begin_of(std::int64_t slot) {
  return SystemTime(std::chrono::minutes(slot * kMinutesPerSlot));
}

// "2026-11-22"
web::SpendDay named(std::string_view date) {
  const auto number = [date](std::size_t from, std::size_t digits) {
    return parse_integer<int>(date.substr(from, digits)).value_or(0);
  };
  return {.year = number(0, 4), .month = number(5, 2), .day = number(8, 2)};
}

// Goes through the slots and learns the cost of the 24 hours before each.
class Walk {
 public:
  Walk(const std::map<std::int64_t, double>& slots, const spend::WallClock& clock)
      : slots_(slots),
        clock_(clock),
        first_(slots.begin()->first),
        next_(first_),
        detector_({.step_seconds = 60.0 * kMinutesPerSlot,
                   .memory = static_cast<std::size_t>(usage::kSlotsKept),
                   .only_up = true,
                   .least = kCost.least}) {}

  // What is usual for the day that ends with `end`, as of its beginning, and what it cost.
  void judge(web::SpendDay& day, std::int64_t begin, std::int64_t end) {
    for (; next_ < begin; ++next_) learn(next_);
    day.known =
        begin - first_ >= static_cast<std::int64_t>(spend::kLeastHistoryDays) * kSlotsPerDay;
    const auto bounds = detector_.bounds(clock_(end - 1));
    const auto& profile = bounds.lines.at(static_cast<std::size_t>(spend::Part::profile));
    day.usual = std::max(0.0, profile.centre);
    day.high = day.usual + profile.unit * kCost.caution;
    for (auto slot = slots_.lower_bound(begin); slot != slots_.end() && slot->first < end; ++slot) {
      day.usd += slot->second;
    }
  }

 private:
  [[nodiscard]] double cost(std::int64_t slot) const {
    const auto found = slots_.find(slot);
    return found == slots_.end() ? 0 : found->second;
  }
  void learn(std::int64_t slot) {
    sum_ = std::max(0.0, sum_ + cost(slot) - cost(slot - kSlotsPerDay));
    detector_.learn(clock_(slot), sum_);
  }

  const std::map<std::int64_t, double>& slots_;
  const spend::WallClock& clock_;
  std::int64_t first_;
  std::int64_t next_;
  double sum_ = 0;
  spend::Detector detector_;
};

}  // namespace

Result<std::vector<web::SpendDay>> SpendDays::of(store::Store& store, const std::string& zone,
                                                 Instant now) {
  TRY_ASSIGN(const std::int64_t generation, usage::ledger_generation(store));
  const auto hour = std::chrono::floor<std::chrono::hours>(now.wall).time_since_epoch().count();
  // In zones off by half an hour days begin within an hour of UTC.
  const bool still_good =
      hour == learned_hour_ && zone == learned_zone_ && !days_.empty() && now.wall < end_of_today_;
  if (still_good && (generation == generation_ || now.steady - read_ < kFresh)) return days_;
  if (still_good) {
    TRY(sum_today(store));
  } else {
    TRY(learn(store, zone, now));
    learned_hour_ = hour;
    learned_zone_ = zone;
  }
  generation_ = generation;
  read_ = now.steady;
  return days_;
}

Result<> SpendDays::learn(store::Store& store, const std::string& zone, Instant now) {
  auto calendar = TimeZone::load(zone);
  if (!calendar) calendar = TimeZone::load("");
  if (!calendar) return std::unexpected(calendar.error());
  TRY_ASSIGN(const spend::WallClock clock, spend::owners_wall_clock(zone));
  std::map<std::int64_t, double> slots;
  TRY(usage::each_slot(store, slot_of(now.wall) - usage::kSlotsKept,
                       [&](const usage::PaceOfUsage& row) { slots[row.slot] += row.pace.usd; }));
  days_.clear();
  if (slots.empty()) return {};
  std::vector<TimeZone::Period> periods;  // the latest first
  for (SystemTime at = now.wall; periods.size() < kShown && at >= begin_of(slots.begin()->first);) {
    periods.push_back(calendar->period_of(CalendarUnit::day, at));
    at = periods.back().begin - std::chrono::seconds(1);
  }
  Walk walk(slots, clock);
  for (const TimeZone::Period& period : periods | std::views::reverse) {
    web::SpendDay day = named(calendar->date(period.begin));
    walk.judge(day, slot_of(period.begin), slot_of(period.end));
    days_.push_back(day);
  }
  if (periods.empty()) return {};
  first_slot_of_today_ = slot_of(periods.front().begin);
  end_of_today_ = periods.front().end;
  return {};
}

Result<> SpendDays::sum_today(store::Store& store) {
  double usd = 0;
  TRY(usage::each_slot(store, first_slot_of_today_,
                       [&](const usage::PaceOfUsage& row) { usd += row.pace.usd; }));
  days_.back().usd = usd;
  return {};
}

}  // namespace clawvigil::cli
