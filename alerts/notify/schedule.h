// When messages are due: the rules of time behind the dispatcher. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>

#include "exporter/base/clock.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::notify {

inline constexpr Duration kFlapWindow = std::chrono::hours(1);

// How long a resolve is held back when the alert fired `firings` times within kFlapWindow: not at
// all the first time, then 5 min, doubling up to an hour.
[[nodiscard]] constexpr Duration resolve_hold(std::size_t firings) {
  constexpr Duration kFirst = std::chrono::minutes(5);
  if (firings < 2) return Duration(0);
  return std::min<Duration>(kFirst * (1 << std::min<std::size_t>(firings - 2, 8)),
                            std::chrono::hours(1));
}

// How many messages within an hour a receiver may get, `critical` ones or others: a quarter is kept
// for the critical ones.
[[nodiscard]] constexpr std::size_t hourly_limit(std::size_t limit, bool critical) {
  const std::size_t most = std::max<std::size_t>(limit, 1);
  return critical ? most : std::max<std::size_t>(most - most / 4, 1);
}

// The last time at or before `now` when the clock of the host's zone showed `time_of_day`.
[[nodiscard]] inline SystemTime last_time_of_day(std::chrono::minutes time_of_day, SystemTime now) {
  const std::time_t seconds = to_whole_seconds(now);
  std::tm parts{};
  static_cast<void>(::localtime_r(&seconds, &parts));
  const auto at = [&](int days_back) {
    std::tm day = parts;
    day.tm_mday -= days_back;
    day.tm_hour = static_cast<int>(time_of_day.count() / 60);
    day.tm_min = static_cast<int>(time_of_day.count() % 60);
    day.tm_sec = 0;
    day.tm_isdst = -1;
    return SystemTime(std::chrono::seconds(std::mktime(&day)));
  };
  const SystemTime today = at(0);
  return today <= now ? today : at(1);
}

}  // namespace clawvigil::notify
