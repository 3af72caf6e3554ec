// What an engine shows of itself: Prometheus' API shape, and metrics.
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "alerts/engine/engine.h"
#include "alerts/engine/engine_state.h"
#include "alerts/engine/go_format.h"
#include "alerts/engine/utc.h"

namespace clawvigil::alerts {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxStates = 600;  // one per rule
constexpr double kDefaultInterval = 1;

constexpr Metric kState{MetricType::gauge,
                        "clawvigil_rule_state",
                        "State of a rule: 0 ok, 1 unknown, 2 pending, 3 firing.",
                        {"rule", "severity", "area"},
                        kMaxStates};
constexpr Metric kFailures{MetricType::counter,
                           "clawvigil_rule_evaluation_failures_total",
                           "Evaluations of a rule of the group that failed since the start.",
                           {"group"}};
constexpr Metric kDuration{MetricType::gauge,
                           "clawvigil_rule_group_last_duration_seconds",
                           "How long the last evaluations of the rules of the group took.",
                           {"group"}};
constexpr std::array kMetrics{kState.info(), kFailures.info(), kDuration.info()};

json to_json(const promql::Labels& labels) {
  json out = json::object();
  for (const promql::Label& label : labels.all()) out[label.name] = label.value;
  return out;
}

json texts(const std::map<std::string, Template>& templates) {
  json out = json::object();
  for (const auto& [name, text] : templates) out[name] = text.text();
  return out;
}

// strconv.FormatFloat(value, 'e', -1, 64)
std::string exponent_form(double value) {
  if (!std::isfinite(value)) return go::shortest(value);
  constexpr std::size_t kBytes = 64;
  std::array<char, kBytes> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific);
  return {buffer.data(), end.ptr};
}

json alert_json(const ActiveAlert& active) {
  const Alert& alert = active.alert;
  json out{{"labels", to_json(alert.labels)},
           {"annotations", alert.annotations},
           {"state", alert.state == AlertState::firing ? "firing" : "pending"},
           {"activeAt", utc::nanoseconds(alert.active_at)},
           {"value", exponent_form(alert.value)}};
  if (active.keep_since) out["keepFiringSince"] = utc::nanoseconds(*active.keep_since);
  return out;
}

json active_alerts(const RunningRule& rule) {
  json out = json::array();
  for (const auto& [print, active] : rule.state.alerts) {
    if (active.alert.state != AlertState::resolved) out.push_back(alert_json(active));
  }
  return out;
}

const char* prometheus_state(const RunningRule& running) {
  const RuleStatus status = running.status();
  if (status == RuleStatus::broken) return "firing";
  return status == RuleStatus::pending ? "pending" : "inactive";
}

const char* health_of(const RunningRule& running) {
  if (running.error) return "err";
  return running.unknown.empty() ? "ok" : "unknown";
}

json rule_json(const RunningRule& running) {
  const Rule& rule = *running.rule;
  json out{{"state", prometheus_state(running)},
           {"name", rule.alertname},
           {"query", rule.expr.text()},
           {"duration", to_seconds(rule.hold)},
           {"keepFiringFor", to_seconds(rule.keep_firing_for)},
           {"labels", texts(rule.labels)},
           {"annotations", texts(rule.annotations)},
           {"alerts", active_alerts(running)},
           {"health", health_of(running)},
           {"evaluationTime", to_seconds(running.duration)},
           {"lastEvaluation", utc::nanoseconds(running.time)},
           {"type", "alerting"}};
  if (!running.unknown.empty()) out["lastError"] = running.unknown;
  return out;
}

// The greatest of several is the worst: what is unknown hides no alert, and never looks good.
double state_of(const RunningRule& rule) {
  switch (rule.status()) {
    case RuleStatus::unknown:
      return 1;
    case RuleStatus::pending:
      return 2;
    case RuleStatus::broken:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

json Engine::api_rules() const {
  json groups = json::array();
  for (const RunningGroup& group : state_->groups) {
    json rules = json::array();
    for (const RunningRule& rule : group.rules) rules.push_back(rule_json(rule));
    const double interval =
        group.group->interval ? to_seconds(*group.group->interval) : kDefaultInterval;
    groups.push_back({{"name", group.group->name},
                      {"file", group.file->name},
                      {"rules", std::move(rules)},
                      {"interval", interval},
                      {"limit", 0},
                      {"evaluationTime", to_seconds(group.duration)},
                      {"lastEvaluation", utc::nanoseconds(group.time)}});
  }
  return {{"groups", std::move(groups)}};
}

json Engine::api_alerts() const {
  json alerts = json::array();
  for (const RunningGroup& group : state_->groups) {
    for (const RunningRule& rule : group.rules) {
      for (json& alert : active_alerts(rule)) alerts.push_back(std::move(alert));
    }
  }
  return {{"alerts", std::move(alerts)}};
}

std::span<const MetricInfo> Engine::metrics() { return kMetrics; }

void Engine::export_metrics(Batch& out) const {
  for (const RunningGroup& group : state_->groups) {
    out.add(kFailures, static_cast<double>(group.failures), group.group->name);
    out.add(kDuration, to_seconds(group.duration), group.group->name);
    for (const RunningRule& rule : group.rules) {
      out.set(kState, state_of(rule), rule.rule->alertname, to_string(rule.rule->severity),
              rule.rule->label("area"));
    }
  }
}

}  // namespace clawvigil::alerts
