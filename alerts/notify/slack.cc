// Slack-compatible incoming webhooks (https://api.slack.com/reference/surfaces/formatting), which
// Mattermost, Rocket.Chat and others take too. & < > are escaped, so no text can name a channel, a
// person or a link of its own; `mrkdwn` has no way to escape *, _ and `, which can only change the
// looks of their line.
//
//   {"text":"*vps1: 1 critical alert*\n..."}
#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/chat_webhook.h"
#include "alerts/notify/receivers.h"
#include "alerts/notify/split.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

constexpr std::size_t kLimit = 3900;  // Slack cuts beyond 4000

std::string render_span(const Span& span) {
  std::string text = escape_markup(span.text);
  switch (span.style) {
    case Span::Style::plain:
      return text;
    case Span::Style::strong:
      return "*" + text + "*";
    case Span::Style::code:
      std::ranges::replace(text, '`', '\'');
      return "`" + text + "`";
    case Span::Style::link:
      return "<" + escape_markup(span.url) + "|" + text + ">";
  }
  return text;
}
std::size_t cost_of(const Span& span) { return utf16_units(render_span(span)); }

class Slack final : public ChatWebhook {
 public:
  using ChatWebhook::ChatWebhook;
  [[nodiscard]] std::string_view kind() const override { return "slack"; }
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    std::vector<std::string> payloads;
    for (std::string& text :
         split_document(make_document(notification, options), {kLimit, render_span, cost_of})) {
      payloads.push_back(
          json{{"text", std::move(text)}}.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    return payloads;
  }
};

}  // namespace

std::unique_ptr<Receiver> make_slack(const WebhookConfig& config) {
  return std::make_unique<Slack>(config);
}

}  // namespace clawvigil::notify
