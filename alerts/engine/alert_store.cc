#include "alerts/engine/alert_store.h"

#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

using nlohmann::json;

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS alert_states(alertname TEXT NOT NULL, fingerprint INTEGER NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY(alertname, fingerprint)) WITHOUT ROWID;
)";

std::int64_t to_integer(SystemTime time) { return time.time_since_epoch().count(); }
SystemTime to_time(const json& value) {
  return SystemTime(std::chrono::nanoseconds(value.get<std::int64_t>()));
}

json to_json(const promql::Labels& labels) {
  json out = json::object();
  for (const promql::Label& label : labels.all()) out[label.name] = label.value;
  return out;
}

promql::Labels to_labels(const json& object) {
  std::vector<promql::Label> labels;
  for (const auto& [name, value] : object.items()) {
    labels.push_back({name, value.get<std::string>()});
  }
  return promql::Labels(std::move(labels));
}

void put(json& body, const char* key, const std::optional<SystemTime>& time) {
  if (time) body[key] = to_integer(*time);
}

std::optional<SystemTime> time_at(const json& body, const char* key) {
  if (!body.contains(key)) return std::nullopt;
  return to_time(body.at(key));
}

std::string encode(const ActiveAlert& active) {
  const Alert& alert = active.alert;
  json body{{"labels", to_json(alert.labels)},
            {"element", to_json(active.element)},
            {"annotations", alert.annotations},
            {"translated", alert.translated},
            {"severity", static_cast<int>(alert.severity)},
            {"state", static_cast<int>(alert.state)},
            {"active_at", to_integer(alert.active_at)}};
  // JSON has no infinities; the value comes back with the next evaluation.
  body["value"] = alert.value;
  put(body, "fired_at", alert.fired_at);
  put(body, "resolved_at", alert.resolved_at);
  put(body, "keep_since", active.keep_since);
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<ActiveAlert> decode(std::string_view text) {
  try {
    const json body = json::parse(text);
    ActiveAlert active;
    Alert& alert = active.alert;
    alert.labels = to_labels(body.at("labels"));
    active.element = to_labels(body.at("element"));
    alert.annotations = body.at("annotations").get<std::map<std::string, std::string>>();
    alert.translated = body.at("translated").get<std::map<std::string, std::string>>();
    const int severity = body.at("severity").get<int>();
    const int state = body.at("state").get<int>();
    if (severity < 0 || severity > static_cast<int>(Severity::info)) return std::nullopt;
    if (state < 0 || state > static_cast<int>(AlertState::resolved)) return std::nullopt;
    alert.severity = static_cast<Severity>(severity);
    alert.state = static_cast<AlertState>(state);
    alert.active_at = to_time(body.at("active_at"));
    if (body.at("value").is_number()) alert.value = body.at("value").get<double>();
    alert.fired_at = time_at(body, "fired_at");
    alert.resolved_at = time_at(body, "resolved_at");
    active.keep_since = time_at(body, "keep_since");
    alert.fingerprint = fingerprint(alert.labels);
    if (alert.state == AlertState::firing && !alert.fired_at) return std::nullopt;
    if (alert.state == AlertState::resolved && !alert.resolved_at) return std::nullopt;
    return active;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

Result<std::vector<ActiveAlert>> load_alerts(store::Store& store) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(store::Statement rows, store.prepare("SELECT body FROM alert_states"));
  std::vector<ActiveAlert> out;
  while (true) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) return out;
    if (auto active = decode(rows.text(0))) out.push_back(*std::move(active));
  }
}

Result<> save_alerts(store::Store& store, std::string_view alertname,
                     const std::vector<const ActiveAlert*>& alerts) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(store::Statement remove,
             store.prepare("DELETE FROM alert_states WHERE alertname = ?"));
  TRY(remove.bind(1, alertname).run());
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO alert_states(alertname, fingerprint, body) "
                           "VALUES(?, ?, ?)"));
  for (const ActiveAlert* const active : alerts) {
    TRY(insert.bind(1, alertname)
            .bind(2, static_cast<std::int64_t>(active->alert.fingerprint))
            .bind(3, encode(*active))
            .run());
  }
  return {};
}

}  // namespace clawvigil::alerts
