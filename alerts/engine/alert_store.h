// The states of alerts in the state database: table alert_states, one row for every alert that is
// pending, firing or resolved not long ago.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/engine/rule_state.h"
#include "exporter/store/store.h"

namespace clawvigil::alerts {

// Rows that cannot be read are left out: an alert that still holds comes back by itself.
[[nodiscard]] Result<std::vector<ActiveAlert>> load_alerts(store::Store& store);

// Replaces the rows of `alertname`, inside the caller's transaction.
[[nodiscard]] Result<> save_alerts(store::Store& store, std::string_view alertname,
                                   const std::vector<const ActiveAlert*>& alerts);

}  // namespace clawvigil::alerts
