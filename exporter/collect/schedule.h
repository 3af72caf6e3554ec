// When a collector runs next. Pure.
#pragma once

#include "exporter/base/clock.h"

namespace clawvigil {

// The start of the run after the one that was due at `last_due`: one interval later, or, if that
// has passed already (a slow run, a suspended machine), the next multiple after `now`. Runs never
// pile up.
[[nodiscard]] SteadyTime next_run(SteadyTime last_due, Duration interval, SteadyTime now);

}  // namespace clawvigil
