// What was sent lately: to whom, about what, and how it ended.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

using notify::Ending;
using notify::LoggedMessage;
using notify::MessageKind;

constexpr std::size_t kMaxNames = 4;  // of one message
constexpr std::size_t kMaxReason = 160;
constexpr std::size_t kMaxBytes = 8'000;  // beyond, notify log has the others

Phrase word_for(MessageKind kind) {
  switch (kind) {
    case MessageKind::alert:
      return {"alert", "alerte"};
    case MessageKind::reminder:
      return {"reminder", "rappel"};
    case MessageKind::resolved:
      return {"resolved", "résolu"};
    case MessageKind::digest:
      return {"daily digest", "bilan du jour"};
    case MessageKind::test:
      return {"test message", "message d'essai"};
    case MessageKind::lost:
      break;
  }
  return {"out of reach", "injoignable"};
}

void name(Html& html, std::string_view alertname, const alerts::Posture* posture) {
  const alerts::PostureEntry* rule = nullptr;
  if (posture != nullptr) {
    const auto found =
        std::ranges::find(posture->entries, alertname, &alerts::PostureEntry::alertname);
    if (found != posture->entries.end()) rule = &*found;
  }
  if (rule == nullptr) {
    html.text(alertname);
    return;
  }
  html.raw("<a href=\"#").text(anchor_of(*rule)).raw("\">").text(alertname).raw("</a>");
}

void names(Html& html, const LoggedMessage& message, const alerts::Posture* posture) {
  std::vector<notify::NamedAlert> all = notify::named(message, false);
  const std::size_t firing = all.size();
  for (const notify::NamedAlert& over : notify::named(message, true)) all.push_back(over);
  std::uint64_t left = message.alert_count;
  for (std::size_t i = 0; i < std::min(all.size(), kMaxNames); ++i) {
    html.text(i == 0 ? kColon : Phrase(std::string_view(", ")));
    name(html, all[i].alertname, posture);
    if (all[i].count > 1) {
      html.raw(" (").text(format_count(static_cast<double>(all[i].count))).raw(")");
    }
    if (i >= firing && message.kind != MessageKind::resolved) {
      html.text({" (over)", " (terminé)"});
    }
    left -= std::min<std::uint64_t>(left, all[i].count);
  }
  if (left == 0) return;
  html.text(left < message.alert_count ? Phrase(std::string_view(", ")) : kColon);
  html.text(format_count(static_cast<double>(left))).text({" more", " de plus"});
}

// What its receiver fails of stands beside the receiver, below.
Sentence waiting(const LoggedMessage& message) {
  if (!message.next_try) return {"not tried yet", "pas encore tenté"};
  Sentence text;
  if (message.failed_tries > 0) {
    text = format_count(message.failed_tries);
    text += message.failed_tries == 1 ? Phrase{" try failed, ", " tentative manquée, "}
                                      : Phrase{" tries failed, ", " tentatives manquées, "};
  }
  text += Phrase{"next try ", "prochaine tentative le "};
  return text + format_time(*message.next_try);
}

Sentence explained(const LoggedMessage& message) {
  switch (message.ending) {
    case Ending::waiting:
      return waiting(message);
    case Ending::delivered:
      if (message.kind == MessageKind::lost) {
        return Phrase{"out of reach since ", "injoignable depuis le "} +
               format_time(message.made_at);
      }
      if (!message.stands_in_for.empty()) {
        return Phrase{"in place of ", "à la place de "} + message.stands_in_for;
      }
      if (!notify::was_late(message)) return {};
      return Phrase{"late, of ", "en retard, de "} + format_time(message.made_at);
    case Ending::refused:
      return {};
    case Ending::expired:
      return {"not delivered in three days", "pas remis en trois jours"};
    case Ending::elsewhere:
      return {"told by the fallback", "dit par le destinataire de secours"};
    case Ending::removed:
      return {"receiver no longer configured", "destinataire retiré"};
  }
  return {};
}

void outcome(Html& html, const LoggedMessage& message) {
  switch (message.ending) {
    case Ending::waiting:
      badge(html, Mark::warning, {"Waiting", "En attente"});
      return;
    case Ending::delivered:
      badge(html, Mark::good,
            message.kind == MessageKind::lost ? Phrase{"Reached again", "Joint à nouveau"}
                                              : Phrase{"Delivered", "Remis"});
      return;
    case Ending::elsewhere:
      badge(html, Mark::plain, {"Passed on", "Transmis"});
      return;
    default:
      badge(html, Mark::bad, {"Given up", "Abandonné"});
  }
}

void why(Html& html, const LoggedMessage& message) {
  const Sentence text = explained(message);
  const bool reason = message.ending != Ending::waiting && !message.reason.empty();
  if (text.empty() && !reason) return;
  html.raw(" <small>").text(text);
  if (!text.empty() && reason) html.text(kColon);
  if (reason) html.english(sanitize(message.reason, kMaxReason));
  html.raw("</small>");
}

void item(Html& html, const LoggedMessage& message, const alerts::Posture* posture) {
  html.raw("<li>");
  outcome(html, message);
  html.raw(" <time>").text(format_time(message.ended_at.value_or(message.made_at)));
  html.raw("</time> <b>").text(message.receiver).raw("</b> ").text(word_for(message.kind));
  names(html, message, posture);
  why(html, message);
  html.raw("</li>");
}

}  // namespace

void messages(Html& html, const AlertView& view, std::size_t most, bool linked) {
  if (view.messages && view.messages->empty() && view.receivers.empty()) return;
  html.raw("<h3>").text({"What you were told", "Ce qu'on vous a dit"}).raw("</h3>");
  if (!view.messages) {
    return unknown(html, {"What was sent could not be read from clawvigil's database.",
                          "Ce qui a été envoyé n'a pas pu être lu dans la base de clawvigil."});
  }
  if (view.messages->empty()) {
    html.raw("<p>").text({"No message was sent in the last 90 days.",
                          "Aucun message n'a été envoyé depuis 90 jours."});
    html.raw("</p>");
    return;
  }
  html.raw("<ul class=\"plain\">");
  const std::size_t begin = html.size();
  std::size_t shown = 0;
  for (const LoggedMessage& message : *view.messages) {
    if (shown++ == most || html.size() - begin > kMaxBytes) break;
    item(html, message, linked ? &view.posture : nullptr);
  }
  html.raw("</ul><p class=\"note\">")
      .text({"All of the last 90 days: ", "Tous ceux des 90 derniers jours\u00A0: "});
  html.raw("<code class=\"c\">sudo clawvigil notify log</code></p>");
}

}  // namespace clawvigil::web::page
