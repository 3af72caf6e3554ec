// Calendar periods by the clock of a zone, over changes of the clock.
#include "exporter/host/time_zone.h"

#include <gtest/gtest.h>

namespace clawvigil::host {
namespace {

SystemTime utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day)) +
         std::chrono::hours(hour) + std::chrono::minutes(minute);
}

void expect_period(const TimeZone::Period& period, SystemTime begin, SystemTime end) {
  EXPECT_EQ(period.begin, begin);
  EXPECT_EQ(period.end, end);
}

TEST(TimeZone, DaysOfAClockChangeHave23And25Hours) {
  const TimeZone paris = *TimeZone::load("Europe/Paris");
  expect_period(paris.period_of(CalendarUnit::day, utc(2026, 3, 29, 12)), utc(2026, 3, 28, 23),
                utc(2026, 3, 29, 22));
  expect_period(paris.period_of(CalendarUnit::day, utc(2026, 10, 25, 12)), utc(2026, 10, 24, 22),
                utc(2026, 10, 25, 23));
}

TEST(TimeZone, TheHourThatComesTwiceIsOnePeriod) {
  const TimeZone paris = *TimeZone::load("Europe/Paris");
  expect_period(paris.period_of(CalendarUnit::hour, utc(2026, 10, 25, 1, 30)), utc(2026, 10, 25, 0),
                utc(2026, 10, 25, 2));
  expect_period(paris.period_of(CalendarUnit::hour, utc(2026, 3, 29, 1, 30)), utc(2026, 3, 29, 1),
                utc(2026, 3, 29, 2));
}

TEST(TimeZone, WeeksBeginOnMondayAndMonthsOnTheFirst) {
  const TimeZone new_york = *TimeZone::load("America/New_York");
  // Sunday evening there is Monday in UTC.
  expect_period(new_york.period_of(CalendarUnit::week, utc(2026, 11, 23, 2)), utc(2026, 11, 16, 5),
                utc(2026, 11, 23, 5));
  expect_period(new_york.period_of(CalendarUnit::week, utc(2026, 11, 23, 5)), utc(2026, 11, 23, 5),
                utc(2026, 11, 30, 5));
  expect_period(new_york.period_of(CalendarUnit::month, utc(2026, 12, 31, 23)), utc(2026, 12, 1, 5),
                utc(2027, 1, 1, 5));
}

TEST(TimeZone, ZonesOfHalfHoursAndDaysThatBeginLate) {
  const TimeZone kolkata = *TimeZone::load("Asia/Kolkata");
  expect_period(kolkata.period_of(CalendarUnit::day, utc(2026, 11, 22, 12)),
                utc(2026, 11, 21, 18, 30), utc(2026, 11, 22, 18, 30));
  // Clocks leap from midnight to one o'clock.
  const TimeZone beirut = *TimeZone::load("Asia/Beirut");
  expect_period(beirut.period_of(CalendarUnit::day, utc(2026, 3, 29, 12)), utc(2026, 3, 28, 22),
                utc(2026, 3, 29, 21));
}

TEST(TimeZone, NamesHoursOfTheWeekAndDates) {
  const TimeZone paris = *TimeZone::load("Europe/Paris");
  EXPECT_EQ(paris.hour_of_week(utc(2026, 11, 22, 23)), 0U);        // Monday 00:00
  EXPECT_EQ(paris.hour_of_week(utc(2026, 11, 22, 22, 59)), 167U);  // Sunday 23:59
  EXPECT_EQ(paris.date(utc(2026, 11, 22, 23)), "2026-11-23");
  EXPECT_EQ(paris.date_and_time(utc(2026, 7, 1, 5, 4)), "2026-07-01 07:04");
  EXPECT_FALSE(TimeZone::load("Mars/Olympus"));
}

}  // namespace
}  // namespace clawvigil::host
