// ntfy: publishing as JSON (https://docs.ntfy.sh/publish/#publish-as-json) to the server's root, so
// that the topic, which on a public server is a secret, is in no URL. At most 4096 bytes of text;
// more would become an attachment.
//
//   {"topic":"...","title":"vps1: ...","message":"...","priority":5,"tags":["rotating_light"]}
#include <nlohmann/json.hpp>

#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"
#include "alerts/notify/split.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

using nlohmann::json;

constexpr std::size_t kLimit = 4096;
constexpr std::size_t kMaxTitle = 250;

std::string render_span(const Span& span) {
  return span.style == Span::Style::link ? span.text + ": " + span.url : span.text;
}
std::size_t cost_of(const Span& span) { return render_span(span).size(); }

struct Urgency {
  int priority;  // 1 to 5
  const char* tag;
};
Urgency urgency(Document::Tone tone) {
  switch (tone) {
    case Document::Tone::critical:
      return {5, "rotating_light"};
    case Document::Tone::warning:
      return {4, "warning"};
    case Document::Tone::info:
      return {3, "information_source"};
    case Document::Tone::good:
      return {3, "white_check_mark"};
  }
  return {3, "information_source"};
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

class Ntfy final : public Receiver {
 public:
  explicit Ntfy(NtfyConfig config) : config_(std::move(config)) {}

  [[nodiscard]] std::string_view kind() const override { return "ntfy"; }
  Result<> load_secrets(const SecretPlaces& places) override {
    TRY_ASSIGN(topic_, read_secret(config_.topic_secret, places));
    if (topic_.empty()) topic_ = Secret(config_.topic);
    TRY_ASSIGN(token_, read_secret(config_.token, places));
    return {};
  }
  [[nodiscard]] std::vector<std::string> render(const Notification& notification,
                                                const RenderOptions& options) const override {
    const Document document = make_document(notification, options);
    const Urgency how = urgency(document.tone);
    std::vector<std::string> payloads;
    for (std::string& text : split_document(document, {kLimit, render_span, cost_of})) {
      json message{{"title", sanitize(document.subject, kMaxTitle)},
                   {"message", std::move(text)},
                   {"priority", how.priority},
                   {"tags", {how.tag}}};
      if (std::string page = safe_url(options.page_url); !page.empty()) {
        message["click"] = std::move(page);
      }
      payloads.push_back(dump(message));
    }
    return payloads;
  }
  [[nodiscard]] host::TransferRequest request(std::string payload,
                                              std::string_view) const override {
    json message = json::parse(payload, nullptr, false);
    message["topic"] = std::string(topic_.reveal());
    host::HttpRequest request;
    request.url = config_.url;
    request.headers = {"Content-Type: application/json"};
    request.body = dump(message);
    request.bearer = token_;
    return request;
  }
  [[nodiscard]] Outcome judge(const host::TransferReply& reply, SystemTime now) const override {
    Outcome outcome = judge_http(reply, now);
    const json answer = json::parse(reply.body, nullptr, false);
    const bool object = answer.is_object();
    if (outcome.kind == Outcome::Kind::delivered) {
      if (object && answer.contains("id")) return outcome;
      return {.kind = Outcome::Kind::retry,
              .reason = reply.origin + " answered, but not as ntfy does"};
    }
    const json error = object ? answer.value("error", json()) : json();
    if (error.is_string()) {
      const std::string text =
          sanitize(without(without(error.get<std::string>(), topic_), token_), 200);
      if (!text.empty()) outcome.reason += " (" + text + ")";
    }
    return outcome;
  }

 private:
  NtfyConfig config_;
  Secret topic_;
  Secret token_;
};

}  // namespace

std::unique_ptr<Receiver> make_ntfy(const NtfyConfig& config) {
  return std::make_unique<Ntfy>(config);
}

}  // namespace clawvigil::notify
