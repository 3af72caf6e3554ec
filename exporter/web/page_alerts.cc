// What the rules say, first thing on the page, and how the owner is told.
#include <algorithm>
#include <array>

#include "alerts/engine/action.h"
#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

using alerts::PostureEntry;
using alerts::RuleStatus;

constexpr std::size_t kMaxTextBytes = 1000;

using Entries = std::vector<const PostureEntry*>;

Entries with(const alerts::Posture& posture, RuleStatus status) {
  Entries found;
  for (const PostureEntry& entry : posture.entries) {
    if (entry.status == status) found.push_back(&entry);
  }
  std::ranges::stable_sort(found, {}, &PostureEntry::severity);
  return found;
}

void paragraph(Html& html, const std::string& text) {
  if (text.empty()) return;
  html.raw("<p class=\"note\">").text(sanitize(text, kMaxTextBytes)).raw("</p>");
}

void action(Html& html, const PostureEntry& entry) {
  std::vector<std::string> values;
  values.reserve(entry.labels.all().size());
  for (const promql::Label& label : entry.labels.all()) values.push_back(label.value);
  const std::string text = sanitize(entry.action, kMaxTextBytes);
  for (const alerts::ActionPart& part : alerts::action_parts(text, values)) {
    if (part.command) {
      html.raw("<code>").text(part.text).raw("</code>");
    } else {
      html.text(part.text);
    }
  }
}

void item(Html& html, const PostureEntry& entry, Mark mark, std::string_view word) {
  html.raw("<li>");
  badge(html, mark, word);
  html.raw(" <strong>");
  html.text(sanitize(entry.summary.empty() ? entry.alertname : entry.summary, kMaxTextBytes));
  html.raw("</strong> <small>").text(entry.alertname);
  if (!entry.control.empty()) html.raw(", control ").text(entry.control);
  html.raw("</small>");
  paragraph(html, entry.description);
  if (!entry.action.empty() && mark == Mark::bad) {
    html.raw("<p class=\"note\">What to do: ");
    action(html, entry);
    html.raw("</p>");
  }
  paragraph(html, entry.reason);
  html.raw("</li>");
}

// With their severity as the word when `word` is empty.
void list(Html& html, const Entries& entries, Mark mark, std::string_view word) {
  if (entries.empty()) return;
  html.raw("<ul class=\"plain\">");
  for (std::size_t i = 0; i < std::min(entries.size(), kMaxTableRows); ++i) {
    const bool severe = word.empty();
    item(html, *entries[i], mark, severe ? alerts::to_string(entries[i]->severity) : word);
  }
  html.raw("</ul>");
  left_out(html, entries.size());
}

void folded(Html& html, const Entries& entries, std::string_view title, Mark mark,
            std::string_view word) {
  if (entries.empty()) return;
  html.raw("<details><summary>").text(std::to_string(entries.size())).raw(" ");
  html.text(title).raw("</summary>");
  list(html, entries, mark, word);
  html.raw("</details>");
}

void good(Html& html, const Entries& entries) {
  if (entries.empty()) return;
  html.raw("<details><summary>").text(std::to_string(entries.size()));
  html.raw(" rules are kept</summary><p class=\"note\">");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    html.text(i == 0 ? "" : ", ").text(entries[i]->alertname);
  }
  html.raw("</p></details>");
}

void receivers(Html& html, const AlertView& view) {
  html.raw("<h3>How you are told</h3>");
  if (view.receivers.empty()) {
    html.raw("<p class=\"note\">");
    badge(html, Mark::unknown, "Nobody is told");
    html.raw(
        " No receiver is configured: alerts are shown here and served to Prometheus only. "
        "<code>clawvigil config sample</code> shows how to be told by Telegram, mail and "
        "others.</p>");
    return;
  }
  html.raw(
      "<div class=\"t\"><table><thead><tr><th scope=\"col\">Receiver</th><th scope=\"col\">State"
      "</th><th scope=\"col\" class=\"n\">Delivered</th><th scope=\"col\" class=\"n\">Waiting</th>"
      "<th scope=\"col\">Last delivery</th></tr></thead><tbody>");
  for (const notify::ReceiverStatus& receiver : view.receivers) {
    html.raw("<tr><th scope=\"row\">").text(receiver.name).raw(" <small>").text(receiver.kind);
    html.raw("</small></th><td>");
    if (receiver.last_error.empty()) {
      badge(html, receiver.counts.last_success ? Mark::good : Mark::plain,
            receiver.counts.last_success ? "Works" : "Not used yet");
    } else {
      badge(html, Mark::bad, "Fails");
      html.raw(" <small>").text(sanitize(receiver.last_error, kMaxTextBytes)).raw("</small>");
    }
    html.raw("</td><td class=\"n\">").text(std::to_string(receiver.counts.delivered));
    html.raw("</td><td class=\"n\">").text(std::to_string(receiver.queued)).raw("</td><td>");
    html.text(receiver.counts.last_success ? format_time(*receiver.counts.last_success) : "never");
    html.raw("</td></tr>");
  }
  html.raw("</tbody></table></div>");
  if (!view.heartbeat) {
    html.raw(
        "<p class=\"note\">No heartbeat is configured: should this host die, nobody tells you. See "
        "notify.heartbeat in the configuration.</p>");
  }
}

}  // namespace

void alerts(Html& html, const AlertView* view) {
  html.raw(R"(<section class="card" aria-labelledby="alerts"><h2 id="alerts">Rules</h2>)");
  if (view == nullptr) {
    html.raw("<p class=\"note\">The rules are not evaluated here (yet).</p></section>");
    return;
  }
  const alerts::Posture& posture = view->posture;
  const Entries broken = with(posture, RuleStatus::broken);
  if (broken.empty()) {
    html.raw("<p>");
    badge(html, Mark::good, "Nothing is broken");
    html.raw("</p>");
  }
  list(html, broken, Mark::bad, "");
  list(html, with(posture, RuleStatus::pending), Mark::unknown, "Beginning");
  folded(html, with(posture, RuleStatus::unknown), "cannot be judged", Mark::unknown, "Unknown");
  folded(html, with(posture, RuleStatus::silenced), "silenced", Mark::plain, "Silenced");
  folded(html, with(posture, RuleStatus::accepted), "accepted by you", Mark::plain, "Accepted");
  good(html, with(posture, RuleStatus::ok));
  receivers(html, *view);
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
