// A notification as a text with structure, before a service's markup: what every chat and mail
// receiver renders. Pure. Text from labels and annotations is made safe to show (UTF-8, one line,
// bounded, no control and no direction characters); escaping is the markup's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/notification.h"
#include "alerts/notify/receiver.h"

namespace clawvigil::notify {

struct Span {
  enum class Style { plain, strong, code, link };
  Style style = Style::plain;
  std::string text;
  std::string url;  // of a link; http or https, without characters that mean something in markup
};
using Line = std::vector<Span>;
using Block = std::vector<Line>;  // what belongs together: one alert

struct Document {
  enum class Tone { critical, warning, info, good };
  Tone tone = Tone::info;
  std::string subject;        // one line for titles; "vps1: CRITICAL: The gateway is down"
  std::string heading;        // of each part; "vps1: 1 critical alert, 2 warnings"
  std::vector<Block> blocks;  // worst first
  Block footer;
  std::string more;  // "… and # more."
};

[[nodiscard]] Document make_document(const Notification& notification,
                                     const RenderOptions& options);

// The sign of a tone, shown in front of a word that says the same.
[[nodiscard]] std::string_view symbol(Document::Tone tone);
// `url` if it is http(s) and has no space, quote, bracket or control character, else "".
[[nodiscard]] std::string safe_url(std::string_view url);
// The runbook of an alert: its own, or its section below the owner's base.
[[nodiscard]] std::string runbook_url(const Alert& alert, const RenderOptions& options);

}  // namespace clawvigil::notify
