#include "alerts/promql/functions_date.h"

#include <cmath>
#include <limits>

#include "alerts/promql/functions.h"

namespace clawvigil::promql {
namespace {

constexpr std::int64_t kDay = 86400;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
std::int64_t floor_modulo(std::int64_t a, std::int64_t b) { return (a % b + b) % b; }

struct Date {
  std::int64_t year = 1970;
  std::int64_t month = 1;
  std::int64_t day = 1;
};

// std::chrono's years end at 32767; an owner's rule may feed anything. The calendar repeats every
// 400 years, of which each begins on a first of March here.
Date date_of(std::int64_t seconds) {
  constexpr std::int64_t kDaysOfEra = 146097;
  constexpr std::int64_t kEpoch = 719468;  // days from 0000-03-01 to 1970-01-01
  const std::int64_t days = floor_divide(seconds, kDay) + kEpoch;
  const std::int64_t era = floor_divide(days, kDaysOfEra);
  const std::int64_t day_of_era = days - era * kDaysOfEra;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t from_march =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * from_march + 2) / 153;
  Date date;
  date.day = from_march - (153 * shifted + 2) / 5 + 1;
  date.month = shifted < 10 ? shifted + 3 : shifted - 9;
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

bool is_leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::int64_t length_of(std::int64_t month, std::int64_t year) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

}  // namespace

std::int64_t seconds_of(double value) {
  constexpr double kLimit = 9223372036854775808.0;       // 2^63
  const bool fits = value < kLimit && value >= -kLimit;  // NaN does not
  return fits ? static_cast<std::int64_t>(value) : std::numeric_limits<std::int64_t>::min();
}

double minute_of(std::int64_t seconds) {
  const std::int64_t minutes = floor_modulo(seconds, 3600) / 60;
  return static_cast<double>(minutes);
}
double hour_of(std::int64_t seconds) {
  const std::int64_t hours = floor_modulo(seconds, kDay) / 3600;
  return static_cast<double>(hours);
}
double day_of_week(std::int64_t seconds) {
  return static_cast<double>(floor_modulo(floor_divide(seconds, kDay) + 4, 7));  // a Thursday
}
double day_of_month(std::int64_t seconds) { return static_cast<double>(date_of(seconds).day); }

double day_of_year(std::int64_t seconds) {
  const Date date = date_of(seconds);
  std::int64_t days = date.day;
  for (std::int64_t month = 1; month < date.month; ++month) days += length_of(month, date.year);
  return static_cast<double>(days);
}

double days_in_month(std::int64_t seconds) {
  const Date date = date_of(seconds);
  return static_cast<double>(length_of(date.month, date.year));
}
double month_of(std::int64_t seconds) { return static_cast<double>(date_of(seconds).month); }
double year_of(std::int64_t seconds) { return static_cast<double>(date_of(seconds).year); }

}  // namespace clawvigil::promql
