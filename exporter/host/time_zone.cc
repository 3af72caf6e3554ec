#include "exporter/host/time_zone.h"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>

#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

// What a name below /usr/share/zoneinfo is made of; it never leads out of there.
bool is_zone_name(const std::string& name) {
  constexpr std::size_t kMaxBytes = 64;
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  });
  return plain && name.size() <= kMaxBytes && !name.starts_with('/');
}

cctz::time_point<cctz::seconds> seconds_of(SystemTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return cctz::time_point<cctz::seconds>(cctz::seconds(whole.time_since_epoch().count()));
}

// When the clock first shows `local`, or what comes after it where clocks leap over it.
SystemTime first_moment(const cctz::time_zone& zone, const cctz::civil_second& local) {
  const cctz::time_zone::civil_lookup found = zone.lookup(local);
  const auto& moment =
      found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
  return SystemTime(std::chrono::seconds(moment.time_since_epoch().count()));
}

Duration of_day(int hours, int minutes, int seconds) {
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
}

}  // namespace

struct TimeZone::Zone {
  cctz::time_zone zone;
};

namespace {

// What `zone` holds; that of this host without.
cctz::time_zone zone_of(const auto& zone) { return zone ? zone->zone : cctz::local_time_zone(); }

}  // namespace

Result<TimeZone> TimeZone::load(const std::string& name) {
  if (name.empty()) return TimeZone(nullptr);
  Zone loaded;
  if (!is_zone_name(name) || !cctz::load_time_zone(name, &loaded.zone)) {
    return fail(Errc::not_found, "time zone " + sanitize(name) + ": not installed (tzdata)");
  }
  return TimeZone(std::make_shared<const Zone>(loaded));
}

Duration TimeZone::time_of_day(SystemTime time) const {
  const cctz::civil_second local = cctz::convert(seconds_of(time), zone_of(zone_));
  return of_day(local.hour(), local.minute(), local.second());
}

TimeZone::Period TimeZone::period_of(CalendarUnit unit, SystemTime time) const {
  const cctz::civil_second local = cctz::convert(seconds_of(time), zone_of(zone_));
  const auto period = [&](const auto& begin, const auto& end) {
    return Period{first_moment(zone_of(zone_), cctz::civil_second(begin)),
                  first_moment(zone_of(zone_), cctz::civil_second(end))};
  };
  switch (unit) {
    case CalendarUnit::hour: {
      const cctz::civil_hour hour(local);
      return period(hour, hour + 1);
    }
    case CalendarUnit::day: {
      const cctz::civil_day day(local);
      return period(day, day + 1);
    }
    case CalendarUnit::week: {
      const cctz::civil_day next =
          cctz::next_weekday(cctz::civil_day(local), cctz::weekday::monday);
      constexpr int kDays = 7;
      return period(next - kDays, next);
    }
    case CalendarUnit::month:
      break;
  }
  const cctz::civil_month month(local);
  return period(month, month + 1);
}

std::size_t TimeZone::hour_of_week(SystemTime time) const {
  const cctz::civil_second local = cctz::convert(seconds_of(time), zone_of(zone_));
  const auto day =
      static_cast<std::size_t>(cctz::get_weekday(cctz::civil_day(local)));  // Monday is 0
  constexpr std::size_t kHours = 24;
  return day * kHours + static_cast<std::size_t>(local.hour());
}

std::string TimeZone::date(SystemTime time) const {
  return cctz::format("%Y-%m-%d", seconds_of(time), zone_of(zone_));
}

std::string TimeZone::date_and_time(SystemTime time) const {
  return cctz::format("%Y-%m-%d %H:%M", seconds_of(time), zone_of(zone_));
}

}  // namespace clawvigil::host
