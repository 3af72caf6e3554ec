#pragma once
// Days and minutes of a place: zones with daylight saving time, weekends, public holidays. The
// rules are written out here, so that a seed does not depend on the machine's time zone database.
#include <cstdint>
#include <string_view>

namespace clawvigil::spend {

constexpr std::int64_t kDay = 24 * 60;  // minutes

struct Zone {
  enum class Summer { none, europe, america };
  std::string_view name;  // of the IANA database
  int standard;           // minutes east of UTC
  Summer summer;
};

// Minutes east of UTC at a minute (since 1970, UTC).
int offset_at(const Zone& zone, std::int64_t minute);

// The UTC minute of a local one; of a local minute that is skipped in spring, one hour later.
std::int64_t to_utc(const Zone& zone, std::int64_t local_minute);

std::int64_t day_of(int year, unsigned month, unsigned day);  // days since 1970
int weekday_of(std::int64_t day);                             // 0: Sunday
bool is_holiday(const Zone& zone, std::int64_t day);
bool is_month_end(std::int64_t day);  // the last two days of a month and the first

}  // namespace clawvigil::spend
