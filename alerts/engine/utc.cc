#include "alerts/engine/utc.h"

#include <array>
#include <cstdio>

namespace clawvigil::alerts::utc {

namespace {

std::string formatted(const char* format, auto... values) {
  constexpr std::size_t kBytes = 64;
  std::array<char, kBytes> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, values...);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string without_zone(SystemTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return formatted("%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                   static_cast<int>(clock.hours().count()),
                   static_cast<int>(clock.minutes().count()),
                   static_cast<int>(clock.seconds().count()));
}

}  // namespace

std::string seconds(SystemTime time) { return without_zone(time) + "Z"; }

std::string nanoseconds(SystemTime time) {
  const auto fraction = time - std::chrono::floor<std::chrono::seconds>(time);
  if (fraction.count() == 0) return seconds(time);
  std::string digits = formatted("%09d", static_cast<int>(fraction.count()));
  digits.erase(digits.find_last_not_of('0') + 1);
  return without_zone(time) + "." + digits + "Z";
}

}  // namespace clawvigil::alerts::utc
