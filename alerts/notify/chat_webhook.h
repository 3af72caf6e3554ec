// What Slack- and Discord-compatible webhooks share: a URL that is a secret, a JSON body.
#pragma once

#include <string>
#include <utility>

#include "alerts/notify/receiver.h"
#include "alerts/notify/secrets.h"
#include "exporter/base/secret.h"

namespace clawvigil::notify {

class ChatWebhook : public Receiver {
 public:
  explicit ChatWebhook(WebhookConfig config) : config_(std::move(config)) {}

  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(url_, read_secret(config_.url_secret, places));
    if (url_.empty()) url_ = Secret(config_.url);
    return {};
  }
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view) const override {
    host::HttpRequest request;
    request.url = std::string(url_.reveal());
    request.headers = {"Content-Type: application/json"};
    request.body = std::move(payload);
    return request;
  }

 private:
  WebhookConfig config_;
  Secret url_;
};

}  // namespace clawvigil::notify
