// What an Engine keeps; shared by the files that implement it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alerts/engine/engine.h"
#include "alerts/engine/history.h"
#include "alerts/engine/inputs.h"
#include "alerts/engine/recorder.h"
#include "alerts/engine/rule_state.h"
#include "alerts/engine/series.h"

namespace clawvigil::alerts {

struct RunningRule {
  explicit RunningRule(const Rule& of) : rule(&of), inputs(of.expr) {}

  const Rule* rule;
  RuleInputs inputs;
  RuleState state;
  promql::Vector result;  // of the last evaluation
  bool evaluated = false;
  std::uint64_t update = 0;  // the live view's, at the last evaluation
  SystemTime time;           // of the last evaluation
  SystemTime looked;         // when it was last asked whether it must be evaluated
  bool stirred = true;       // what it reads, or how that is judged, may have changed since then
  bool blocked = false;      // missing input could make it true: only news can change that
  bool was_frozen = false;
  std::optional<std::string> error;       // of the last evaluation
  std::string unknown;                    // why, or ""
  std::optional<SystemTime> known_since;  // when `unknown` began or ended
  std::string frozen;                     // why, or ""
  Duration duration{};                    // of the last evaluation

  [[nodiscard]] RuleStatus status() const;
};

struct RunningGroup {
  const RuleGroup* group;
  const RuleFile* file;
  std::vector<RunningRule> rules;
  std::uint64_t failures = 0;
  Duration duration{};  // of the last pass that evaluated something
  SystemTime time;
};

struct Engine::State {
  State(std::shared_ptr<const RuleSet> rules, EngineOptions options);

  void plan();
  void evaluate(RunningGroup& group, RunningRule& rule, Instant now);
  void advance(RunningRule& rule, Instant now);
  [[nodiscard]] bool must_look(const RunningRule& rule, Instant now) const;
  bool evaluate_expression(RunningRule& rule, Instant now) const;
  [[nodiscard]] Result<promql::Vector> ask(const promql::Expression& query, Instant now) const;
  void watch_clock(Instant now);
  void retire(const RunningRule& rule, SystemTime now);
  void forget_retired(SystemTime now);
  [[nodiscard]] bool is_active(std::uint64_t fingerprint) const;
  [[nodiscard]] bool counts_time() const;
  [[nodiscard]] bool input_changed(const RunningRule& rule) const;
  void take(const Snapshot& snapshot);
  void stir();

  std::shared_ptr<const RuleSet> rules;
  EngineOptions options;
  std::vector<MetricInfo> own;
  InputJudge judge;
  LiveView live;
  History history;
  Recorder recorder;
  std::vector<RunningGroup> groups;
  // Into `groups`, by what they read; "": whatever there is.
  std::map<std::string_view, std::vector<RunningRule*>, std::less<>> readers;
  std::vector<ActiveAlert> retired;                   // resolved alerts of rules that are gone
  std::vector<std::shared_ptr<const Batch>> batches;  // of the last snapshot
  std::set<std::string> dirty;                        // alertnames to be saved
  std::optional<Instant> last;                        // evaluation
  std::uint64_t version = 0;                          // of the last snapshot
  bool changed = false;
  bool known_changed = false;
};

}  // namespace clawvigil::alerts
