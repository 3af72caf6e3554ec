// Alertmanager's API (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml):
// POST /api/v2/alerts takes the present state; grouping, repeating and silencing are its own.
//
//   [{"labels":{...},"annotations":{...},"startsAt":"...","endsAt":"...","generatorURL":"..."}]
#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/alert_json.h"
#include "alerts/notify/document.h"
#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

constexpr Duration kTestLasts = std::chrono::minutes(1);

class Alertmanager final : public Receiver {
 public:
  explicit Alertmanager(AlertmanagerConfig config) : config_(std::move(config)) {
    while (config_.url.ends_with('/')) config_.url.pop_back();
  }

  [[nodiscard]] std::string_view kind() const override { return "alertmanager"; }
  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(password_, read_secret(config_.password, places));
    TRY_ASSIGN(bearer_, read_secret(config_.bearer_token, places));
    return {};
  }
  // A test only; the present state comes from present_payload().
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    const Alert alert = test_alert(notification, options);
    return {present_payload({&alert, 1}, options, notification.time + kTestLasts)};
  }
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view) const override {
    host::HttpRequest request;
    request.url = config_.url + "/api/v2/alerts";
    request.headers = {"Content-Type: application/json"};
    request.body = std::move(payload);
    request.username = config_.username;
    request.password = password_;
    request.bearer = bearer_;
    return request;
  }

 private:
  AlertmanagerConfig config_;
  Secret password_;
  Secret bearer_;
};

}  // namespace

std::string present_payload(std::span<const Alert> alerts, const RenderOptions& options,
                            SystemTime ends) {
  json list = json::array();
  for (const Alert& alert : alerts) {
    const bool over = alert.state == alerts::AlertState::resolved;
    list.push_back({{"labels", labels_json(alert)},
                    {"annotations", annotations_json(alert, options)},
                    {"startsAt", rfc3339(alert.fired_at.value_or(alert.active_at))},
                    {"endsAt", rfc3339(over ? alert.resolved_at.value_or(ends) : ends)},
                    {"generatorURL", safe_url(options.page_url)}});
  }
  return dump(list);
}

std::unique_ptr<Receiver> make_alertmanager(const AlertmanagerConfig& config) {
  return std::make_unique<Alertmanager>(config);
}

}  // namespace clawvigil::notify
