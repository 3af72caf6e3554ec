#include "collectors/spend/wall_clock.h"

namespace clawvigil::spend {

Result<WallClock> wall_clock(const std::string& zone) {
  TRY_ASSIGN(const auto loaded, host::TimeZone::load(zone));
  // Zones change their offset at full hours of the day at most, as far as this is concerned.
  struct Known {
    std::int64_t hour = -1;
    double offset = 0;
  };
  return WallClock([loaded, known = Known()](std::int64_t slot) mutable {
    constexpr double kHour = 3'600;
    constexpr double kDay = 24 * kHour;
    const std::int64_t seconds = slot * usage::kMinutesPerSlot * 60;
    const std::int64_t hour = seconds / 3'600;
    if (hour != known.hour) {
      const SystemTime time{std::chrono::seconds(seconds)};
      const auto utc = static_cast<double>(seconds % 86'400);
      double offset = to_seconds(loaded.time_of_day(time)) - utc;
      if (offset <= -12 * kHour) offset += kDay;  // zones lie between -12 and +14 hours
      if (offset > 14 * kHour) offset -= kDay;
      known = {hour, offset};
    }
    return static_cast<double>(seconds) + known.offset;
  });
}

Result<WallClock> owners_wall_clock(const std::string& zone) {
  auto clock = wall_clock(zone);
  return clock ? std::move(clock) : wall_clock("");
}

}  // namespace clawvigil::spend
