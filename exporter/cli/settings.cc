#include "exporter/cli/settings.h"

#include "alerts/notify/receiver.h"
#include "exporter/config/prices.h"
#include "exporter/host/file.h"

namespace clawvigil::cli {

Result<std::string> read_text(const std::string& path) {
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  return root.read_system_file(path, yaml::kMaxBytes);
}

Lines lines_of(const alerts::RuleProblems& problems) {
  Lines lines;
  lines.reserve(problems.size());
  for (const alerts::RuleProblem& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

std::expected<Settings, Lines> read_config(const Arguments& arguments,
                                           std::span<const config::CollectorChoice> collectors) {
  Settings settings;
  settings.source = arguments.config_file.value_or(std::string(kDefaultConfigFile));
  const auto text = read_text(settings.source);
  if (!text) {
    const bool optional = !arguments.config_file && text.error().code == Errc::not_found;
    // The daemon is not to become root: its file has to be readable.
    const bool sudo_helps =
        text.error().code == Errc::denied && arguments.command != Command::serve;
    if (!optional) {
      return std::unexpected(Lines{text.error().message + (sudo_helps ? "; use sudo" : "")});
    }
    settings.source += " does not exist, defaults are used";
  } else {
    auto loaded = config::load(*text, collectors);
    if (!loaded) {
      Lines lines;
      for (const auto& problem : loaded.error()) {
        lines.push_back(config::to_string(settings.source, problem));
      }
      return std::unexpected(std::move(lines));
    }
    settings.config = std::move(*loaded);
  }
  apply(arguments.overrides, settings.config);
  return settings;
}

std::expected<alerts::RuleSources, Lines> read_rule_sources(
    const std::vector<std::string>& owner_files) {
  alerts::RuleSources sources;
  Lines problems;
  for (const std::string& file : owner_files) {
    auto text = read_text(file);
    if (!text) {
      problems.push_back(text.error().message);
    } else {
      sources.owner.push_back({file, std::move(*text)});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return sources;
}

Lines read_price_lists(Config& config) {
  Lines problems;
  for (const std::string& file : config.spend.price_files) {
    const auto text = read_text(file);
    if (!text) {
      problems.push_back(text.error().message);
      continue;
    }
    auto list = config::read_prices(*text);
    if (list) {
      config.spend.price_lists.push_back(std::move(*list));
      continue;
    }
    for (const auto& problem : list.error()) problems.push_back(config::to_string(file, problem));
  }
  return problems;
}

std::expected<Settings, Lines> read_settings(const Arguments& arguments,
                                             std::span<const config::CollectorChoice> collectors) {
  auto settings = read_config(arguments, collectors);
  if (!settings) return settings;
  if (Lines problems = read_price_lists(settings->config); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  const Config& config = settings->config;
  if (Lines problems = notify::check_receivers(config.notify); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  const auto sources = read_rule_sources(config.alerts.rule_files);
  if (!sources) return std::unexpected(sources.error());
  auto rules = alerts::load_rules(*sources, config.alerts, config.notify.language);
  if (!rules) return std::unexpected(lines_of(rules.error()));
  settings->rules = std::move(*rules);
  return settings;
}

}  // namespace clawvigil::cli
