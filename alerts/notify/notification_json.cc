// Notifications as the outbox keeps them. Times are nanoseconds since the epoch; a number that JSON
// has no form for (NaN, infinities) is text.
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "alerts/notify/notification.h"

namespace clawvigil::notify {

namespace {

using Counts = std::map<std::string, std::uint64_t>;

using nlohmann::json;

json time_to(SystemTime time) { return time.time_since_epoch().count(); }
SystemTime time_from(const json& value) { return SystemTime(Duration(value.get<std::int64_t>())); }

json time_to(const std::optional<SystemTime>& time) { return time ? time_to(*time) : json(); }
std::optional<SystemTime> optional_time_from(const json& value) {
  if (value.is_null()) return std::nullopt;
  return time_from(value);
}

json number_to(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
double number_from(const json& value) {
  if (value.is_number()) return value.get<double>();
  const auto& text = value.get_ref<const std::string&>();
  using Limits = std::numeric_limits<double>;
  if (text == "+Inf") return Limits::infinity();
  return text == "-Inf" ? -Limits::infinity() : Limits::quiet_NaN();
}

template <class Enum>
Enum enum_from(const json& value, Enum last) {
  const int number = value.get<int>();
  if (number < 0 || number > static_cast<int>(last))
    throw json::other_error::create(501, "", nullptr);
  return static_cast<Enum>(number);
}

json alert_to(const Alert& alert) {
  json labels = json::object();
  for (const promql::Label& label : alert.labels.all()) labels[label.name] = label.value;
  return {{"labels", std::move(labels)},
          {"annotations", alert.annotations},
          {"translated", alert.translated},
          {"severity", static_cast<int>(alert.severity)},
          {"state", static_cast<int>(alert.state)},
          {"value", number_to(alert.value)},
          {"active_at", time_to(alert.active_at)},
          {"fired_at", time_to(alert.fired_at)},
          {"resolved_at", time_to(alert.resolved_at)},
          {"frozen", alert.frozen},
          {"fingerprint", alert.fingerprint}};
}

Alert alert_from(const json& value) {
  Alert alert;
  std::vector<promql::Label> labels;
  for (const auto& [name, text] : value.at("labels").items()) {
    labels.push_back({name, text.get<std::string>()});
  }
  alert.labels = promql::Labels(std::move(labels));
  alert.annotations = value.at("annotations").get<std::map<std::string, std::string>>();
  alert.translated = value.at("translated").get<std::map<std::string, std::string>>();
  alert.severity = enum_from(value.at("severity"), Severity::info);
  alert.state = enum_from(value.at("state"), alerts::AlertState::resolved);
  alert.value = number_from(value.at("value"));
  alert.active_at = time_from(value.at("active_at"));
  alert.fired_at = optional_time_from(value.at("fired_at"));
  alert.resolved_at = optional_time_from(value.at("resolved_at"));
  alert.frozen = value.at("frozen").get<bool>();
  alert.fingerprint = value.at("fingerprint").get<std::uint64_t>();
  return alert;
}

json event_to(const Event& event) {
  return {{"kind", static_cast<int>(event.kind)},
          {"alert", alert_to(event.alert)},
          {"at", time_to(event.at)},
          {"fired_last_hour", event.fired_last_hour}};
}

Event event_from(const json& value) {
  Event event;
  event.kind = enum_from(value.at("kind"), Event::Kind::gone);
  event.alert = alert_from(value.at("alert"));
  event.at = time_from(value.at("at"));
  event.fired_last_hour = value.at("fired_last_hour").get<std::uint32_t>();
  return event;
}

Notification notification_from(const json& value) {
  Notification notification;
  notification.kind = enum_from(value.at("kind"), Notification::Kind::test);
  notification.time = time_from(value.at("time"));
  notification.host = value.at("host").get<std::string>();
  for (const json& event : value.at("events")) notification.events.push_back(event_from(event));
  notification.facts = {value.at("ok").get<std::size_t>(), value.at("broken").get<std::size_t>(),
                        value.at("unknown").get<std::size_t>()};
  // Messages of an older version have none.
  notification.facts.workspace.commits = value.value("commits", Counts());
  notification.facts.workspace.changes = value.value("changes", Counts());
  notification.given_up = value.at("given_up").get<std::uint64_t>();
  notification.left_out = value.at("left_out").get<std::uint64_t>();
  notification.stands_in_for = value.at("stands_in_for").get<std::string>();
  return notification;
}

// Label values are UTF-8 by contract; a byte that is not must not cost the message.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const Alert& alert) { return dump(alert_to(alert)); }

Result<Alert> alert_from_json(std::string_view text) {
  try {
    return alert_from(json::parse(text));
  } catch (const json::exception&) {
    return fail(Errc::parse, "a stored alert cannot be read");
  }
}

std::string to_json(const Notification& notification) {
  json events = json::array();
  for (const Event& event : notification.events) events.push_back(event_to(event));
  return dump({{"kind", static_cast<int>(notification.kind)},
               {"time", time_to(notification.time)},
               {"host", notification.host},
               {"events", std::move(events)},
               {"ok", notification.facts.ok},
               {"broken", notification.facts.broken},
               {"unknown", notification.facts.unknown},
               {"commits", notification.facts.workspace.commits},
               {"changes", notification.facts.workspace.changes},
               {"given_up", notification.given_up},
               {"left_out", notification.left_out},
               {"stands_in_for", notification.stands_in_for}});
}

Result<Notification> notification_from_json(std::string_view text) {
  try {
    return notification_from(json::parse(text));
  } catch (const json::exception&) {
    return fail(Errc::parse, "a stored notification cannot be read");
  }
}

}  // namespace clawvigil::notify
