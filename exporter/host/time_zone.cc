#include "exporter/host/time_zone.h"

#include <cctz/time_zone.h>

#include <algorithm>
#include <ctime>

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

Duration of_day(int hours, int minutes, int seconds) {
  return std::chrono::hours(hours) + std::chrono::minutes(minutes) + std::chrono::seconds(seconds);
}

}  // namespace

struct TimeZone::Zone {
  cctz::time_zone zone;
};

Result<TimeZone> TimeZone::load(const std::string& name) {
  if (name.empty()) return TimeZone(nullptr);
  Zone loaded;
  if (!is_zone_name(name) || !cctz::load_time_zone(name, &loaded.zone)) {
    return fail(Errc::not_found, "time zone " + sanitize(name) + ": not installed (tzdata)");
  }
  return TimeZone(std::make_shared<const Zone>(loaded));
}

Duration TimeZone::time_of_day(SystemTime time) const {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  if (zone_) {
    const cctz::time_zone::absolute_lookup found = zone_->zone.lookup(
        cctz::time_point<cctz::seconds>(cctz::seconds(whole.time_since_epoch().count())));
    return of_day(found.cs.hour(), found.cs.minute(), found.cs.second());
  }
  const std::time_t seconds = whole.time_since_epoch().count();
  std::tm parts{};
  static_cast<void>(::localtime_r(&seconds, &parts));
  return of_day(parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace clawvigil::host
