#include "alerts/notify/document.h"

#include <algorithm>
#include <array>

#include "alerts/engine/action.h"
#include "alerts/notify/messages.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

using Style = Span::Style;

constexpr std::size_t kMaxSummary = 300;
constexpr std::size_t kMaxDescription = 1000;
constexpr std::size_t kMaxAction = 500;
constexpr std::size_t kMaxUrl = 500;

bool is_direction_character(std::string_view three) {
  // U+202A to U+202E and U+2066 to U+2069 turn the text around them.
  // NOLINTBEGIN(misc-misleading-bidirectional): escapes of the very bytes that are taken out.
  return (three >= "\xE2\x80\xAA" && three <= "\xE2\x80\xAE") ||
         (three >= "\xE2\x81\xA6" && three <= "\xE2\x81\xA9");
  // NOLINTEND(misc-misleading-bidirectional)
}

// One safe line of hostile text.
std::string clean(std::string_view text, std::size_t max_bytes) {
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_direction_character(text.substr(i, 3))) {
      i += 2;
    } else {
      const char c = text[i];
      line += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    }
  }
  return sanitize(trim(line), max_bytes);
}

std::string annotation(const Alert& alert, const std::string& name, const RenderOptions& options,
                       std::size_t max_bytes) {
  if (options.language == "fr") {
    const auto found = alert.translated.find(name);
    if (found != alert.translated.end() && !found->second.empty()) {
      return clean(found->second, max_bytes);
    }
  }
  const auto found = alert.annotations.find(name);
  return found == alert.annotations.end() ? std::string() : clean(found->second, max_bytes);
}

std::string summary(const Alert& alert, const RenderOptions& options) {
  const std::string text = annotation(alert, "summary", options, kMaxSummary);
  return text.empty() ? clean(alert.name(), kMaxSummary) : text;
}

Line plain(std::string text) { return {{Style::plain, std::move(text), {}}}; }
Line strong(std::string text) { return {{Style::strong, std::move(text), {}}}; }
Line link(std::string_view text, std::string url) {
  return {{Style::link, std::string(text), std::move(url)}};
}

// Writes one notification; holds what every line needs.
class Writer {
 public:
  Writer(const Notification& notification, const RenderOptions& options)
      : notification_(notification), options_(options), texts_(texts(options.language)) {}

  Document write() {
    document_.more = texts_.more;
    switch (notification_.kind) {
      case Notification::Kind::alerts:
        write_alerts();
        break;
      case Notification::Kind::digest:
        write_digest();
        break;
      case Notification::Kind::test:
        set_heading(std::string(texts_.test));
        document_.blocks.push_back({plain(std::string(texts_.test_text))});
        break;
    }
    write_footer();
    return std::move(document_);
  }

 private:
  [[nodiscard]] std::string colon() const { return std::string(texts_.colon); }

  void set_heading(const std::string& text) {
    document_.heading = clean(notification_.host, kMaxSummary) + colon() + text;
    document_.subject = document_.heading;
  }

  void write_alerts() {
    set_heading(counts());
    document_.tone = tone();
    for (const Event& event : notification_.events) document_.blocks.push_back(block(event));
    if (notification_.events.size() == 1 && notification_.left_out == 0) {
      document_.subject = clean(notification_.host, kMaxSummary) + colon() +
                          document_.blocks.front().front().front().text;
    }
  }

  [[nodiscard]] Document::Tone tone() const {
    const std::optional<Severity> severity = worst(notification_);
    if (!severity) return Document::Tone::good;
    if (*severity == Severity::critical) return Document::Tone::critical;
    return *severity == Severity::warning ? Document::Tone::warning : Document::Tone::info;
  }

  // "1 critical alert, 2 warnings, 1 resolved"
  [[nodiscard]] std::string counts() const {
    std::array<std::uint64_t, 5> number{};
    for (const Event& event : notification_.events) {
      auto place = static_cast<std::size_t>(event.alert.severity);
      if (event.kind == Event::Kind::resolved) place = 3;
      if (event.kind == Event::Kind::gone) place = 4;
      ++number.at(place);
    }
    const std::array<std::pair<std::string_view, std::string_view>, 5> words{
        std::pair(texts_.one_critical, texts_.critical_alerts),
        std::pair(texts_.one_warning, texts_.warnings), std::pair(texts_.one_info, texts_.infos),
        std::pair(texts_.one_resolved, texts_.resolved_alerts),
        std::pair(texts_.one_gone, texts_.gone_alerts)};
    std::string text;
    for (std::size_t i = 0; i < number.size(); ++i) {
      if (number.at(i) == 0) continue;
      if (!text.empty()) text += ", ";
      text += number.at(i) == 1 ? std::string(words.at(i).first)
                                : fill(words.at(i).second, number.at(i));
    }
    return text;
  }

  [[nodiscard]] std::string headline(const Event& event) const {
    const std::string_view word = severity_word(texts_, event.alert.severity);
    std::string lead(word);
    if (event.kind == Event::Kind::still) lead = fill(texts_.still_firing, word);
    if (event.kind == Event::Kind::passed) lead = fill(texts_.fired_and_resolved, word);
    if (event.kind == Event::Kind::gone) lead = texts_.no_longer_watched;
    if (event.kind == Event::Kind::resolved) {
      lead = fill(texts_.resolved_after, duration_text(texts_, lasted(event)));
    }
    return lead + colon() + summary(event.alert, options_);
  }

  [[nodiscard]] static SystemTime began(const Alert& alert) {
    return alert.fired_at.value_or(alert.active_at);
  }
  [[nodiscard]] static Duration lasted(const Event& event) {
    return event.alert.resolved_at.value_or(event.at) - began(event.alert);
  }

  [[nodiscard]] std::string period(const Event& event) const {
    const SystemTime start = began(event.alert);
    const std::string begin = time_text(texts_, start, notification_.time);
    if (event.kind == Event::Kind::passed) {
      const SystemTime end = event.alert.resolved_at.value_or(event.at);
      return begin + " – " + time_text(texts_, end, notification_.time) + " (" +
             duration_text(texts_, end - start) + ")";
    }
    std::string text = fill(texts_.since, begin);
    if (event.kind == Event::Kind::still) {
      text += ", " + fill(texts_.for_time, duration_text(texts_, event.at - start));
    }
    return text;
  }

  // Commands as code, which chats let one copy; the words between them as they are.
  [[nodiscard]] Line action_line(const Alert& alert, const std::string& action) const {
    std::vector<std::string> values;
    values.reserve(alert.labels.all().size());
    for (const promql::Label& label : alert.labels.all()) values.push_back(label.value);
    Line line{{Style::plain, std::string(texts_.run), {}}};
    for (alerts::ActionPart& part : alerts::action_parts(action, values)) {
      line.push_back({part.command ? Style::code : Style::plain, std::move(part.text), {}});
    }
    return line;
  }

  [[nodiscard]] Block block(const Event& event) const {
    Block block{strong(headline(event))};
    if (event.kind == Event::Kind::gone) block.push_back(plain(std::string(texts_.rule_gone)));
    const bool over = event.kind == Event::Kind::resolved || event.kind == Event::Kind::gone;
    if (!over) {
      const Alert& alert = event.alert;
      std::string text = annotation(alert, "description", options_, kMaxDescription);
      if (!text.empty()) block.push_back(plain(std::move(text)));
      const std::string action = annotation(alert, "action", options_, kMaxAction);
      if (!action.empty()) block.push_back(action_line(alert, action));
      block.push_back(plain(period(event)));
    }
    if (event.fired_last_hour > 1) {
      block.push_back(plain(fill(texts_.fired_often, event.fired_last_hour)));
    }
    if (!over) {
      std::string url = runbook_url(event.alert, options_);
      if (!url.empty()) block.push_back(link(texts_.runbook, std::move(url)));
    }
    return block;
  }

  void write_digest() {
    set_heading(std::string(texts_.digest));
    const DigestFacts& facts = notification_.facts;
    Block block{plain(fill(texts_.rules_ok, facts.ok) + ", " +
                      fill(texts_.rules_broken, facts.broken) + ", " +
                      fill(texts_.rules_unknown, facts.unknown))};
    if (notification_.given_up > 0) {
      block.push_back(strong(fill(texts_.given_up, notification_.given_up)));
    }
    const std::vector<std::string> workspace = workspace_lines(facts.workspace, options_.language);
    if (notification_.events.empty() && notification_.given_up == 0 && workspace.empty()) {
      block.push_back(plain(std::string(texts_.quiet)));
    }
    document_.blocks.push_back(std::move(block));
    write_list(texts_.open_alerts, false);
    write_list(texts_.news, true);
    if (workspace.empty()) return;
    Block lines{strong(workspace.front())};
    for (std::size_t i = 1; i < workspace.size(); ++i) lines.push_back(plain("• " + workspace[i]));
    document_.blocks.push_back(std::move(lines));
  }

  // The digest's open alerts, or its news of low severity; one block, so that a list stays
  // together.
  void write_list(std::string_view title, bool info) {
    Block block;
    for (const Event& event : notification_.events) {
      if ((event.alert.severity == Severity::info) != info) continue;
      if (block.empty()) block.push_back(strong(std::string(title)));
      std::string text = "• ";
      if (!info) text += std::string(severity_word(texts_, event.alert.severity)) + colon();
      text += summary(event.alert, options_) + " (" +
              time_text(texts_, began(event.alert), notification_.time);
      if (info && event.alert.resolved_at) text += ", " + std::string(texts_.over);
      block.push_back(plain(text + ")"));
    }
    if (!block.empty()) document_.blocks.push_back(std::move(block));
  }

  void write_footer() {
    if (notification_.left_out > 0) {
      document_.footer.push_back(plain(fill(texts_.more, notification_.left_out)));
    }
    if (!notification_.stands_in_for.empty()) {
      document_.footer.push_back(
          plain(fill(texts_.instead_of, clean(notification_.stands_in_for, kMaxSummary))));
    }
    std::string url = safe_url(options_.page_url);
    if (!url.empty()) document_.footer.push_back(link(texts_.page, std::move(url)));
  }

  const Notification& notification_;
  const RenderOptions& options_;
  const Texts& texts_;
  Document document_;
};

}  // namespace

Document make_document(const Notification& notification, const RenderOptions& options) {
  return Writer(notification, options).write();
}

std::string_view symbol(Document::Tone tone) {
  switch (tone) {
    case Document::Tone::critical:
      return "🔴";
    case Document::Tone::warning:
      return "🟠";
    case Document::Tone::info:
      return "🔵";
    case Document::Tone::good:
      return "🟢";
  }
  return "🔵";
}

std::string safe_url(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool safe = std::ranges::all_of(url, [](char c) {
    return c > ' ' && c < 0x7F &&
           std::string_view("\"'<>()[]{}|\\^`*").find(c) == std::string_view::npos;
  });
  return web && safe && url.size() <= kMaxUrl ? std::string(url) : std::string();
}

std::string runbook_url(const Alert& alert, const RenderOptions& options) {
  const auto found = alert.annotations.find("runbook_url");
  if (found == alert.annotations.end()) return {};
  const std::size_t section = found->second.find('#');
  if (options.runbook_url.empty() || section == std::string::npos) return safe_url(found->second);
  const std::string base = options.runbook_url.substr(0, options.runbook_url.find('#'));
  return safe_url(base + found->second.substr(section));
}

}  // namespace clawvigil::notify
