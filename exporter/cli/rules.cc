// `clawvigil rules list|check|export`.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/fitted_table.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/terminal.h"
#include "exporter/host/text_file.h"

namespace clawvigil::cli {

namespace {

using alerts::Rule;
using alerts::RuleFile;
using nlohmann::json;

// "threshold 604800, usd 5"
std::string thresholds_text(const Rule& rule) {
  std::vector<std::string> parts;
  for (const auto& [annotation, text] : rule.annotations) {
    if (const auto name = alerts::threshold_name(annotation)) {
      parts.push_back((*name == "threshold" ? "" : std::string(*name) + " ") + text.expand({}, 0));
    }
  }
  return parts.empty() ? "-" : join({parts.begin(), parts.end()}, ", ");
}

json rule_json(const RuleFile& file, const Rule& rule) {
  json thresholds = json::object();
  for (const auto& [annotation, text] : rule.annotations) {
    if (const auto name = alerts::threshold_name(annotation)) {
      thresholds[std::string(*name)] = text.expand({}, 0);
    }
  }
  return {{"alertname", rule.alertname},      {"area", rule.label("area")},
          {"control", rule.label("control")}, {"severity", to_string(rule.severity)},
          {"for", to_string(rule.hold)},      {"thresholds", thresholds},
          {"expr", rule.expr.text()},         {"file", file.name}};
}

void print_rules(const CommandContext& context, const Settings& settings) {
  const auto& overrides = settings.config.alerts.overrides;
  constexpr std::size_t kLeast = 12;
  FittedTable::Column area{"AREA", false, 0, 0, {}};
  FittedTable::Column name{"RULE", false, 0, 0, {}};
  FittedTable::Column severity{"SEVERITY", false, 0, 0, {}};
  FittedTable::Column hold{"FOR", false, 0, 0, {}};
  FittedTable::Column changed{"CHANGED", false, 0, 0, {}};
  FittedTable::Column thresholds{"THRESHOLD", false, 0, kLeast, {}};
  constexpr std::size_t kAll = 10'000;  // another program reads it
  const std::size_t columns = context.fits ? context.columns : kAll;
  FittedTable listed({columns, context.utf8, Style(context.colours)});
  each_rule(settings.rules->files, [&](const RuleFile&, const Rule& rule) {
    area.cells.push_back(rule.label("area"));
    name.cells.push_back(rule.alertname);
    severity.cells.emplace_back(to_string(rule.severity));
    hold.cells.push_back(to_string(rule.hold));
    changed.cells.emplace_back(overrides.contains(rule.alertname) ? "by you" : "");
    thresholds.cells.push_back(thresholds_text(rule));
    listed.add_row({}, -1);
  });
  for (FittedTable::Column* const column : {&area, &name, &severity, &hold}) {
    listed.add(std::move(*column));
  }
  if (!overrides.empty()) listed.add(std::move(changed));
  listed.add(std::move(thresholds));
  context.out << listed.text() << "\n" << settings.rules->size() << " rules";
  if (!settings.rules->disabled.empty()) {
    const auto& disabled = settings.rules->disabled;
    context.out << "; switched off: " << join({disabled.begin(), disabled.end()}, ", ");
  }
  context.out << "\nChange one in the configuration:  alerts: {rules: {NAME: {threshold: 14d, "
                 "severity: info, for: 10m, enabled: true}}}\n";
}

std::size_t rules_in(const RuleFile& file) {
  std::size_t count = 0;
  for (const alerts::RuleGroup& group : file.groups) count += group.rules.size();
  return count;
}

}  // namespace

int rules_list(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  if (!context.arguments.given.json) {
    print_rules(context, *settings);
    return kSuccess;
  }
  json all = json::array();
  each_rule(settings->rules->files,
            [&](const RuleFile& file, const Rule& rule) { all.push_back(rule_json(file, rule)); });
  context.out << all.dump(2) << "\n";
  return kSuccess;
}

int rules_check(const CommandContext& context) {
  const std::vector<std::string>& files = context.arguments.given.words;
  if (files.empty()) {
    const auto settings = context.settings();
    if (!settings) return settings.error();
    context.out << "the rules in force are valid: " << settings->rules->size() << " rules\n";
    return kSuccess;
  }
  int code = kSuccess;
  for (const std::string& path : files) {
    const auto file = read_rule_file(absolute_path(path));
    if (file) {
      context.out << path << ": " << rules_in(*file) << " rules are valid\n";
      continue;
    }
    for (const std::string& line : file.error()) context.complain(line);
    code = kWrongUsage;
  }
  return code;
}

int rules_export(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  const std::string& directory = context.arguments.given.word;
  if (directory.empty()) {
    context.complain("rules export needs a DIRECTORY to write the rule files to");
    return kWrongUsage;
  }
  const auto sources = read_rule_sources(settings->config.alerts.rule_files);
  if (!sources) {
    for (const std::string& line : sources.error()) context.complain(line);
    return kWrongUsage;
  }
  const auto files = alerts::export_rules(*sources, settings->config.alerts);
  if (!files) {
    for (const std::string& line : lines_of(files.error())) context.complain(line);
    return kWrongUsage;
  }
  for (const alerts::RuleText& file : *files) {
    const std::string path =
        absolute_path(directory) + "/" + std::filesystem::path(file.name).filename().string();
    if (const auto written = host::write_text_file(path, file.text); !written) {
      context.complain(written.error().message);
      return kFailure;
    }
    context.out << path << "\n";
  }
  context.out << files->size() << " files; load them with rule_files: [" << directory
              << "/*.yml] in prometheus.yml\n";
  return kSuccess;
}

}  // namespace clawvigil::cli
