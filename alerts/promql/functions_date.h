// Parts of a date, in UTC, of seconds since the epoch; proleptic Gregorian, any 64-bit value.
#pragma once

#include <cstdint>

namespace clawvigil::promql {

[[nodiscard]] double minute_of(std::int64_t seconds);
[[nodiscard]] double hour_of(std::int64_t seconds);
[[nodiscard]] double day_of_week(std::int64_t seconds);  // Sunday is 0
[[nodiscard]] double day_of_month(std::int64_t seconds);
[[nodiscard]] double day_of_year(std::int64_t seconds);
[[nodiscard]] double days_in_month(std::int64_t seconds);
[[nodiscard]] double month_of(std::int64_t seconds);
[[nodiscard]] double year_of(std::int64_t seconds);

}  // namespace clawvigil::promql
