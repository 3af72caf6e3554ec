#include "exporter/cli/replay_reach.h"

#include <algorithm>

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

SystemTime ReplayReach::known_from(const alerts::Rule& rule) const {
  const std::vector<promql::SelectorUse> selectors = rule.expr.selectors();
  const auto is_told = [&](const promql::SelectorUse& selector) {
    return transcripts_.tells_of(alerts::metric_of(selector.matchers));
  };
  const auto is_recorded = [](const promql::SelectorUse& selector) {
    return alerts::is_recorded(alerts::metric_of(selector.matchers));
  };
  if (std::ranges::all_of(selectors, is_told)) return SystemTime::min();
  if (!std::ranges::all_of(selectors, is_recorded)) return SystemTime::max();
  return recorded_from_.value_or(SystemTime::max());
}

std::vector<std::string> ReplayReach::gaps(std::span<const alerts::RuleFile> files,
                                           SystemTime from) const {
  std::vector<std::string_view> always;
  std::vector<std::string_view> never;
  std::size_t later = 0;
  each_rule(files, [&](const alerts::RuleFile&, const alerts::Rule& rule) {
    if (rule.alertname == alerts::kWatchdog) return;
    const SystemTime known = known_from(rule);
    if (known <= from) {
      always.push_back(rule.alertname);
    } else if (known == SystemTime::max() && recorded_from_) {
      never.push_back(rule.alertname);
    } else {
      ++later;
    }
  });
  std::vector<std::string> sentences;
  if (later > 0) {
    std::string text =
        recorded_from_
            ? rules_text(later) + " could be replayed only since records begin, at " +
                  local_time(*recorded_from_) + "."
            : "Nothing is recorded yet: " + rules_text(later) + " could not be replayed.";
    if (!always.empty()) text += " From the transcripts: " + join(always, ", ") + ".";
    sentences.push_back(std::move(text));
  }
  if (!never.empty()) {
    sentences.push_back("Not replayed, what they read is not recorded: " + join(never, ", ") + ".");
  }
  return sentences;
}

}  // namespace clawvigil::cli
