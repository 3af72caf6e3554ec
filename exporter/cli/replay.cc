// `clawvigil rules replay`: what would have fired, over the recorded history and, before it began,
// over what the transcripts tell of use and spend.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <utility>

#include "alerts/engine/replay.h"
#include "alerts/engine/series.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/progress_line.h"
#include "exporter/cli/replay_past.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/terminal.h"

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
  if (!alert.fired_at) return "did not last long enough to fire";
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

// Five minutes, and more over more than a year.
Duration coarse_step_for(Duration span) {
  constexpr std::int64_t kSteps = 100'000;
  return std::max<Duration>(std::chrono::minutes(5),
                            std::chrono::ceil<std::chrono::minutes>(span / kSteps));
}

// Takes 0 to 1 and shows it as "replaying… 40 %", each once.
std::function<void(double)> percents_of(std::string_view what, ProgressLine& line) {
  return [what, &line, shown = -1](double part) mutable {
    const int percent = static_cast<int>(part * 100);
    if (percent == std::exchange(shown, percent)) return;
    line.show(std::string(what) + "… " + std::to_string(percent) + " %");
  };
}

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

// What the answer does not say by itself.
std::vector<std::string> notes_on(const ReplayPast& past, std::span<const RuleFile> files,
                                  SystemTime from) {
  std::vector<std::string> notes = past.reach().gaps(files, from);
  if (past.recorded_from().value_or(SystemTime::max()) > from) {
    notes.emplace_back(
        "Before there were records, scores are learned anew from what is kept of the time before "
        "each: the first days know little of what is usual. Loops and failed calls are seen where "
        "a session ended with them; where only hours are known, use is taken as even within them.");
  }
  if (!past.is_complete()) {
    notes.emplace_back("The transcripts are still being read: what they tell is not complete yet.");
  }
  return notes;
}

std::optional<std::vector<RuleFile>> given_files(const CommandContext& context) {
  std::vector<RuleFile> files;
  for (const std::string& path : context.arguments.given.words) {
    auto file = read_rule_file(absolute_path(path));
    if (!file) {
      for (const std::string& line : file.error()) context.complain(line);
      return std::nullopt;
    }
    files.push_back(std::move(*file));
  }
  return files;
}

// Every rule over the whole time; nullopt after a complaint.
std::optional<alerts::ReplayResult> replay_all(const CommandContext& context,
                                               const ReplayPast& past,
                                               std::span<const RuleFile> files, SystemTime from,
                                               SystemTime until,
                                               const std::function<void(double)>& progress) {
  const ReplayReach reach = past.reach();
  alerts::ReplayOptions options{
      .from = from,
      .until = until,
      .known_from = [&](const Rule& rule) { return reach.known_from(rule); },
      .changed = [&](std::string_view metric, SystemTime before,
                     SystemTime now) { return past.changed(metric, before, now); },
      .fine_from = past.fine_from(),
      .coarse_step = coarse_step_for(until - from)};
  alerts::ReplayResult all;
  for (std::size_t i = 0; i < files.size(); ++i) {
    options.progress = [&](double part) {
      const double done = static_cast<double>(i) + part;
      progress(done / static_cast<double>(files.size()));
    };
    auto result = alerts::replay(files[i], past.source(), options);
    if (!result) {
      context.complain(result.error().message);
      return std::nullopt;
    }
    std::ranges::copy_if(result->alerts, std::back_inserter(all.alerts), [](const auto& alert) {
      return alert.labels.get("alertname") != alerts::kWatchdog;
    });
    for (const auto& [rule, message] : result->failures) context.complain(rule + ": " + message);
  }
  std::ranges::stable_sort(all.alerts, {}, &alerts::ReplayedAlert::active_at);
  return all;
}

}  // namespace

int rules_replay(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  std::vector<RuleFile> files = settings->rules->files;
  if (!context.arguments.given.words.empty()) {
    auto given = given_files(context);
    if (!given) return kWrongUsage;
    files = std::move(*given);
  }
  const SystemTime until = context.clock.now().wall;
  // On the slots of the ledger, whose ends are when something changes.
  const SystemTime from = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<300>>>(
      until - context.arguments.given.duration.value_or(kDefaultSince));
  std::optional<ProgressLine> line(std::in_place, context.progress ? &context.err : nullptr,
                                   context.columns);
  const auto past = ReplayPast::load(settings->config,
                                     {.metrics = metrics_of(files), .from = from, .until = until},
                                     percents_of("reading the past", *line));
  if (!past) {
    line.reset();
    context.complain(past.error().message);
    return kFailure;
  }
  const auto all = replay_all(context, **past, files, from, until, percents_of("replaying", *line));
  line.reset();
  if (!all) return kFailure;
  const std::vector<std::string> notes = notes_on(**past, files, from);
  if (context.arguments.given.json) {
    print_json(context, *all);
    for (const std::string& note : notes) context.complain(note);
    return kSuccess;
  }
  print_text(context, *all, from, until);
  for (const std::string& note : notes) context.out << "\n" << note << "\n";
  return kSuccess;
}

}  // namespace clawvigil::cli
