// The ledger's hours, for whoever looks back: what was used when, complete from the first
// transcript on.
#pragma once

#include <cstdint>
#include <vector>

#include "collectors/usage/ledger.h"

namespace clawvigil::usage {

struct HourOfUsage {
  SeriesKey series;
  std::int64_t hour = 0;  // since the epoch
  Totals totals;          // of this hour alone
};

// By series, then by hour. Errors: those of the database; too_large beyond two million hours.
[[nodiscard]] Result<std::vector<HourOfUsage>> hour_history(store::Store& store);

}  // namespace clawvigil::usage
