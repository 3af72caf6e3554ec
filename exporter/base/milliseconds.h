// Points in time as other programs' databases keep them: milliseconds since 1970.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "exporter/base/clock.h"

namespace clawvigil {

[[nodiscard]] inline std::int64_t to_milliseconds(SystemTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Any number: before 1970 is 1970, and from the year 2255 on, where nanoseconds overflow, is 2255.
[[nodiscard]] inline SystemTime from_milliseconds(std::int64_t value) {
  constexpr std::int64_t kMax = 9'000'000'000'000;
  return SystemTime(std::chrono::milliseconds(std::clamp<std::int64_t>(value, 0, kMax)));
}

}  // namespace clawvigil
