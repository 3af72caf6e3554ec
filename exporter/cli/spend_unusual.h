// Which periods cost more than their own past lets expect. Pure.
#pragma once

#include <span>
#include <vector>

#include "collectors/usage/amounts.h"
#include "exporter/cli/spend_report.h"

namespace clawvigil::cli {

// How far back the past is worth reading for periods of that length.
[[nodiscard]] Duration past_worth_reading(SpendBy unit);

// Marks the `rows`, consecutive periods of `unit` (hour or day), by what the ledger's `hours` say
// from `first` on. Rows with too little past are left alone.
void mark_unusual(std::vector<SpendRow>& rows, std::span<const usage::HourAmount> hours,
                  SystemTime first, SpendBy unit, const host::TimeZone& zone);

}  // namespace clawvigil::cli
