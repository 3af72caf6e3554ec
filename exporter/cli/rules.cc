// `clawvigil rules list|check|export|replay`.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "alerts/engine/recorded_history.h"
#include "alerts/engine/replay.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/terminal.h"
#include "exporter/host/text_file.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

namespace {

using alerts::Rule;
using alerts::RuleFile;
using nlohmann::json;

constexpr Duration kDefaultSince = std::chrono::days(7);

template <class Visit>
void each_rule(std::span<const RuleFile> files, Visit visit) {
  for (const RuleFile& file : files) {
    for (const alerts::RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) visit(file, rule);
    }
  }
}

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
  std::vector<std::vector<std::string>> rows{
      {"AREA", "RULE", "SEVERITY", "FOR", "THRESHOLD", "CHANGED"}};
  each_rule(settings.rules->files, [&](const RuleFile&, const Rule& rule) {
    rows.push_back({rule.label("area"), rule.alertname, std::string(to_string(rule.severity)),
                    to_string(rule.hold), thresholds_text(rule),
                    overrides.contains(rule.alertname) ? "by your configuration" : ""});
  });
  context.out << table(rows) << "\n" << settings.rules->size() << " rules";
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

std::expected<RuleFile, Lines> read_rule_file(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::unexpected(Lines{text.error().message});
  auto file = alerts::parse_rule_file(path, *text);
  if (!file) return std::unexpected(lines_of(file.error()));
  return std::move(*file);
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

std::string labels_text(const promql::Labels& labels) {
  std::string out;
  for (const promql::Label& label : labels.all()) {
    constexpr std::array<std::string_view, 6> kKnown{"alertname", "area",     "control",
                                                     "severity",  "instance", "job"};
    if (std::ranges::find(kKnown, label.name) != kKnown.end()) continue;
    out += (out.empty() ? "" : ", ") + label.name + "=" + sanitize(label.value);
  }
  return out;
}

std::string moment(SystemTime time) {
  constexpr std::size_t kMaxBytes = 32;
  std::array<char, kMaxBytes> text{};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm parts{};
  static_cast<void>(::localtime_r(&seconds, &parts));
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts)};
}

std::string lasted(const alerts::ReplayedAlert& alert) {
  if (!alert.fired_at) return "never fired: it ended within the waiting time";
  if (!alert.resolved_at) return "still firing";
  return to_string(std::chrono::round<std::chrono::seconds>(*alert.resolved_at - *alert.fired_at));
}

json to_json(const alerts::ReplayedAlert& alert) {
  json labels = json::object();
  for (const promql::Label& label : alert.labels.all()) labels[label.name] = label.value;
  const auto time = [](const std::optional<SystemTime>& when) {
    return when ? json(to_unix_seconds(*when)) : json();
  };
  return {{"labels", labels},
          {"active_at", time(alert.active_at)},
          {"fired_at", time(alert.fired_at)},
          {"resolved_at", time(alert.resolved_at)},
          {"value", alert.value}};
}

void print_replayed(const CommandContext& context, const alerts::ReplayResult& result,
                    SystemTime from) {
  if (context.arguments.given.json) {
    json all = json::array();
    for (const auto& alert : result.alerts) all.push_back(to_json(alert));
    context.out << all.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
    return;
  }
  std::vector<std::vector<std::string>> rows{{"SINCE", "ALERT", "SEVERITY", "LASTED", "WHERE"}};
  for (const auto& alert : result.alerts) {
    rows.push_back({moment(alert.fired_at.value_or(alert.active_at)),
                    std::string(alert.labels.get("alertname")),
                    std::string(alert.labels.get("severity")), lasted(alert),
                    labels_text(alert.labels)});
  }
  if (rows.size() > 1) context.out << table(rows);
  const auto fired = std::ranges::count_if(
      result.alerts, [](const auto& alert) { return alert.fired_at.has_value(); });
  context.out << fired << (fired == 1 ? " alert" : " alerts") << " would have fired since "
              << moment(from) << "\n";
}

struct Recording {
  alerts::RecordedHistory history;
  SystemTime from;
};

// The metrics the rules name; "" (all) when one is chosen by a pattern.
std::set<std::string, std::less<>> metrics_of(std::span<const RuleFile> files) {
  std::set<std::string, std::less<>> metrics;
  each_rule(files, [&](const RuleFile&, const Rule& rule) {
    for (const promql::SelectorUse& selector : rule.expr.selectors()) {
      const auto name = std::ranges::find_if(selector.matchers, [](const promql::Matcher& matcher) {
        return matcher.name() == promql::kMetricName &&
               matcher.kind() == promql::Matcher::Kind::equal;
      });
      metrics.insert(name == selector.matchers.end() ? std::string() : name->value());
    }
  });
  return metrics;
}

promql::TimeMs milliseconds_of(SystemTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

Result<Recording> open_recording(const CommandContext& context, const Config& config,
                                 std::span<const RuleFile> files) {
  const SystemTime now = context.clock.now().wall;
  TRY_ASSIGN(store::Store store, store::Store::open_existing(config.storage_path, now));
  const SystemTime from = now - context.arguments.given.duration.value_or(kDefaultSince);
  const auto labels = [&](std::string_view metric, std::vector<promql::Label> given) {
    given.push_back({std::string(promql::kMetricName), std::string(metric)});
    given.push_back({"job", "clawvigil"});
    given.push_back({"instance", config.web.listen_address});
    return promql::Labels(std::move(given));
  };
  // Rules look back; what they see before `from` counts.
  constexpr Duration kLookBehind = std::chrono::days(1);
  TRY_ASSIGN(auto history, alerts::RecordedHistory::load(store, metrics_of(files),
                                                         milliseconds_of(from - kLookBehind),
                                                         milliseconds_of(now), labels));
  return Recording{std::move(history), from};
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

int rules_replay(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  std::vector<RuleFile> files = settings->rules->files;
  if (!context.arguments.given.words.empty()) {
    files.clear();
    for (const std::string& path : context.arguments.given.words) {
      auto file = read_rule_file(absolute_path(path));
      if (!file) {
        for (const std::string& line : file.error()) context.complain(line);
        return kWrongUsage;
      }
      files.push_back(std::move(*file));
    }
  }
  const auto recording = open_recording(context, settings->config, files);
  if (!recording) {
    context.complain(recording.error().message);
    return kFailure;
  }
  alerts::ReplayResult all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto progress = [&](double part) {
      const double done = (static_cast<double>(i) + part) / static_cast<double>(files.size());
      context.err << "\r… " << static_cast<int>(done * 100) << " %" << std::flush;
    };
    auto result =
        alerts::replay(files[i], recording->history,
                       {.from = recording->from,
                        .until = context.clock.now().wall,
                        .progress = context.progress ? progress : std::function<void(double)>()});
    if (context.progress) context.err << "\r\033[K";
    if (!result) {
      context.complain(result.error().message);
      return kFailure;
    }
    std::ranges::move(result->alerts, std::back_inserter(all.alerts));
    for (const auto& [rule, message] : result->failures) context.complain(rule + ": " + message);
  }
  std::ranges::stable_sort(all.alerts, {}, &alerts::ReplayedAlert::active_at);
  print_replayed(context, all, recording->from);
  return kSuccess;
}

}  // namespace clawvigil::cli
