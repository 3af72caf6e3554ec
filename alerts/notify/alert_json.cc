#include "alerts/notify/alert_json.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "alerts/notify/document.h"
#include "alerts/notify/messages.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::notify {

using nlohmann::json;

std::string rfc3339(std::optional<SystemTime> time) {
  if (!time) return "0001-01-01T00:00:00Z";
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(*time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(milliseconds);
  std::array<char, 8> fraction{};
  static_cast<void>(std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                                  static_cast<int>((milliseconds - seconds).count())));
  return format_utc(seconds, "%Y-%m-%dT%H:%M:%S") + fraction.data();
}

json labels_json(const Alert& alert) {
  json labels = json::object();
  for (const promql::Label& label : alert.labels.all()) labels[label.name] = label.value;
  return labels;
}

json annotations_json(const Alert& alert, const RenderOptions& options) {
  json annotations = alert.annotations;
  if (options.language == "fr") {
    for (const auto& [name, text] : alert.translated) {
      if (!text.empty()) annotations[name] = text;
    }
  }
  if (std::string url = runbook_url(alert, options); !url.empty()) {
    annotations["runbook_url"] = std::move(url);
  }
  return annotations;
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Alert test_alert(const Notification& notification, const RenderOptions& options) {
  Alert alert;
  alert.labels = promql::Labels(
      {{"alertname", "ClawvigilTest"}, {"severity", "info"}, {"instance", notification.host}});
  alert.annotations["summary"] = texts(options.language).test_text;
  alert.severity = Severity::info;
  alert.state = alerts::AlertState::firing;
  alert.active_at = notification.time;
  alert.fired_at = notification.time;
  return alert;
}

}  // namespace clawvigil::notify
