// The state of the alerts of one rule, and its next state: Prometheus' AlertingRule.Eval
// (rules/alerting.go) as a pure function. Time is an argument.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/engine/rule_file.h"
#include "alerts/promql/expression.h"

namespace clawvigil::alerts {

// How long a resolved alert is still reported.
inline constexpr Duration kResolvedRetention = std::chrono::minutes(15);

struct ActiveAlert {
  Alert alert;
  // The labels of the sample it comes from; none: its own labels and texts are made anew.
  promql::Labels element;
  std::optional<SystemTime> keep_since;  // when a firing alert went missing, while it is kept
};

struct RuleState {
  std::map<std::uint64_t, ActiveAlert> alerts;  // by fingerprint

  [[nodiscard]] bool has(AlertState state) const;
  // True if time alone can change something: an alert is pending, kept or resolved.
  [[nodiscard]] bool waits() const;
};

// FNV-1a over names and values, as Prometheus' fingerprint of a label set.
[[nodiscard]] std::uint64_t fingerprint(const promql::Labels& labels);

// Expands labels and annotations as Prometheus does for an element of the rule's result.
[[nodiscard]] Alert make_alert(const Rule& rule, const promql::VectorSample& sample, SystemTime now,
                               const AskQuery& ask = {});

// Advances the state by one evaluation with this result. `frozen`: what is missing in the result
// stays as it is. `ask` answers the queries of texts. Texts are made when an alert appears; those
// that show the value or ask are made again when the value changes, and those that ask when the
// alert fires. True if an alert appeared, went or has another state. Error: two elements become one
// alert; the state is unchanged.
[[nodiscard]] Result<bool> step(RuleState& state, const Rule& rule, const promql::Vector& result,
                                SystemTime now, bool frozen, const AskQuery& ask = {});

// What a text asks, from these samples; as in Prometheus a number is a vector of one.
[[nodiscard]] Result<promql::Vector> answer(const promql::Expression& query,
                                            const promql::Source& source, promql::TimeMs time);

// Moves the beginnings of what is pending or kept by time nobody watched; never beyond `now`.
void shift(RuleState& state, Duration unwatched, SystemTime now);

}  // namespace clawvigil::alerts
