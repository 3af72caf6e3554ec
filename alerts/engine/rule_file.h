// Rule files in the format of Prometheus, read as a whole: every expression and every template is
// parsed, so that what loads can be evaluated. Nothing is accepted and then ignored.
//
//   groups:
//     - name: spend
//       rules:
//         - alert: BudgetExceeded
//           expr: clawvigil_budget_spent_usd > clawvigil_budget_limit_usd
//           for: 0m
//           labels: {severity: critical, area: spend, control: C12}
//           annotations: {summary: "…"}
//
// https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/engine/template.h"
#include "alerts/promql/expression.h"
#include "exporter/base/clock.h"
#include "exporter/config/yaml.h"

namespace clawvigil::alerts {

// A file has at most yaml::kMaxBytes, and these.
inline constexpr std::size_t kMaxRules = 500;
inline constexpr std::size_t kMaxGroups = 64;
inline constexpr std::size_t kMaxTextsPerRule = 32;  // labels; annotations as many

struct Rule {
  std::string alertname;
  promql::Expression expr;
  Duration hold{};  // `for`
  Duration keep_firing_for{};
  Severity severity = Severity::warning;   // of label `severity`; an owner's rule may leave it out
  std::map<std::string, Template> labels;  // `severity` included
  std::map<std::string, Template> annotations;
  std::map<std::string, Template> translated;  // annotations in French, where known
  std::string group;
  yaml::Position at;

  // The literal text of a label without template, else "".
  [[nodiscard]] std::string label(std::string_view name) const;
  // What the queries of its texts select, in both languages, whatever the labels are.
  [[nodiscard]] std::vector<promql::SelectorUse> explained_by() const;
};

struct RuleGroup {
  std::string name;
  // Kept for export and the API; the engine evaluates when the input changes.
  std::optional<Duration> interval;
  std::vector<Rule> rules;
};

struct RuleFile {
  std::string name;  // as given to parse_rule_file
  std::vector<RuleGroup> groups;
};

struct RuleProblem {
  std::string file;
  yaml::Position at;
  std::string message;  // one line
  std::string excerpt;  // of an expression: the line and a caret below the place; may be empty
  friend auto operator<=>(const RuleProblem&, const RuleProblem&) = default;
};

// "rules.yml:12:9: message", and the excerpt on lines of its own.
[[nodiscard]] std::string to_string(const RuleProblem& problem);

enum class RuleOrigin {
  bundled,  // labels severity and area are required
  owner,    // no severity means warning
};

// All problems of the file, in its order. Pure, any thread.
[[nodiscard]] std::expected<RuleFile, std::vector<RuleProblem>> parse_rule_file(
    std::string name, std::string_view text, RuleOrigin origin = RuleOrigin::owner);

}  // namespace clawvigil::alerts
