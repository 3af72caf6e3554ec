// In what rhythm a series repeats itself, where nobody says so.
#pragma once

#include <cstdint>

#include "collectors/spend/slots.h"

namespace clawvigil::spend {

// The lag, in slots, at which the newest values (at most a few thousand) resemble themselves most,
// by autocorrelation after cutting outliers; 0 when there is none worth the name. Between 4 slots
// and a third of the history. Costs a few milliseconds at most.
[[nodiscard]] std::int64_t find_period(const Slots& slots);

}  // namespace clawvigil::spend
