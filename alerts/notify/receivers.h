// The receivers, one file each.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "alerts/notify/receiver.h"

namespace clawvigil::notify {

[[nodiscard]] std::unique_ptr<Receiver> make_telegram(const TelegramConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_ntfy(const NtfyConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_email(const EmailConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_webhook(const WebhookConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_slack(const WebhookConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_discord(const WebhookConfig& config);
[[nodiscard]] std::unique_ptr<Receiver> make_alertmanager(const AlertmanagerConfig& config);

// The body for Alertmanager's POST /api/v2/alerts: every alert with the time until which it is to
// be believed, which is `ends` for those that fire.
[[nodiscard]] std::string present_payload(std::span<const Alert> alerts,
                                          const RenderOptions& options, SystemTime ends);

}  // namespace clawvigil::notify
