// Messages of hostile text: every part below its limit, valid UTF-8, no tag or entity broken, no
// header that anybody could add to.
//
// Input: a byte, the number of alerts; the text of their annotations.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "alerts/notify/mime.h"
#include "alerts/notify/receiver.h"
#include "alerts/notify/split.h"
#include "exporter/base/strings.h"

namespace {

using namespace clawvigil;

notify::Notification notification_of(std::size_t count, const std::string& text) {
  notify::Notification notification;
  notification.host = text.substr(0, text.size() / 4);
  for (std::size_t i = 0; i < count; ++i) {
    notify::Alert alert;
    alert.labels = promql::Labels(std::vector<promql::Label>{{"alertname", "A"}});
    alert.fingerprint = i;
    alert.annotations = {{"summary", text},
                         {"description", text},
                         {"action", text},
                         {"runbook_url", "https://x/" + text}};
    notification.events.push_back({.alert = alert, .at = {}});
  }
  return notification;
}

// Tags are ours and closed; entities are whole.
void check_html(const std::string& html) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < html.size(); ++i) {
    const char end = html[i] == '<' ? '>' : html[i] == '&' ? ';' : '\0';
    if (end != '\0') {
      const std::size_t close = html.find(end, i);
      if (close == std::string::npos) std::abort();
      const std::string inner = html.substr(i + 1, close - i - 1);
      if (inner.find_first_of("<&") != std::string::npos && end == ';') std::abort();
      if (end == ';') ++units;
      i = close;
    } else if ((static_cast<unsigned char>(html[i]) & 0xC0U) != 0x80U) {
      units += static_cast<unsigned char>(html[i]) >= 0xF0 ? 2 : 1;
    }
  }
  if (units > 4096 || !is_valid_utf8(html)) std::abort();
}

void check_json(const std::string& payload, const char* member, std::size_t limit) {
  const auto value = nlohmann::json::parse(payload, nullptr, false);
  if (value.is_discarded()) std::abort();
  if (notify::utf16_units(value.at(member).get<std::string>()) > limit) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const notify::Notification notification = notification_of(data[0] % 20, text);
  ReceiverConfig config;
  for (const std::string& part : notify::make_receiver(config)->render(notification, {})) {
    check_html(part);
  }
  WebhookConfig webhook;
  webhook.format = WebhookConfig::Format::discord;
  config.service = webhook;
  for (const std::string& part : notify::make_receiver(config)->render(notification, {})) {
    check_json(part, "content", 2000);
  }
  const std::string header = notify::header_value(text);
  for (std::size_t at = header.find('\n'); at != std::string::npos;
       at = header.find('\n', at + 1)) {
    if (at == 0 || header[at - 1] != '\r' || header.compare(at + 1, 2, " =") != 0) std::abort();
  }
  const std::string body = notify::quoted_printable(text);
  for (const std::string_view line : split(body, '\n')) {
    if (line.size() > 77) std::abort();
  }
  (void)notify::notification_from_json(text);
  return 0;
}
