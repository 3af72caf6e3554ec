// A receiver: how one service is told. One file each; make_receiver() is the list.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/notification.h"
#include "alerts/notify/outcome.h"
#include "exporter/base/result.h"
#include "exporter/config/alerting.h"
#include "exporter/host/transfer.h"

namespace clawvigil::notify {

// What every message needs to know beside its notification.
struct RenderOptions {
  std::string language = "en";
  std::string page_url;
  std::string runbook_url;
};
[[nodiscard]] RenderOptions render_options(const NotifyConfig& config);

// The places of secrets: `credentials` is $CREDENTIALS_DIRECTORY, "" outside a service.
struct SecretPlaces {
  std::string credentials;
};

// Used by one thread.
class Receiver {
 public:
  virtual ~Receiver() = default;
  // "telegram", "ntfy", "email", "webhook", "slack", "discord", "alertmanager"
  [[nodiscard]] virtual std::string_view kind() const = 0;
  // Reads the secrets, again after a rotation. Error: what is missing, and how to repair it.
  [[nodiscard]] virtual Result<> load_secrets(const SecretPlaces& places) = 0;
  // The payloads, each below the service's limit, in the order they are to be sent. Pure and
  // without secrets: the same notification and options give the same payloads.
  [[nodiscard]] virtual std::vector<std::string> render(const Notification& notification,
                                                        const RenderOptions& options) const = 0;
  // The request that sends a payload; `key` is the dedup_key.
  [[nodiscard]] virtual host::TransferRequest request(std::string payload,
                                                      std::string_view key) const = 0;
  [[nodiscard]] virtual Outcome judge(const host::TransferReply& reply, SystemTime now) const;
};

[[nodiscard]] std::unique_ptr<Receiver> make_receiver(const ReceiverConfig& config);

// Alertmanager is told the present state again and again instead of news (see sender.h).
[[nodiscard]] bool is_level_triggered(const ReceiverConfig& config);
// Webhooks in Alertmanager's format are read by programs: they get alerts of low severity at once
// and no digest, for which that format has no place.
[[nodiscard]] bool takes_digest(const ReceiverConfig& config);

// Whether the receiver is configured for alerts of this severity.
[[nodiscard]] bool wants(const ReceiverConfig& receiver, Severity severity);

// Errors that the configuration's own checks cannot see, one line each, empty when all is well:
// fallbacks that do not exist or lead back, receivers without anything to receive.
[[nodiscard]] std::vector<std::string> check_receivers(const NotifyConfig& config);

}  // namespace clawvigil::notify
