#include "alerts/engine/rule_set.h"

#include <algorithm>
#include <set>
#include <utility>

#include "alerts/engine/translations.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

class Loader {
 public:
  Loader(const RuleSources& sources, const AlertsConfig& config)
      : sources_(sources), config_(config) {}

  // All files after their overrides, external.yml included.
  std::vector<RuleText> customised() {
    std::vector<RuleText> out;
    for (const BundledText& file : sources_.bundled) {
      add(out, std::string(file.name), file.text, RuleOrigin::bundled);
    }
    for (const RuleText& file : sources_.owner) add(out, file.name, file.text, RuleOrigin::owner);
    check_overrides();
    return out;
  }

  std::shared_ptr<RuleSet> load(const std::vector<RuleText>& texts, std::string_view language) {
    auto set = std::make_shared<RuleSet>();
    for (const RuleText& text : texts) {
      if (text.name == kExternalRules) continue;
      auto file = parse_rule_file(text.name, text.text);
      if (file) {
        set->files.push_back(*std::move(file));
      } else {
        add_problems(file.error());
      }
    }
    for (const auto& [name, change] : config_.overrides) {
      if (!change.enabled) set->disabled.push_back(name);
    }
    set->language = language;
    add_translations(*set, "fr");
    return set;
  }

  RuleProblems& problems() { return problems_; }

 private:
  void add_problems(const RuleProblems& problems) {
    problems_.insert(problems_.end(), problems.begin(), problems.end());
  }

  void add(std::vector<RuleText>& out, std::string name, std::string_view text, RuleOrigin origin) {
    const auto original = parse_rule_file(name, text, origin);
    if (!original) return add_problems(original.error());
    for (const RuleGroup& group : original->groups) {
      for (const Rule& rule : group.rules) register_rule(rule, name);
    }
    auto changed = customise(name, text, config_.overrides, origin);
    if (!changed) return add_problems(changed.error());
    out.push_back({std::move(name), *std::move(changed)});
  }

  void register_rule(const Rule& rule, const std::string& file) {
    const auto [known, added] = files_.emplace(rule.alertname, file);
    if (!added) {
      problems_.push_back({file,
                           rule.at,
                           "the alert " + rule.alertname + " is already defined in " +
                               known->second +
                               "; give it another name, or change the bundled one with overrides",
                           {}});
    }
    Replacements& constants = constants_[rule.alertname];
    const auto change = config_.overrides.find(rule.alertname);
    if (change == config_.overrides.end()) return;
    for (const auto& [annotation, text] : rule.annotations) {
      const auto name = threshold_name(annotation);
      if (!name) continue;
      const auto given = change->second.thresholds.find(std::string(*name));
      if (given == change->second.thresholds.end()) continue;
      constants.emplace(text.text(), threshold_number(given->second).value_or(text.text()));
    }
  }

  void check_overrides() {
    std::vector<std::string_view> names;
    names.reserve(files_.size());
    for (const auto& [name, file] : files_) names.push_back(name);
    for (const auto& [name, change] : config_.overrides) {
      if (files_.contains(name)) continue;
      const std::string_view near = closest(name, names);
      problems_.push_back({"alerts.rules",
                           {},
                           "there is no alert " + sanitize(name) + " to override" +
                               (near.empty() ? "" : "; did you mean " + std::string(near) + "?"),
                           {}});
    }
  }

  void add_translations(RuleSet& set, std::string_view language) {
    const std::string suffix = "." + std::string(language) + ".yml";
    for (const BundledText& file : sources_.translations) {
      if (!file.name.ends_with(suffix)) continue;
      const auto texts = parse_translations(file.name, file.text);
      if (!texts) {
        add_problems(texts.error());
        continue;
      }
      for (RuleFile& rules : set.files) {
        for (RuleGroup& group : rules.groups) {
          for (Rule& rule : group.rules) {
            const auto found = texts->find(rule.alertname);
            if (found == texts->end()) continue;
            add_problems(translate(rule, found->second, constants_[rule.alertname], file.name));
          }
        }
      }
    }
  }

  const RuleSources& sources_;
  const AlertsConfig& config_;
  RuleProblems problems_;
  std::map<std::string, std::string> files_;       // by alertname
  std::map<std::string, Replacements> constants_;  // of overridden thresholds, by alertname
};

}  // namespace

std::size_t RuleSet::size() const {
  std::size_t count = 0;
  for (const RuleFile& file : files) {
    for (const RuleGroup& group : file.groups) count += group.rules.size();
  }
  return count;
}

const Rule* RuleSet::find(std::string_view alertname) const {
  for (const RuleFile& file : files) {
    for (const RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) {
        if (rule.alertname == alertname) return &rule;
      }
    }
  }
  return nullptr;
}

std::expected<std::shared_ptr<const RuleSet>, RuleProblems> load_rules(const RuleSources& sources,
                                                                       const AlertsConfig& config,
                                                                       std::string_view language) {
  Loader loader(sources, config);
  const std::vector<RuleText> texts = loader.customised();
  std::shared_ptr<const RuleSet> set = loader.load(texts, language);
  if (!loader.problems().empty()) return std::unexpected(std::move(loader.problems()));
  return set;
}

std::expected<std::vector<RuleText>, RuleProblems> export_rules(const RuleSources& sources,
                                                                const AlertsConfig& config) {
  Loader loader(sources, config);
  std::vector<RuleText> texts = loader.customised();
  if (!loader.problems().empty()) return std::unexpected(std::move(loader.problems()));
  return texts;
}

}  // namespace clawvigil::alerts
