// Telegram: sendMessage of the Bot API (https://core.telegram.org/bots/api#sendmessage), HTML parse
// mode. The token is part of the path, so the whole URL is a secret. At most 4096 characters
// (UTF-16 units) after the entities are parsed.
//
//   {"ok":true,"result":{...}}
//   {"ok":false,"error_code":429,"description":"Too Many Requests:
//   ...","parameters":{"retry_after":5}}
#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"
#include "alerts/notify/split.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

constexpr std::size_t kLimit = 4096;

std::string render_span(const Span& span) {
  std::string text = escape_html(span.text);
  switch (span.style) {
    case Span::Style::plain:
      return text;
    case Span::Style::strong:
      return "<b>" + text + "</b>";
    case Span::Style::code:
      return "<code>" + text + "</code>";
    case Span::Style::link:
      return "<a href=\"" + escape_html(span.url) + "\">" + text + "</a>";
  }
  return text;
}

std::size_t cost_of(const Span& span) { return utf16_units(span.text); }

class Telegram final : public Receiver {
 public:
  explicit Telegram(TelegramConfig config) : config_(std::move(config)) {}

  [[nodiscard]] std::string_view kind() const override { return "telegram"; }
  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(token_, read_secret(config_.bot_token, places));
    return {};
  }
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    return split_document(make_document(notification, options), {kLimit, render_span, cost_of});
  }
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view) const override {
    host::HttpRequest request;
    request.url = config_.api_url + "/bot" + std::string(token_.reveal()) + "/sendMessage";
    request.headers = {"Content-Type: application/json"};
    request.body = json{
        {"chat_id", config_.chat_id},
        {"text", std::move(payload)},
        {"parse_mode", "HTML"},
        {"disable_web_page_preview",
         true}}.dump(-1, ' ', false, json::error_handler_t::replace);
    return request;
  }
  [[nodiscard]] Outcome judge(const host::TransferReply& reply, SystemTime now) const override;

 private:
  TelegramConfig config_;
  Secret token_;
};

Outcome Telegram::judge(const host::TransferReply& reply, SystemTime now) const {
  Outcome outcome = judge_http(reply, now);
  if (reply.status == 0) return outcome;
  const json answer = json::parse(reply.body, nullptr, false);
  const bool object = answer.is_object();
  if (outcome.kind == Outcome::Kind::delivered) {
    if (object && answer.value("ok", json()) == true) return outcome;
    return {.kind = Outcome::Kind::retry,
            .reason = reply.origin + " answered, but not as Telegram does"};
  }
  if (!object) return outcome;
  const json description = answer.value("description", json());
  if (description.is_string()) {
    const std::string text = sanitize(without(description.get<std::string>(), token_), 200);
    if (!text.empty()) outcome.reason += " (" + text + ")";
    // Not the message's fault, though Telegram calls it a bad request.
    if (text.find("chat not found") != std::string::npos) {
      outcome.kind = Outcome::Kind::misconfigured;
    }
  }
  const json parameters = answer.value("parameters", json());
  if (parameters.is_object()) {
    const json seconds = parameters.value("retry_after", json());
    if (seconds.is_number_unsigned()) {
      outcome.retry_after = parse_retry_after(std::to_string(seconds.get<std::uint64_t>()), now);
    }
  }
  return outcome;
}

}  // namespace

std::unique_ptr<Receiver> make_telegram(const TelegramConfig& config) {
  return std::make_unique<Telegram>(config);
}

}  // namespace clawvigil::notify
