// Points in time as RFC 3339 text in UTC.
#pragma once

#include <string>

#include "exporter/base/clock.h"

namespace clawvigil::alerts::utc {

[[nodiscard]] std::string seconds(SystemTime time);  // "2026-11-22T04:00:00Z"
// As Go marshals a time: no zeros at the end of the fraction. "2026-11-22T04:00:00.25Z"
[[nodiscard]] std::string nanoseconds(SystemTime time);

}  // namespace clawvigil::alerts::utc
