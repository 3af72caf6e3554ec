// What the agents have spent of what the owner allows (spend.budgets), in calendar periods of the
// owner's time zone, and what it will come to. Reads the ledger of the usage collector; the
// families are in budgets_families.h.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kBudgetsInfo;
std::unique_ptr<Collector> make_budgets_collector();

}  // namespace clawvigil
