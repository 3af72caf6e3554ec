// What the collector "budgets" would have said in the past, told in the order in which it happened,
// from the ledger's hours; within one, use is taken as even. At no time anything later is looked
// at.
#pragma once

#include <functional>
#include <span>

#include "exporter/base/clock.h"
#include "exporter/config/spend.h"
#include "exporter/host/time_zone.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil::budgets {

// Calls `visit` from `from` to `until`: with every hour, and every five minutes while something is
// spent. Takes about half a second for ninety days of a busy month's budget. Errors: those of the
// database.
[[nodiscard]] Result<> each_past_report(store::Store& store, std::span<const BudgetConfig> budgets,
                                        const host::TimeZone& zone, SystemTime from,
                                        SystemTime until,
                                        const std::function<void(SystemTime, const Batch&)>& visit);

}  // namespace clawvigil::budgets
