// The rules that are in force: the bundled ones with the owner's changes, then the owner's own.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alerts/engine/bundled.h"
#include "alerts/engine/overrides.h"
#include "alerts/engine/rule_file.h"
#include "exporter/config/alerting.h"

namespace clawvigil::alerts {

struct RuleText {
  std::string name;  // of the file, as shown in problems
  std::string text;
};

struct RuleSources {
  std::span<const BundledText> bundled = bundled_rules();
  std::span<const BundledText> translations = bundled_translations();
  std::vector<RuleText> owner;  // the files of AlertsConfig::rule_files
};

struct RuleSet {
  std::vector<RuleFile> files;             // without external.yml
  std::vector<std::string> disabled;       // alertnames the owner has switched off
  std::string language = "en";             // the owner's
  [[nodiscard]] std::size_t size() const;  // rules
  [[nodiscard]] const Rule* find(std::string_view alertname) const;
};

using RuleProblems = std::vector<RuleProblem>;

// `language`: the owner's, "en" or "fr". Texts are loaded in both: who looks at the page may read
// another language than whom the messages go to.
// Problems: those of each file; an owner's rule with the name of another rule; an override for a
// rule that does not exist. None of the files is loaded then.
[[nodiscard]] std::expected<std::shared_ptr<const RuleSet>, RuleProblems> load_rules(
    const RuleSources& sources, const AlertsConfig& config, std::string_view language = "en");

// The files as `clawvigil rules export` writes them, external.yml included: stock Prometheus
// format.
[[nodiscard]] std::expected<std::vector<RuleText>, RuleProblems> export_rules(
    const RuleSources& sources, const AlertsConfig& config);

}  // namespace clawvigil::alerts
