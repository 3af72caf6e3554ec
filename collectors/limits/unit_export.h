// The families of one home's unit, but for its cgroup: state, restart policy, restarts, open files.
#pragma once

#include "collectors/limits/cgroup_reader.h"
#include "collectors/limits/gateway_unit.h"
#include "collectors/limits/unit_ledger.h"
#include "collectors/limits/unit_states.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/model/batch.h"

namespace clawvigil::limits {

struct UnitExport {
  const UnitScope& scope;
  const GatewayUnit& unit;
  const Result<CgroupReader>& cgroups;
  UnitStates& states;
  EventLedger& ledger;
};

[[nodiscard]] UnitKey key_of(const UnitScope& scope, const GatewayUnit& unit);

// Returns the cgroup the unit has now, "" for none.
std::string export_unit(const UnitExport& what, Batch& out);

}  // namespace clawvigil::limits
