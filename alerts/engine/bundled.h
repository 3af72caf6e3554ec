// The rule files, their translations and the runbook in the program, as they were when it was built
// (cmake/Embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace clawvigil::alerts {

struct BundledText {
  std::string_view name;  // "exposure.yml", "exposure.fr.yml"
  std::string_view text;
};

// alerts/rules/*.yml without the tests; external.yml is among them.
[[nodiscard]] std::span<const BundledText> bundled_rules();
// alerts/translations/*.yml
[[nodiscard]] std::span<const BundledText> bundled_translations();
// alerts/RUNBOOK.md
[[nodiscard]] std::string_view bundled_runbook();

// Rules about clawvigil itself being down make sense from outside only: exported, not evaluated.
inline constexpr std::string_view kExternalRules = "external.yml";

}  // namespace clawvigil::alerts
