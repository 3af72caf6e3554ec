// What is broken, worst first, each with the command that repairs it, ready to be copied.
#include <algorithm>

#include "alerts/engine/action.h"
#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

using alerts::PostureEntry;
using alerts::RuleStatus;
using alerts::Severity;

constexpr std::size_t kMaxSummary = 200;
constexpr std::size_t kMaxDescription = 400;
constexpr std::size_t kMaxAction = 700;
constexpr std::size_t kInFull = 8;         // the others are folded away
constexpr std::size_t kShortCommand = 32;  // may stand within a line
constexpr std::size_t kMaxShown = 40;      // beyond, they are counted
constexpr std::size_t kMaxBytesInFull = 12'000;
constexpr std::size_t kMaxBytes = 22'000;

using Entries = std::vector<const PostureEntry*>;

Entries with(const alerts::Posture& posture, RuleStatus status) {
  Entries found;
  for (const PostureEntry& entry : posture.entries) {
    if (entry.status == status) found.push_back(&entry);
  }
  std::ranges::stable_sort(found, {}, &PostureEntry::severity);
  return found;
}

Phrase word_for(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return {"Critical", "Critique"};
    case Severity::warning:
      return {"Warning", "Avertissement"};
    case Severity::info:
      return {"To know", "À savoir"};
  }
  return {"To know", "À savoir"};
}

Mark mark_for(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return Mark::bad;
    case Severity::warning:
      return Mark::warning;
    case Severity::info:
      return Mark::plain;
  }
  return Mark::plain;
}

void summary(Html& html, const PostureEntry& entry) {
  const Sentence text = sentence_of(entry.english.summary, entry.french.summary, kMaxSummary);
  html.text(text.empty() ? Phrase(entry.alertname) : Phrase(text));
}

void action(Html& html, const PostureEntry& entry) {
  const Sentence both = sentence_of(entry.english.action, entry.french.action, kMaxAction);
  const std::string_view text = Phrase(both).in(html.language());
  if (text.empty()) return;
  html.raw("<p class=\"do\">");
  bool on_its_own_line = false;
  std::vector<std::string> values;
  values.reserve(entry.labels.all().size());
  for (const promql::Label& label : entry.labels.all()) values.push_back(label.value);
  for (const alerts::ActionPart& part : alerts::action_parts(text, values)) {
    if (!part.command) {
      // Behind a line of its own a full stop would stand alone.
      const std::size_t begin = on_its_own_line ? part.text.find_first_not_of(" .,;") : 0;
      const std::string_view rest = part.text;
      html.text(begin == std::string_view::npos ? std::string_view() : rest.substr(begin));
      continue;
    }
    on_its_own_line = part.text.size() > kShortCommand;
    if (on_its_own_line) {
      html.raw("<code class=\"c l\">").text(part.text).raw("</code>");
    } else {
      html.raw("<code class=\"c\">").text(part.text).raw("</code>");
    }
  }
  html.raw("</p>");
}

void since(Html& html, const PostureEntry& entry) {
  html.raw("<p class=\"note\">").text(entry.alertname);
  if (entry.since) {
    html.text({", since ", ", depuis le "}).raw("<time>").text(format_time(*entry.since));
    html.raw("</time>");
  }
  html.raw("</p>");
}

void in_full(Html& html, const PostureEntry& entry) {
  if (entry.severity == Severity::critical) {
    html.raw("<li class=\"fix x\"><h3>");
  } else if (entry.severity == Severity::warning) {
    html.raw("<li class=\"fix u\"><h3>");
  } else {
    html.raw("<li class=\"fix\"><h3>");
  }
  badge(html, mark_for(entry.severity), word_for(entry.severity)).raw(" ");
  summary(html, entry);
  html.raw("</h3><p>");
  html.text(sentence_of(entry.english.description, entry.french.description, kMaxDescription));
  html.raw("</p>");
  action(html, entry);
  since(html, entry);
  html.raw("</li>");
}

void in_short(Html& html, const PostureEntry& entry) {
  html.raw("<li>");
  badge(html, mark_for(entry.severity), word_for(entry.severity)).raw(" ");
  summary(html, entry);
  action(html, entry);
  html.raw("</li>");
}

// As many as there is room for, from `first` on. Returns the index of the first that was not.
std::size_t folded(Html& html, const Entries& entries, std::size_t first) {
  if (first == entries.size()) return first;
  html.raw("<details><summary>").text(format_count(static_cast<double>(entries.size() - first)));
  html.text({" more", " de plus"}).raw("</summary><ul class=\"plain\">");
  std::size_t next = first;
  while (next < std::min(entries.size(), kMaxShown) && html.size() < kMaxBytes) {
    in_short(html, *entries[next++]);
  }
  html.raw("</ul></details>");
  return next;
}

void all_of(Html& html, const Entries& entries) {
  html.raw("<ul class=\"fixes\">");
  std::size_t next = 0;
  while (next < std::min(entries.size(), kInFull) && html.size() < kMaxBytesInFull) {
    in_full(html, *entries[next++]);
  }
  html.raw("</ul>");
  next = folded(html, entries, next);
  if (next < entries.size()) {
    html.raw("<p>").text(format_count(static_cast<double>(entries.size() - next)));
    html.text({" more are not shown here. All of them: ",
               " de plus ne sont pas montrés ici. Tous\u00A0: "});
    html.raw("<code class=\"c\">sudo clawvigil check</code></p>");
  }
}

}  // namespace

void broken(Html& html, const AlertView* view) {
  begin_card(html, "broken", {"What needs you", "Ce qui vous attend"});
  if (view == nullptr) {
    unknown(html, {"The rules are not evaluated here, or not yet. Reload in a few seconds.",
                   "Les règles ne sont pas évaluées ici, ou pas encore. Rechargez dans quelques "
                   "secondes."});
    return end_card(html);
  }
  const Entries entries = with(view->posture, RuleStatus::broken);
  if (entries.empty()) {
    html.raw("<p>");
    badge(html, Mark::good, {"Nothing is broken", "Rien n'est en défaut"});
    if (view->posture.count(RuleStatus::unknown) > 0) {
      html.raw(" ").text(
          {"What is unknown might be; it is named with its reason under Checks.",
           "Ce qui est inconnu pourrait l'être\u00A0; c'est nommé avec sa raison sous "
           "Contrôles."});
    }
    html.raw("</p>");
  } else {
    all_of(html, entries);
  }
  end_card(html);
}

}  // namespace clawvigil::web::page
