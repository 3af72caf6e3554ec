#include "bench/spend/calendar.h"

#include <array>
#include <chrono>
#include <utility>

namespace clawvigil::spend {
namespace {

namespace chrono = std::chrono;
using chrono::Sunday;

template <typename Date>
std::int64_t days(Date date) {
  return chrono::sys_days{date}.time_since_epoch().count();
}

chrono::year_month_day date_of(std::int64_t day) { return chrono::sys_days{chrono::days{day}}; }

// UTC minutes between which the clocks of a year are an hour ahead.
std::pair<std::int64_t, std::int64_t> summer_of(const Zone& zone, chrono::year year) {
  if (zone.summer == Zone::Summer::europe) {
    return {days(year / chrono::March / Sunday[chrono::last]) * kDay + 60,
            days(year / chrono::October / Sunday[chrono::last]) * kDay + 60};
  }
  return {days(year / chrono::March / Sunday[2]) * kDay + 120 - zone.standard,
          days(year / chrono::November / Sunday[1]) * kDay + 60 - zone.standard};
}

// Easter Sunday, by the algorithm of Meeus, Jones and Butcher.
std::int64_t easter(int year) {
  const int a = year % 19;
  const int b = year / 100;
  const int c = year % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int sum = h + l - 7 * m + 114;
  return day_of(year, static_cast<unsigned>(sum / 31), static_cast<unsigned>(sum % 31 + 1));
}

struct Fixed {
  unsigned month;
  unsigned day;
};
constexpr std::array kEurope{Fixed{1, 1},   Fixed{5, 1},   Fixed{10, 3}, Fixed{12, 24},
                             Fixed{12, 25}, Fixed{12, 26}, Fixed{12, 31}};
constexpr std::array kAmerica{Fixed{1, 1},   Fixed{6, 19},  Fixed{7, 4},  Fixed{11, 11},
                              Fixed{12, 24}, Fixed{12, 25}, Fixed{12, 31}};

bool is_among(const auto& holidays, chrono::year_month_day date) {
  for (const Fixed& holiday : holidays) {
    if (date.month() == chrono::month(holiday.month) && date.day() == chrono::day(holiday.day)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::int64_t day_of(int year, unsigned month, unsigned day) {
  return days(chrono::year(year) / chrono::month(month) / chrono::day(day));
}

int weekday_of(std::int64_t day) {
  return static_cast<int>(chrono::weekday(chrono::sys_days{chrono::days{day}}).c_encoding());
}

int offset_at(const Zone& zone, std::int64_t minute) {
  if (zone.summer == Zone::Summer::none) return zone.standard;
  const auto [from, to] = summer_of(zone, date_of(minute / kDay).year());
  return zone.standard + (minute >= from && minute < to ? 60 : 0);
}

std::int64_t to_utc(const Zone& zone, std::int64_t local_minute) {
  const std::int64_t standard = local_minute - zone.standard;
  const std::int64_t summer = standard - 60;
  return offset_at(zone, summer) == zone.standard + 60 ? summer : standard;
}

bool is_holiday(const Zone& zone, std::int64_t day) {
  const auto date = date_of(day);
  const int year = static_cast<int>(date.year());
  if (zone.summer == Zone::Summer::europe) {
    const std::int64_t since_easter = day - easter(year);
    return is_among(kEurope, date) || since_easter == -2 || since_easter == 1 ||
           since_easter == 39 || since_easter == 50;
  }
  const std::int64_t thanksgiving = days(date.year() / chrono::November / chrono::Thursday[4]);
  return is_among(kAmerica, date) || day == thanksgiving || day == thanksgiving + 1;
}

bool is_month_end(std::int64_t day) {
  return date_of(day).month() != date_of(day + 2).month() || date_of(day).day() == chrono::day{1};
}

}  // namespace clawvigil::spend
