// Points in time as the tables of what is sent keep them: nanoseconds since 1970.
#pragma once

#include <cstdint>

#include "exporter/base/clock.h"

namespace clawvigil::notify {

[[nodiscard]] inline std::int64_t to_row(SystemTime time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline SystemTime from_row(std::int64_t value) { return SystemTime(Duration(value)); }

}  // namespace clawvigil::notify
