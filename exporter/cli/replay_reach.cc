#include "exporter/cli/replay_reach.h"

#include <algorithm>
#include <map>

#include "alerts/engine/alert.h"
#include "alerts/engine/recorder.h"
#include "alerts/engine/series.h"
#include "exporter/base/strings.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

namespace {

std::string rules_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " rule" : " rules");
}

}  // namespace

SystemTime ReplayReach::metric_from(std::string_view metric) const {
  const SystemTime recorded =
      alerts::is_recorded(metric) ? recorded_from_.value_or(SystemTime::max()) : SystemTime::max();
  return std::min(recorded, known_(metric).value_or(SystemTime::max()));
}

SystemTime ReplayReach::known_from(const alerts::Rule& rule) const {
  SystemTime from = SystemTime::min();
  for (const promql::SelectorUse& selector : rule.expr.selectors()) {
    from = std::max(from, metric_from(alerts::metric_of(selector.matchers)));
  }
  return from;
}

std::vector<std::string> ReplayReach::gaps(std::span<const alerts::RuleFile> files,
                                           SystemTime from) const {
  std::vector<std::string_view> always;
  std::vector<std::string_view> never;
  std::map<SystemTime, std::vector<std::string_view>> later;
  std::size_t recorded = 0;
  each_rule(files, [&](const alerts::RuleFile&, const alerts::Rule& rule) {
    if (rule.alertname == alerts::kWatchdog) return;
    const SystemTime known = known_from(rule);
    if (known <= from) {
      always.push_back(rule.alertname);
    } else if (known == SystemTime::max() && recorded_from_) {
      never.push_back(rule.alertname);
    } else if (known == recorded_from_.value_or(SystemTime::max())) {
      ++recorded;
    } else {
      later[known].push_back(rule.alertname);
    }
  });
  std::vector<std::string> sentences;
  if (recorded > 0) {
    sentences.push_back(
        recorded_from_
            ? rules_text(recorded) + " could be replayed only since records begin, at " +
                  local_time(*recorded_from_) + "."
            : "Nothing is recorded yet: " + rules_text(recorded) + " could not be replayed.");
    if (!always.empty()) sentences.back() += " From the transcripts: " + join(always, ", ") + ".";
  }
  for (const auto& [known, names] : later) {
    sentences.push_back("From the transcripts, but only since " + local_time(known) + ": " +
                        join(names, ", ") + ".");
  }
  if (!never.empty()) {
    sentences.push_back("Not replayed, what they read is not recorded: " + join(never, ", ") + ".");
  }
  return sentences;
}

}  // namespace clawvigil::cli
