// `clawvigil rules replay`: what would have fired, over the recorded history and, before it began,
// over what the transcripts tell of spend and tokens.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "alerts/engine/recorded_history.h"
#include "alerts/engine/replay.h"
#include "alerts/engine/series.h"
#include "exporter/base/duration.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/replay_reach.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/state_access.h"
#include "exporter/cli/terminal.h"
#include "exporter/cli/transcript_history.h"

namespace clawvigil::cli {

namespace {

using alerts::Rule;
using alerts::RuleFile;
using nlohmann::json;

constexpr Duration kDefaultSince = std::chrono::days(7);

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
          {"value", alert.value},
          {"annotations", alert.annotations}};
}

// What one rule would have said, all in all.
struct RuleSummary {
  std::string severity;
  std::size_t times = 0;
  Duration firing{};
  Duration longest{};
  SystemTime first = SystemTime::max();
  SystemTime last = SystemTime::min();
};

// Rules that fired, the most talkative first.
std::vector<std::vector<std::string>> summary_of(const alerts::ReplayResult& result,
                                                 SystemTime until) {
  std::map<std::string, RuleSummary> rules;
  for (const alerts::ReplayedAlert& alert : result.alerts) {
    if (!alert.fired_at) continue;
    RuleSummary& rule = rules[std::string(alert.labels.get("alertname"))];
    const Duration lasted = alert.resolved_at.value_or(until) - *alert.fired_at;
    rule.severity = alert.labels.get("severity");
    ++rule.times;
    rule.firing += lasted;
    rule.longest = std::max(rule.longest, lasted);
    rule.first = std::min(rule.first, *alert.fired_at);
    rule.last = std::max(rule.last, *alert.fired_at);
  }
  std::vector<std::pair<std::string, RuleSummary>> sorted(rules.begin(), rules.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(),
                           [](const auto& rule) { return rule.second.times; });
  const auto minutes = [](Duration span) {
    return to_string(std::chrono::round<std::chrono::minutes>(span));
  };
  std::vector<std::vector<std::string>> rows{
      {"RULE", "SEVERITY", "TIMES", "FIRING", "LONGEST", "FIRST", "LAST"}};
  for (const auto& [name, rule] : sorted) {
    rows.push_back({name, rule.severity, std::to_string(rule.times), minutes(rule.firing),
                    minutes(rule.longest), local_time(rule.first), local_time(rule.last)});
  }
  return rows;
}

void print_json(const CommandContext& context, const alerts::ReplayResult& result) {
  json all = json::array();
  for (const auto& alert : result.alerts) all.push_back(to_json(alert));
  context.out << all.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
}

void print_text(const CommandContext& context, const alerts::ReplayResult& result, SystemTime from,
                SystemTime until) {
  std::vector<std::vector<std::string>> rows{{"SINCE", "ALERT", "SEVERITY", "LASTED", "WHERE"}};
  for (const auto& alert : result.alerts) {
    rows.push_back({local_time(alert.fired_at.value_or(alert.active_at)),
                    std::string(alert.labels.get("alertname")),
                    std::string(alert.labels.get("severity")), lasted(alert),
                    labels_text(alert.labels)});
  }
  if (rows.size() > 1) context.out << table(rows);
  const auto fired = std::ranges::count_if(
      result.alerts, [](const auto& alert) { return alert.fired_at.has_value(); });
  context.out << fired << (fired == 1 ? " alert" : " alerts") << " would have fired since "
              << local_time(from) << "\n";
  if (fired < 2) return;
  context.out << "\n"
              << table(summary_of(result, until))
              << "\nChange a rule that says too much:  alerts: {rules: {NAME: {threshold: N, "
                 "enabled: false}}}, then replay again\n";
}

// Once a minute, and less often over more than two months.
Duration step_for(Duration span) {
  constexpr std::int64_t kSteps = 100'000;
  return std::max<Duration>(std::chrono::minutes(1),
                            std::chrono::ceil<std::chrono::minutes>(span / kSteps));
}

struct Past {
  alerts::RecordedHistory recorded;
  TranscriptHistory transcripts;
  SystemTime from;

  [[nodiscard]] std::optional<promql::TimeMs> recorded_from() const {
    const auto sessions = recorded.sessions();
    if (sessions.empty()) return std::nullopt;
    return sessions.front().start;
  }
  [[nodiscard]] PastSource source() const {
    return {recorded, recorded_from().value_or(INT64_MAX), transcripts};
  }
  [[nodiscard]] ReplayReach reach() const {
    const auto since = recorded_from();
    return {since ? std::optional(from_milliseconds(*since)) : std::nullopt, transcripts};
  }
};

// The metrics that rules and their texts name; "" (all) when one is chosen by a pattern.
std::set<std::string, std::less<>> metrics_of(std::span<const RuleFile> files) {
  std::set<std::string, std::less<>> metrics;
  const auto add = [&](const std::vector<promql::SelectorUse>& selectors) {
    for (const promql::SelectorUse& selector : selectors) {
      metrics.emplace(alerts::metric_of(selector.matchers));
    }
  };
  each_rule(files, [&](const RuleFile&, const Rule& rule) {
    add(rule.expr.selectors());
    add(rule.explained_by());
  });
  return metrics;
}

Result<Past> open_past(const CommandContext& context, const Config& config,
                       std::span<const RuleFile> files) {
  const SystemTime now = context.clock.now().wall;
  TRY_ASSIGN(store::Store store, open_state_to_read(config));
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
                                                         to_milliseconds(from - kLookBehind),
                                                         to_milliseconds(now), labels));
  TRY_ASSIGN(auto transcripts, TranscriptHistory::load(store, labels));
  return Past{std::move(history), std::move(transcripts), from};
}

}  // namespace

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
  const auto past = open_past(context, settings->config, files);
  if (!past) {
    context.complain(past.error().message);
    return kFailure;
  }
  const PastSource source = past->source();
  const ReplayReach reach = past->reach();
  const SystemTime until = context.clock.now().wall;
  alerts::ReplayResult all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto progress = [&](double part) {
      const double done = (static_cast<double>(i) + part) / static_cast<double>(files.size());
      context.err << "\r… " << static_cast<int>(done * 100) << " %" << std::flush;
    };
    auto result =
        alerts::replay(files[i], source,
                       {.from = past->from,
                        .until = until,
                        .step = step_for(until - past->from),
                        .progress = context.progress ? progress : std::function<void(double)>(),
                        .known_from = [&](const Rule& rule) { return reach.known_from(rule); }});
    if (context.progress) context.err << "\r\033[K";
    if (!result) {
      context.complain(result.error().message);
      return kFailure;
    }
    std::ranges::copy_if(result->alerts, std::back_inserter(all.alerts), [](const auto& alert) {
      return alert.labels.get("alertname") != alerts::kWatchdog;
    });
    for (const auto& [rule, message] : result->failures) context.complain(rule + ": " + message);
  }
  std::ranges::stable_sort(all.alerts, {}, &alerts::ReplayedAlert::active_at);
  const std::vector<std::string> gaps = reach.gaps(files, past->from);
  if (context.arguments.given.json) {
    print_json(context, all);
    for (const std::string& gap : gaps) context.complain(gap);
    return kSuccess;
  }
  print_text(context, all, past->from, until);
  for (const std::string& gap : gaps) context.out << "\n" << gap << "\n";
  return kSuccess;
}

}  // namespace clawvigil::cli
