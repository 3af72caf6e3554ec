// Webhooks in Alertmanager's format, version 4
// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config): whatever takes an
// Alertmanager's webhook takes this one. Its URL may be a secret.
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "alerts/notify/alert_json.h"
#include "alerts/notify/document.h"
#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

bool fires(const Event& event) {
  return event.kind == Event::Kind::fired || event.kind == Event::Kind::still;
}

json alert_json(const Event& event, const RenderOptions& options) {
  const Alert& alert = event.alert;
  std::optional<SystemTime> end;
  if (!fires(event)) end = alert.resolved_at.value_or(event.at);
  std::array<char, 17> fingerprint{};
  static_cast<void>(std::snprintf(fingerprint.data(), fingerprint.size(), "%016llx",
                                  static_cast<unsigned long long>(alert.fingerprint)));
  return {{"status", fires(event) ? "firing" : "resolved"},
          {"labels", labels_json(alert)},
          {"annotations", annotations_json(alert, options)},
          {"startsAt", rfc3339(alert.fired_at.value_or(alert.active_at))},
          {"endsAt", rfc3339(end)},
          {"generatorURL", safe_url(options.page_url)},
          {"fingerprint", fingerprint.data()}};
}

// What all alerts have in common of their `member`.
json common(const json& alerts, const char* member) {
  json shared = alerts.empty() ? json::object() : alerts.front().at(member);
  for (const json& alert : alerts) {
    const json& other = alert.at(member);
    for (auto entry = shared.begin(); entry != shared.end();) {
      const auto found = other.find(entry.key());
      entry = found != other.end() && *found == *entry ? std::next(entry) : shared.erase(entry);
    }
  }
  return shared;
}

class Webhook final : public Receiver {
 public:
  explicit Webhook(WebhookConfig config) : config_(std::move(config)) {}

  [[nodiscard]] std::string_view kind() const override { return "webhook"; }
  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(url_, read_secret(config_.url_secret, places));
    if (url_.empty()) url_ = Secret(config_.url);
    TRY_ASSIGN(bearer_, read_secret(config_.bearer_token, places));
    return {};
  }
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override;
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view key) const override {
    host::HttpRequest request;
    request.url = std::string(url_.reveal());
    request.headers = {"Content-Type: application/json", "Idempotency-Key: " + std::string(key)};
    request.body = std::move(payload);
    request.bearer = bearer_;
    return request;
  }

 private:
  WebhookConfig config_;
  Secret url_;
  Secret bearer_;
};

std::vector<std::string> Webhook::render(const Notification& notification,
                                         const RenderOptions& options) const {
  std::vector<Event> events = notification.events;
  if (notification.kind == Notification::Kind::test) {
    events.push_back({.alert = test_alert(notification, options), .at = notification.time});
  }
  json alerts = json::array();
  bool firing = false;
  for (const Event& event : events) {
    alerts.push_back(alert_json(event, options));
    firing = firing || fires(event);
  }
  json labels = common(alerts, "labels");
  json annotations = common(alerts, "annotations");
  return {dump({{"version", "4"},
                {"groupKey", "{}:{host=\"" + notification.host + "\"}"},
                {"truncatedAlerts", notification.left_out},
                {"status", firing ? "firing" : "resolved"},
                {"receiver", "clawvigil"},
                {"groupLabels", {{"host", notification.host}}},
                {"commonLabels", std::move(labels)},
                {"commonAnnotations", std::move(annotations)},
                {"externalURL", safe_url(options.page_url)},
                {"alerts", std::move(alerts)}})};
}

}  // namespace

std::unique_ptr<Receiver> make_webhook(const WebhookConfig& config) {
  return std::make_unique<Webhook>(config);
}

}  // namespace clawvigil::notify
