// The wall clock of a time zone as a number that goes on without end.
#pragma once

#include <string>

#include "collectors/spend/baseline.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::spend {

// Seconds between 1970-01-01 00:00 and what the clock shows in a slot. "": the zone of this host.
// not_found: no such zone is installed.
[[nodiscard]] Result<WallClock> wall_clock(const std::string& zone);
// The same, with the zone of this host for one that is not installed: that is the owner's to
// correct, and meanwhile no reason not to watch.
[[nodiscard]] Result<WallClock> owners_wall_clock(const std::string& zone);

}  // namespace clawvigil::spend
