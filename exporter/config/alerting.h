// The owner's settings for rules and notifications, as plain data. Values from the file are checked
// when it is loaded; what is here is valid.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exporter/base/clock.h"

namespace clawvigil {

// What the owner changes about one rule; what is absent stays as the rule file says.
struct RuleOverride {
  bool enabled = true;
  std::optional<std::string> severity;  // critical, warning or info
  std::optional<Duration> hold;         // `for`
  // By name, as given ("14d", "604800"): "threshold" for the annotation threshold, "usd" for the
  // annotation threshold_usd.
  std::map<std::string, std::string> thresholds;
};

struct AlertsConfig {
  bool enabled = true;                            // evaluate rules at all
  std::vector<std::string> rule_files;            // the owner's own, absolute paths
  std::map<std::string, RuleOverride> overrides;  // by alertname
};

// Where a secret comes from; exactly one is set. Read when the receiver is built and again when it
// is refused (rotation), never kept in Config.
struct SecretOrigin {
  std::string file;        // absolute path
  std::string credential;  // name below $CREDENTIALS_DIRECTORY (systemd LoadCredential=)
  [[nodiscard]] bool empty() const { return file.empty() && credential.empty(); }
  bool operator==(const SecretOrigin&) const = default;
};

struct TelegramConfig {
  SecretOrigin bot_token;
  std::string chat_id;                               // "42", "-100123", "@channel"
  std::string api_url = "https://api.telegram.org";  // another one for a local Bot API server
  bool operator==(const TelegramConfig&) const = default;
};
struct NtfyConfig {
  std::string url = "https://ntfy.sh";
  std::string topic;  // one of topic, topic_secret: a topic of a public server is a secret
  SecretOrigin topic_secret;
  SecretOrigin token;  // optional: access token
  bool operator==(const NtfyConfig&) const = default;
};
struct EmailConfig {
  enum class Tls { starttls, implicit, none };
  std::string host;
  std::uint16_t port = 587;
  Tls tls = Tls::starttls;  // required, never opportunistic; none only to loopback
  std::string from;
  std::vector<std::string> to;
  std::string username;  // empty: no authentication
  SecretOrigin password;
  std::string ca_file;  // empty: the system's
  bool operator==(const EmailConfig&) const = default;
};
// The URL of these is a secret of its own: the file's content is the URL.
struct WebhookConfig {
  enum class Format { alertmanager, slack, discord };
  Format format = Format::alertmanager;
  std::string url;  // one of url, url_secret
  SecretOrigin url_secret;
  SecretOrigin bearer_token;  // optional, alertmanager format only
  bool operator==(const WebhookConfig&) const = default;
};
struct AlertmanagerConfig {
  std::string url;  // base, "http://127.0.0.1:9093"
  std::string username;
  SecretOrigin password;
  SecretOrigin bearer_token;
  bool operator==(const AlertmanagerConfig&) const = default;
};

struct ReceiverConfig {
  std::string name;  // label value; [a-z0-9-], unique
  std::variant<TelegramConfig, NtfyConfig, EmailConfig, WebhookConfig, AlertmanagerConfig> service;
  std::vector<std::string> severities{"critical", "warning", "info"};  // info: in the daily digest
  bool send_resolved = true;
  std::string fallback;        // the receiver that takes over while this one fails; empty: none
  bool fallback_only = false;  // gets nothing unless another receiver falls back to it
  bool operator==(const ReceiverConfig&) const = default;
};

struct HeartbeatConfig {
  std::string url;  // one of url, url_secret; both empty: no heartbeat
  SecretOrigin url_secret;
  Duration interval = std::chrono::minutes(5);
  bool operator==(const HeartbeatConfig&) const = default;
};

struct NotifyConfig {
  std::string language = "en";  // "en" or "fr"
  std::string page_url;         // shown in messages, if the owner can reach the page somewhere
  std::string runbook_url;      // base that replaces the one of the bundled rules
  Duration repeat_critical = std::chrono::hours(4);
  Duration repeat_warning = std::chrono::hours(24);
  std::uint32_t max_per_hour = 20;         // messages per receiver; more become one digest
  std::chrono::minutes digest_at{8 * 60};  // time of day, in the host's zone
  bool digest_when_quiet = false;          // also send the digest when there is nothing
  std::vector<ReceiverConfig> receivers;
  HeartbeatConfig heartbeat;
  bool operator==(const NotifyConfig&) const = default;
};

}  // namespace clawvigil
