// What the collector "budgets" says of one budget at one time, now or in the past. Pure.
#pragma once

#include <optional>

#include "collectors/budgets/projection.h"
#include "collectors/usage/amounts.h"
#include "exporter/config/spend.h"
#include "exporter/model/batch.h"

namespace clawvigil::budgets {

// What the ledger says of a budget.
struct Standing {
  Period period;
  usage::Amount spent;
  std::optional<WeekProfile> profile;  // of the past weeks; none with too little history
};

// The use that counts for it.
[[nodiscard]] usage::UseFilter filter_of(const BudgetConfig& budget);

void report(const BudgetConfig& budget, const Standing& standing, SystemTime now,
            const host::TimeZone& zone, Batch& out);

}  // namespace clawvigil::budgets
