// The owner's changes to rules (severity, `for`, thresholds, switched off) as changes of the rule
// file's text. The changed text is what the engine loads and what `clawvigil rules export` writes,
// so an owner's Prometheus and clawvigil cannot differ.
//
// A rule names its thresholds in annotations: `threshold: "604800"`, or `threshold_<name>` where it
// has several. The same spelling stands in `expr` as a number and in the texts as the template
// constant {{ "604800" | humanizeDuration }}; an override replaces all of them.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/rule_file.h"
#include "exporter/config/alerting.h"

namespace clawvigil::alerts {

// The name of a threshold as the owner writes it: "threshold" for the annotation `threshold`,
// "<name>" for `threshold_<name>`; nullopt: not a threshold annotation.
[[nodiscard]] std::optional<std::string_view> threshold_name(std::string_view annotation);

// A threshold as given by the owner, as number text: a number as it is, a duration in seconds
// ("14d" is "1209600"). nullopt: neither.
[[nodiscard]] std::optional<std::string> threshold_number(std::string_view given);

// The text of a rule file with the overrides of its rules applied: same comments, structure and
// order; the same text when nothing is overridden. A rule that is switched off leaves a comment.
// Overrides of rules the file does not have are not looked at.
// Problems: those of parse_rule_file; an unknown threshold (with the nearest name); a value that is
// no number; a text that cannot be changed in place.
[[nodiscard]] std::expected<std::string, std::vector<RuleProblem>> customise(
    const std::string& name, std::string_view text,
    const std::map<std::string, RuleOverride>& overrides, RuleOrigin origin);

}  // namespace clawvigil::alerts
