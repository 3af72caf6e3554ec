// What fired, and when it ended: table alert_log of the state database, one row for every firing.
// For the people who look at the page; nothing is decided by it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engine/rule_state.h"
#include "exporter/store/store.h"

namespace clawvigil::alerts {

struct LoggedAlert {
  std::string alertname;
  Severity severity = Severity::warning;
  std::string english;  // summary
  std::string french;   // the same, or ""
  SystemTime fired_at;
  std::optional<SystemTime> resolved_at;
};

inline constexpr Duration kLogKept = std::chrono::days(90);
inline constexpr std::size_t kMaxLogged = 500;

// Notes those that have fired, inside the caller's transaction. The Watchdog is none of them.
[[nodiscard]] Result<> log_alerts(store::Store& store,
                                  const std::vector<const ActiveAlert*>& alerts);

// The latest first, at most `limit`. Empty while nothing has fired.
[[nodiscard]] Result<std::vector<LoggedAlert>> logged_alerts(store::Store& store,
                                                             std::size_t limit);

// When the last alert of that name ended.
[[nodiscard]] Result<std::map<std::string, SystemTime>> last_ends(store::Store& store);

// Removes what is older than kLogKept, or beyond kMaxLogged.
[[nodiscard]] Result<> prune_log(store::Store& store, SystemTime now);

}  // namespace clawvigil::alerts
