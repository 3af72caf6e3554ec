// The last 24 hours in the agents' repositories, as the snapshot has them: for the daily digest and
// for `clawvigil check`.
#pragma once

#include "alerts/notify/workspace_day.h"
#include "exporter/collect/hub.h"

namespace clawvigil::cli {

[[nodiscard]] notify::WorkspaceDay workspace_day(const Snapshot& snapshot);

}  // namespace clawvigil::cli
