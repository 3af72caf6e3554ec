// What a rule reads, and whether that can be judged.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/history.h"
#include "alerts/engine/rule_file.h"
#include "alerts/engine/series.h"
#include "alerts/promql/expression.h"
#include "exporter/collect/hub.h"

namespace clawvigil::alerts {

// What an expression reads and how it depends on it; made once, when rules are loaded.
struct RuleInputs {
  explicit RuleInputs(const promql::Expression& expression);

  std::vector<promql::SelectorUse> selectors;
  std::vector<std::string> metrics;  // each once; "" for a selector without a metric name
  // Missing input could make it true (unless, absent, scalar, vector): not evaluated without.
  bool strict = false;
  bool reads_clock = false;     // asks for the time itself
  bool time_dependent = false;  // its result may change while its input does not ...
  Duration step;                // ... and is then looked at this often
};

class InputJudge {
 public:
  // `collectors`: all the program has; `own`: families that it exports itself.
  InputJudge(std::span<const CollectorInfo* const> collectors, std::span<const MetricInfo> own);

  // Looks at `snapshot` from now on.
  void look(const Snapshot& snapshot);
  // Whose families may be judged otherwise than before the last look.
  [[nodiscard]] std::span<const CollectorInfo* const> changed() const { return changed_; }

  // True if every collector behind the rule has a valid batch.
  [[nodiscard]] bool complete(const RuleInputs& inputs) const;
  // Why alerts of the rule stay as they are: a collector fails, or has nothing to show yet.
  [[nodiscard]] std::optional<std::string> frozen(const RuleInputs& inputs) const;
  // Why an empty result does not mean that all is well.
  [[nodiscard]] std::optional<std::string> unknown(const RuleInputs& inputs, const LiveView& live,
                                                   const History& history,
                                                   promql::TimeMs now) const;

 private:
  struct Family {
    const CollectorInfo* collector = nullptr;  // nullptr: the program's own
    const CollectorState* state = nullptr;     // nullptr: switched off
  };
  [[nodiscard]] std::optional<std::string> unknown(const promql::SelectorUse& selector,
                                                   const LiveView& live) const;

  std::map<std::string_view, Family> families_;
  void take(const std::vector<CollectorState>& states);

  std::vector<CollectorState> states_;  // of the snapshot, kept alive for `families_`
  std::vector<const CollectorInfo*> changed_;
  std::vector<std::shared_ptr<const Batch>> looked_at_;
};

}  // namespace clawvigil::alerts
