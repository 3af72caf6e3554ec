// Numbers for people.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace clawvigil {

// Commas between thousands: "-1234567.50" to "-1,234,567.50".
[[nodiscard]] inline std::string with_thousands(std::string digits) {
  constexpr std::size_t kGroup = 3;
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(digits.find('.'), digits.size());
  while (at > first + kGroup) {
    at -= kGroup;
    digits.insert(at, 1, ',');
  }
  return digits;
}

}  // namespace clawvigil
