// The texts of bundled alerts in another language:
//
//   alerts:
//     GatewayExposed:
//       summary: …
//
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/literals.h"
#include "alerts/engine/rule_file.h"

namespace clawvigil::alerts {

// Annotation texts by alertname.
using Translations = std::map<std::string, std::map<std::string, std::string>>;

[[nodiscard]] std::expected<Translations, std::vector<RuleProblem>> parse_translations(
    std::string_view name, std::string_view text);

// Parses the texts as templates into the rule, with the constants of its overrides replaced.
// Problems: a template that is wrong.
[[nodiscard]] std::vector<RuleProblem> translate(Rule& rule,
                                                 const std::map<std::string, std::string>& texts,
                                                 const Replacements& constants,
                                                 std::string_view file);

}  // namespace clawvigil::alerts
