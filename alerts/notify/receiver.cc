#include "alerts/notify/receiver.h"

#include <algorithm>
#include <set>

#include "alerts/notify/receivers.h"

namespace clawvigil::notify {

namespace {

struct Maker {
  std::unique_ptr<Receiver> operator()(const TelegramConfig& c) const { return make_telegram(c); }
  std::unique_ptr<Receiver> operator()(const NtfyConfig& c) const { return make_ntfy(c); }
  std::unique_ptr<Receiver> operator()(const EmailConfig& c) const { return make_email(c); }
  std::unique_ptr<Receiver> operator()(const AlertmanagerConfig& c) const {
    return make_alertmanager(c);
  }
  std::unique_ptr<Receiver> operator()(const WebhookConfig& c) const {
    switch (c.format) {
      case WebhookConfig::Format::slack:
        return make_slack(c);
      case WebhookConfig::Format::discord:
        return make_discord(c);
      case WebhookConfig::Format::alertmanager:
        break;
    }
    return make_webhook(c);
  }
};

const ReceiverConfig* find(const NotifyConfig& config, const std::string& name) {
  const auto found = std::ranges::find(config.receivers, name, &ReceiverConfig::name);
  return found == config.receivers.end() ? nullptr : &*found;
}

}  // namespace

RenderOptions render_options(const NotifyConfig& config) {
  return {config.language, config.page_url, config.runbook_url};
}

Outcome Receiver::judge(const host::TransferReply& reply, SystemTime now) const {
  return judge_http(reply, now);
}

std::unique_ptr<Receiver> make_receiver(const ReceiverConfig& config) {
  return std::visit(Maker(), config.service);
}

bool is_level_triggered(const ReceiverConfig& config) {
  return std::holds_alternative<AlertmanagerConfig>(config.service);
}

bool takes_digest(const ReceiverConfig& config) {
  const auto* const webhook = std::get_if<WebhookConfig>(&config.service);
  const bool machine = webhook != nullptr && webhook->format == WebhookConfig::Format::alertmanager;
  return !is_level_triggered(config) && !machine;
}

bool wants(const ReceiverConfig& receiver, Severity severity) {
  return std::ranges::find(receiver.severities, alerts::to_string(severity)) !=
         receiver.severities.end();
}

std::vector<std::string> check_receivers(const NotifyConfig& config) {
  std::vector<std::string> problems;
  std::set<std::string> fallbacks;
  for (const ReceiverConfig& receiver : config.receivers) {
    const std::string who = "receiver " + receiver.name + ": ";
    if (receiver.severities.empty()) problems.push_back(who + "no severity, it gets nothing");
    if (receiver.fallback.empty()) continue;
    fallbacks.insert(receiver.fallback);
    const ReceiverConfig* const other = find(config, receiver.fallback);
    if (other == nullptr) {
      problems.push_back(who + "there is no receiver " + receiver.fallback + " to fall back to");
    } else if (other == &receiver) {
      problems.push_back(who + "it is its own fallback");
    } else if (is_level_triggered(*other)) {
      problems.push_back(who +
                         "an Alertmanager is told everything anyway and cannot be a fallback");
    }
  }
  for (const ReceiverConfig& receiver : config.receivers) {
    if (receiver.fallback_only && !fallbacks.contains(receiver.name)) {
      problems.push_back("receiver " + receiver.name +
                         ": fallback_only, but no receiver falls back to it");
    }
  }
  return problems;
}

}  // namespace clawvigil::notify
