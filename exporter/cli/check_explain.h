// `clawvigil check --explain RULE`: what a rule watches and why, how it stands, and what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "alerts/engine/rule_set.h"
#include "exporter/cli/check_document.h"
#include "exporter/cli/check_text.h"
#include "exporter/config/alerting.h"

namespace clawvigil::cli {

// A rule by its name in any case.
struct FoundRule {
  const alerts::Rule* rule = nullptr;  // null: not in force
  std::string alertname;               // as it is spelled
  bool switched_off = false;           // by the owner
  bool external = false;               // for a Prometheus elsewhere, not judged here
};
// parse: there is none of that name; the message proposes the nearest.
[[nodiscard]] Result<FoundRule> find_rule(const alerts::RuleSet& rules, std::string_view name);

// `document` is null where the state could not be had.
[[nodiscard]] std::string explain_text(const FoundRule& found, const AlertsConfig& config,
                                       const CheckDocument* document, const CheckView& view);

}  // namespace clawvigil::cli
