// Periods of the calendar, as owners name them.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace clawvigil {

enum class CalendarUnit { hour, day, week, month };
inline constexpr std::array<std::string_view, 4> kCalendarUnitNames{"hour", "day", "week", "month"};
[[nodiscard]] constexpr std::string_view name_of(CalendarUnit unit) {
  return kCalendarUnitNames[static_cast<std::size_t>(unit)];
}

}  // namespace clawvigil
