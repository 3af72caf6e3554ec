// Discord-compatible webhooks
// (https://discord.com/developers/docs/resources/webhook#execute-webhook): `content` of at most
// 2000 characters. No text can ping anyone (allowed_mentions is empty) or change the markup (every
// character that means something is escaped).
//
//   {"content":"**vps1: 1 critical alert**\n...","allowed_mentions":{"parse":[]},"flags":4}
#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/chat_webhook.h"
#include "alerts/notify/receivers.h"
#include "alerts/notify/split.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

constexpr std::size_t kLimit = 2000;
constexpr int kNoPreviews = 4;  // SUPPRESS_EMBEDS

std::string escape(std::string_view text) {
  constexpr std::string_view kMarkup = "\\*_~`|>#[]()<@:-";
  std::string out;
  for (const char c : text) {
    if (kMarkup.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string render_span(const Span& span) {
  switch (span.style) {
    case Span::Style::plain:
      return escape(span.text);
    case Span::Style::strong:
      return "**" + escape(span.text) + "**";
    case Span::Style::code: {
      std::string text = span.text;  // nothing but a backtick means anything in code
      std::ranges::replace(text, '`', '\'');
      return "`" + text + "`";
    }
    case Span::Style::link:
      return escape(span.text) + ": <" + span.url + ">";
  }
  return escape(span.text);
}
std::size_t cost_of(const Span& span) { return utf16_units(render_span(span)); }

class Discord final : public ChatWebhook {
 public:
  using ChatWebhook::ChatWebhook;
  [[nodiscard]] std::string_view kind() const override { return "discord"; }
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    std::vector<std::string> payloads;
    for (std::string& text :
         split_document(make_document(notification, options), {kLimit, render_span, cost_of})) {
      const json message{{"content", std::move(text)},
                         {"allowed_mentions", {{"parse", json::array()}}},
                         {"flags", kNoPreviews}};
      payloads.push_back(message.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    return payloads;
  }
};

}  // namespace

std::unique_ptr<Receiver> make_discord(const WebhookConfig& config) {
  return std::make_unique<Discord>(config);
}

}  // namespace clawvigil::notify
