#include "alerts/engine/posture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "alerts/engine/engine_state.h"
#include "alerts/engine/readable.h"
#include "alerts/engine/utc.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kShownExpression = 200;
constexpr std::array kAllStatus{RuleStatus::ok,      RuleStatus::broken,   RuleStatus::pending,
                                RuleStatus::unknown, RuleStatus::accepted, RuleStatus::silenced};

// The element nearest to breaking the rule.
std::optional<double> worst(const promql::Value& value, std::string_view op, double threshold) {
  if (const auto* scalar = std::get_if<double>(&value)) return *scalar;
  const auto* vector = std::get_if<promql::Vector>(&value);
  if (vector == nullptr) return std::nullopt;
  const auto distance = [&](double x) {
    if (op.starts_with('>')) return threshold - x;
    if (op.starts_with('<')) return x - threshold;
    return std::abs(x - threshold);
  };
  std::optional<double> nearest;
  for (const promql::VectorSample& sample : *vector) {
    if (std::isnan(sample.value)) continue;
    if (!nearest || distance(sample.value) < distance(*nearest)) nearest = sample.value;
  }
  return nearest;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return sanitize(trim(out), kShownExpression);
}

nlohmann::json time_or_null(const std::optional<SystemTime>& time) {
  return time ? nlohmann::json(utc::seconds(*time)) : nlohmann::json();
}

std::string text_of(const std::map<std::string, std::string>& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? "" : found->second;
}

AlertTexts texts_of(const std::map<std::string, std::string>& texts, bool french) {
  return {with_coarse_durations(text_of(texts, "summary"), french),
          with_coarse_durations(text_of(texts, "description"), french), text_of(texts, "action")};
}

std::string one_of(bool in_french, const std::string& english, const std::string& french) {
  return in_french && !french.empty() ? french : english;
}

PostureEntry entry_of(const Rule& rule) {
  PostureEntry entry;
  entry.alertname = rule.alertname;
  entry.area = rule.label("area");
  entry.control = rule.label("control");
  entry.severity = rule.severity;
  return entry;
}

PostureEntry entry_of(const RunningRule& rule, const Alert& alert, const SilencedBy& silenced,
                      bool in_french) {
  PostureEntry entry = entry_of(*rule.rule);
  entry.status = alert.state == AlertState::firing ? RuleStatus::broken : RuleStatus::pending;
  if (alert.name() == kWatchdog) entry.status = RuleStatus::ok;
  entry.value = alert.value;
  entry.labels = alert.labels;
  entry.since = alert.active_at;
  entry.english = texts_of(alert.annotations, false);
  entry.french = texts_of(alert.translated, true);
  entry.summary = one_of(in_french, entry.english.summary, entry.french.summary);
  entry.description = one_of(in_french, entry.english.description, entry.french.description);
  entry.action = one_of(in_french, entry.english.action, entry.french.action);
  if (alert.frozen) entry.reason = rule.frozen.empty() ? rule.unknown : rule.frozen;
  if (!silenced) return entry;
  if (const auto by = silenced(alert.labels)) {
    entry.status = by->accepted ? RuleStatus::accepted : RuleStatus::silenced;
    entry.reason = by->comment;
    entry.until = by->until;
  }
  return entry;
}

}  // namespace

std::size_t Posture::count(RuleStatus status) const {
  return static_cast<std::size_t>(std::ranges::count(entries, status, &PostureEntry::status));
}

Posture Engine::posture(SystemTime now, const SilencedBy& silenced) const {
  const State& state = *state_;
  const bool in_french = state.rules->language == "fr";
  Posture out{state.options.host, now, {}};
  const promql::TimeMs time = to_milliseconds(state.last ? state.last->wall : now);
  const HistorySource source(state.live, state.history, time);
  for (const RunningGroup& group : state.groups) {
    for (const RunningRule& rule : group.rules) {
      bool any = false;
      for (const auto& [print, active] : rule.state.alerts) {
        if (active.alert.state == AlertState::resolved) continue;
        out.entries.push_back(entry_of(rule, active.alert, silenced, in_french));
        any = true;
      }
      if (any) continue;
      PostureEntry entry = entry_of(*rule.rule);
      entry.status = rule.unknown.empty() ? RuleStatus::ok : RuleStatus::unknown;
      entry.reason = rule.unknown;
      entry.known_since = rule.known_since;
      entry.summary = one_line(rule.rule->expr.text());
      const auto comparison = rule.rule->expr.top_comparison();
      if (entry.status == RuleStatus::ok && comparison) {
        const auto left = comparison->left.evaluate(source, time);
        if (left) entry.value = worst(*left, comparison->op, comparison->threshold);
      }
      out.entries.push_back(std::move(entry));
    }
  }
  return out;
}

Engine::Tally Engine::tally(const SilencedBy& silenced) const {
  Tally tally;
  for (const RunningGroup& group : state_->groups) {
    for (const RunningRule& rule : group.rules) {
      bool any = false;
      for (const auto& [print, active] : rule.state.alerts) {
        const Alert& alert = active.alert;
        if (alert.state == AlertState::resolved) continue;
        any = true;
        if (alert.state == AlertState::pending || (silenced && silenced(alert.labels))) continue;
        ++(alert.name() == kWatchdog ? tally.ok : tally.broken);
      }
      if (!any) ++(rule.unknown.empty() ? tally.ok : tally.unknown);
    }
  }
  return tally;
}

nlohmann::json to_json(const Posture& posture) {
  nlohmann::json summary;
  for (const RuleStatus status : kAllStatus) {
    summary[std::string(to_string(status))] = posture.count(status);
  }
  nlohmann::json rules = nlohmann::json::array();
  for (const PostureEntry& entry : posture.entries) {
    nlohmann::json labels = nlohmann::json::object();
    for (const promql::Label& label : entry.labels.all()) labels[label.name] = label.value;
    nlohmann::json value;
    if (entry.value && std::isfinite(*entry.value)) value = *entry.value;
    rules.push_back({{"alertname", entry.alertname},
                     {"area", entry.area},
                     {"control", entry.control},
                     {"severity", to_string(entry.severity)},
                     {"state", to_string(entry.status)},
                     {"value", std::move(value)},
                     {"labels", std::move(labels)},
                     {"summary", entry.summary},
                     {"description", entry.description},
                     {"action", entry.action},
                     {"reason", entry.reason},
                     {"since", time_or_null(entry.since)},
                     {"until", time_or_null(entry.until)}});
  }
  return {{"host", posture.host},
          {"time", utc::seconds(posture.time)},
          {"summary", std::move(summary)},
          {"rules", std::move(rules)}};
}

}  // namespace clawvigil::alerts
