#include "exporter/cli/notify_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {

namespace {

using Colour = Style::Colour;
using nlohmann::json;
using notify::Ending;
using notify::LoggedMessage;
using notify::MessageKind;

constexpr std::size_t kIndent = 4;

std::string_view word_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::alert:
      return "alert";
    case MessageKind::reminder:
      return "reminder";
    case MessageKind::resolved:
      return "resolved";
    case MessageKind::digest:
      return "daily digest";
    case MessageKind::test:
      return "test message";
    case MessageKind::lost:
      return "contact lost";
  }
  return "";
}

std::string_view word_of(Ending ending) {
  if (ending == Ending::waiting) return "WAITING";
  if (ending == Ending::delivered) return "delivered";
  return ending == Ending::elsewhere ? "told elsewhere" : "GIVEN UP";
}

Colour colour_of(Ending ending) {
  if (ending == Ending::waiting) return Colour::yellow;
  if (ending == Ending::delivered) return Colour::green;
  return ending == Ending::elsewhere ? Colour::faint : Colour::red;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string names_text(const std::vector<notify::NamedAlert>& names) {
  std::string text;
  for (const notify::NamedAlert& name : names) {
    text += (text.empty() ? "" : ", ") + sanitize(name.alertname);
    if (name.count > 1) text += " (" + std::to_string(name.count) + ")";
  }
  return text;
}

// "GatewayDown, PortExposed (2); over: BackupOld; 3 more"
std::string alerts_text(const LoggedMessage& message) {
  std::string text = names_text(notify::named(message, false));
  if (const auto over = notify::named(message, true); !over.empty()) {
    const bool only = message.kind == MessageKind::resolved;
    text += (text.empty() ? "" : "; ") + std::string(only ? "" : "over: ") + names_text(over);
  }
  if (message.alert_count > message.alerts.size()) {
    text += "; " + std::to_string(message.alert_count - message.alerts.size()) + " more";
  }
  return text;
}

class Writer {
 public:
  Writer(const NotifyLogView& view, std::size_t columns, const Style& style)
      : view_(view), columns_(columns), style_(style) {}

  std::string text() {
    std::size_t widest_ending = 0;
    std::size_t widest_receiver = 0;
    for (const LoggedMessage& message : view_.messages) {
      widest_ending = std::max(widest_ending, columns_of(word_of(message.ending)));
      widest_receiver = std::max(widest_receiver, columns_of(receiver_of(message.receiver)));
    }
    for (const LoggedMessage& message : view_.messages) {
      const std::string ending = padded(word_of(message.ending), widest_ending);
      const std::string receiver = padded(receiver_of(message.receiver), widest_receiver);
      out_ += view_.zone.date_and_time(message.ended_at.value_or(message.made_at)) + "  " +
              style_.coloured(ending, colour_of(message.ending)) + "  " + style_.strong(receiver) +
              "  " + std::string(word_of(message.kind)) + "\n";
      indented(alerts_text(message));
      indented(why(message));
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string receiver_of(const std::string& name) const {
    const auto found = view_.services.find(name);
    std::string text = sanitize(name);
    if (found != view_.services.end() && found->second != name) text += " (" + found->second + ")";
    return text;
  }

  void indented(const std::string& text) {
    if (text.empty()) return;
    for (const std::string& line : wrap(text, columns_ - kIndent)) {
      out_ += std::string(kIndent, ' ') + line + "\n";
    }
  }

  [[nodiscard]] std::string why(const LoggedMessage& message) const {
    std::string text = how(message);
    if (!message.stands_in_for.empty()) {
      text = "in place of " + sanitize(message.stands_in_for) + ", which did not answer" +
             (text.empty() ? "" : "; " + text);
    }
    if (!message.reason.empty()) text += ": " + sanitize(message.reason, 300);
    return text;
  }

  [[nodiscard]] std::string how(const LoggedMessage& message) const {
    const std::string made = view_.zone.date_and_time(message.made_at);
    switch (message.ending) {
      case Ending::waiting:
        return waits(message);
      case Ending::delivered:
        if (message.kind == MessageKind::lost) return "reached again, out of reach since " + made;
        return notify::was_late(message) ? "late: it is of " + made : "";
      case Ending::refused:
        if (message.kind == MessageKind::test) return "it failed";
        return "the service refused it for good";
      case Ending::expired:
        return "not delivered within three days";
      case Ending::elsewhere:
        return "its fallback has told it";
      case Ending::removed:
        return "its receiver was taken out of the configuration";
    }
    return "";
  }

  [[nodiscard]] std::string waits(const LoggedMessage& message) const {
    if (!message.next_try) return "not tried yet";
    std::string text;
    if (message.failed_tries > 0) text = counted(message.failed_tries, "try", "tries") + " failed";
    if (message.kind == MessageKind::lost) text = "out of reach";
    if (text.empty()) text = "behind another message that fails";
    if (*message.next_try <= view_.now) return text + ", tried again at the next occasion";
    return text + ", next try " + view_.zone.date_and_time(*message.next_try);
  }

  const NotifyLogView& view_;
  std::size_t columns_;
  const Style& style_;
  std::string out_;
};

json moment(const std::optional<SystemTime>& time) {
  return time ? json(format_utc(*time, "%Y-%m-%dT%H:%M:%SZ")) : json();
}

json to_json(const LoggedMessage& message) {
  json alerts = json::array();
  for (const notify::ToldAlert& alert : message.alerts) {
    alerts.push_back({{"alertname", alert.alertname}, {"event", to_string(alert.kind)}});
  }
  return {{"receiver", message.receiver},
          {"kind", to_string(message.kind)},
          {"outcome", to_string(message.ending)},
          {"made", moment(message.made_at)},
          {"ended", moment(message.ended_at)},
          {"failed_tries", message.failed_tries},
          {"next_try", moment(message.next_try)},
          {"reason", message.reason},
          {"stands_in_for", message.stands_in_for},
          {"alert_count", message.alert_count},
          {"alerts", std::move(alerts)}};
}

}  // namespace

std::string notify_log_text(const NotifyLogView& view, std::size_t columns, const Style& style) {
  return Writer(view, columns, style).text();
}

std::string notify_log_json(const std::vector<LoggedMessage>& messages) {
  json document;
  document["messages"] = json::array();
  for (const LoggedMessage& message : messages) document["messages"].push_back(to_json(message));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace clawvigil::cli
