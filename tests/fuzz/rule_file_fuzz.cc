// Rule files: any bytes give rules or printable problems; overrides of what loads give a file that
// loads, or problems.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alerts/engine/overrides.h"
#include "alerts/engine/rule_file.h"
#include "exporter/base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  using namespace clawvigil::alerts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_rule_file("f", text);
  if (!file) {
    if (file.error().empty()) std::abort();
    for (const RuleProblem& problem : file.error()) {
      if (!is_valid_utf8(to_string(problem))) std::abort();
      if (problem.message.find('\n') != std::string::npos) std::abort();
    }
    return 0;
  }
  std::map<std::string, RuleOverride> overrides;
  for (const RuleGroup& group : file->groups) {
    for (const Rule& rule : group.rules) {
      RuleOverride& change = overrides[rule.alertname];
      change.enabled = overrides.size() % 3 != 0;
      change.hold = std::chrono::minutes(7);
      for (const auto& [name, annotation] : rule.annotations) {
        const auto threshold = threshold_name(name);
        if (threshold) change.thresholds[std::string(*threshold)] = "12d";
      }
    }
  }
  const auto changed = customise("f", text, overrides, RuleOrigin::owner);
  if (changed && !parse_rule_file("f", *changed)) std::abort();
  return 0;
}
