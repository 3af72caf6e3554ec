// Points in time as tables and other programs keep them: whole seconds since 1970.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "exporter/base/clock.h"

namespace clawvigil {

[[nodiscard]] inline std::int64_t to_whole_seconds(SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Any number: before 1970 is 1970, and from 2262 on, where nanoseconds overflow, is 2262.
[[nodiscard]] inline SystemTime from_whole_seconds(std::int64_t value) {
  constexpr std::int64_t kMax = 9'223'372'036;
  return SystemTime(std::chrono::seconds(std::clamp<std::int64_t>(value, 0, kMax)));
}

}  // namespace clawvigil
