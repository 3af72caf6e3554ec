// "What would have fired?": rules run over recorded history.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/engine/rule_set.h"
#include "alerts/promql/source.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::alerts {

struct ReplayOptions {
  SystemTime from;
  SystemTime until;
  Duration step = std::chrono::minutes(1);
  std::function<void(double)> progress = {};  // 0 to 1, about a hundred times; may be empty
  // Since when a rule may be judged; empty: since `from`.
  std::function<SystemTime(const Rule&)> known_from = {};
  // Whether samples of a metric may have changed from one time to another; empty: always. Rules
  // whose input does not change are not evaluated again.
  std::function<bool(std::string_view metric, SystemTime before, SystemTime now)> changed = {};
  // Before `fine_from`, where less is known, steps are longer.
  SystemTime fine_from = SystemTime::min();
  Duration coarse_step = std::chrono::minutes(5);
};

struct ReplayedAlert {
  promql::Labels labels;
  SystemTime active_at;
  std::optional<SystemTime> fired_at;              // nullopt: it stayed pending
  std::optional<SystemTime> resolved_at;           // nullopt: still there at the end
  double value = 0;                                // when it last held
  std::map<std::string, std::string> annotations;  // of when it fired; empty: it did not
};

struct ReplayResult {
  std::vector<ReplayedAlert> alerts;  // by time
  // Rules whose evaluation failed at least once, with the first message.
  std::vector<std::pair<std::string, std::string>> failures;
};

// Any Source: the recorder's rows (recorded_history.h), or what another ledger has. Errors:
// unsupported for more than 200,000 steps.
[[nodiscard]] Result<ReplayResult> replay(const RuleFile& rules, const promql::Source& source,
                                          const ReplayOptions& options);

}  // namespace clawvigil::alerts
