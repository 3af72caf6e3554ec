// Every check, by area: a row for each area that says in words how it stands, and behind it what is
// watched, since when it is so, and why something is unknown.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "exporter/base/digits.h"
#include "exporter/web/control_names.h"
#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

using alerts::PostureEntry;
using alerts::RuleStatus;

constexpr std::size_t kMaxReasons = 4;  // of one check
constexpr std::size_t kMaxNames = 6;    // with the same reason
constexpr std::size_t kMaxReason = 200;
constexpr std::size_t kMaxBytes = 12'000;       // beyond, reasons are only counted
constexpr std::string_view kChecks = "checks";  // id of the part
constexpr std::string_view kOwnRules;           // empty: of an area the bundled rules do not have

// The worst first.
constexpr std::array kOrder{RuleStatus::broken,   RuleStatus::unknown,  RuleStatus::pending,
                            RuleStatus::accepted, RuleStatus::silenced, RuleStatus::ok};

std::size_t rank(RuleStatus status) {
  return static_cast<std::size_t>(std::ranges::find(kOrder, status) - kOrder.begin());
}

Mark mark_for(RuleStatus status) {
  switch (status) {
    case RuleStatus::ok:
      return Mark::good;
    case RuleStatus::broken:
      return Mark::bad;
    case RuleStatus::pending:
      return Mark::warning;
    case RuleStatus::unknown:
      return Mark::unknown;
    case RuleStatus::accepted:
    case RuleStatus::silenced:
      break;
  }
  return Mark::plain;
}

Phrase word_for(RuleStatus status) {
  switch (status) {
    case RuleStatus::ok:
      return {"In order", "En ordre"};
    case RuleStatus::broken:
      return {"Broken", "En défaut"};
    case RuleStatus::pending:
      return {"Beginning", "Débute"};
    case RuleStatus::accepted:
      return {"Accepted", "Accepté"};
    case RuleStatus::silenced:
      return {"Silenced", "En sourdine"};
    case RuleStatus::unknown:
      break;
  }
  return kUnknown;
}

bool is_known(std::string_view area) {
  return std::ranges::find(areas(), area, &NamedArea::id) != areas().end();
}

std::string_view french_plural(RuleStatus status) {
  if (status == RuleStatus::pending) return "nt";
  return status == RuleStatus::unknown || status == RuleStatus::accepted ? "s" : "";
}

// The rules of one control within one area.
struct Check {
  std::string_view control;
  std::vector<const PostureEntry*> entries;
  [[nodiscard]] RuleStatus worst() const {
    return (*std::ranges::min_element(
                entries, {}, [](const PostureEntry* entry) { return rank(entry->status); }))
        ->status;
  }
  [[nodiscard]] std::size_t count(RuleStatus status) const {
    return static_cast<std::size_t>(std::ranges::count(entries, status, &PostureEntry::status));
  }
};
using Checks = std::vector<Check>;

std::map<std::string_view, Checks> by_area(const alerts::Posture& posture) {
  std::map<std::string_view, Checks> result;
  for (const PostureEntry& entry : posture.entries) {
    Checks& checks = result[is_known(entry.area) ? std::string_view(entry.area) : kOwnRules];
    auto found = std::ranges::find(checks, entry.control, &Check::control);
    if (found == checks.end()) found = checks.insert(checks.end(), {entry.control, {}});
    found->entries.push_back(&entry);
  }
  for (auto& [area, checks] : result) {
    std::ranges::stable_sort(checks, {}, [](const Check& check) { return rank(check.worst()); });
  }
  return result;
}

// When the state began, as far as it is known: of those that make it, the latest change.
std::optional<SystemTime> since(const Check& check, const AlertView& view) {
  const RuleStatus status = check.worst();
  std::optional<SystemTime> latest;
  for (const PostureEntry* const entry : check.entries) {
    std::optional<SystemTime> change = entry->since ? entry->since : entry->known_since;
    if (entry->status != status && status != RuleStatus::ok) continue;
    const auto end = view.last_ends.find(entry->alertname);
    if (status == RuleStatus::ok && end != view.last_ends.end()) {
      change = std::max(change.value_or(end->second), end->second);
    }
    if (change) latest = std::max(latest.value_or(*change), *change);
  }
  return latest;
}

// The rules that are not in order, those with the same reason together.
void reasons(Html& html, const Check& check) {
  std::map<std::pair<std::size_t, std::string_view>, std::vector<const PostureEntry*>> groups;
  for (const PostureEntry* const entry : check.entries) {
    if (entry->status == RuleStatus::ok) continue;
    groups[{rank(entry->status), entry->reason}].push_back(entry);
  }
  if (groups.empty()) return;
  html.raw("<ul class=\"plain small\">");
  std::size_t shown = 0;
  const std::size_t most = html.size() < kMaxBytes ? kMaxReasons : 0;
  for (const auto& [of, entries] : groups) {
    if (shown++ == most) break;
    html.raw("<li>");
    for (std::size_t i = 0; i < std::min(entries.size(), kMaxNames); ++i) {
      html.raw(i == 0 ? Markup("") : Markup(", ")).text(entries[i]->alertname);
    }
    if (entries.size() > kMaxNames) html.raw(", \u2026");
    html.text(kColon).text(word_for(entries.front()->status));
    if (!of.second.empty()) html.raw(", ").english(sanitize(of.second, kMaxReason));
    html.raw("</li>");
  }
  if (groups.size() > most) {
    html.raw("<li>").text(format_count(static_cast<double>(groups.size() - most)));
    html.text({" more: ", " de plus\u00A0: "}).raw("<code>sudo clawvigil check</code></li>");
  }
  html.raw("</ul>");
}

void check_row(Html& html, const Check& check, const AlertView& view) {
  const RuleStatus status = check.worst();
  const std::string anchor = anchor_of(*check.entries.front());
  if (anchor != kChecks) {
    html.raw("<tr id=\"").text(anchor).raw("\">");
  } else {
    html.raw("<tr>");
  }
  html.raw("<th scope=\"row\">").text(name_of_control(check.control));
  if (!check.control.empty()) html.raw(" <small>").text(check.control).raw("</small>");
  reasons(html, check);
  html.raw("</th><td class=\"nw\">");
  badge(html, mark_for(status), word_for(status));
  if (check.entries.size() > 1 && status != RuleStatus::ok) {
    html.raw(" <small>").text(format_count(static_cast<double>(check.count(status))));
    html.text({" of ", " sur "}).text(format_count(static_cast<double>(check.entries.size())));
    html.raw("</small>");
  }
  html.raw("</td><td>");
  if (const auto time = since(check, view)) {
    html.raw("<time>").text(format_time(*time)).raw("</time>");
  }
  html.raw("</td></tr>");
}

// "2 broken", "1 unknown", and "12 in order" if nothing else is to be said.
void counts(Html& html, const Checks& checks) {
  bool sound = true;
  for (const RuleStatus status : kOrder) {
    std::size_t number = 0;
    for (const Check& check : checks) number += check.count(status);
    if (number == 0 || (status == RuleStatus::ok && !sound)) continue;
    if (status != RuleStatus::accepted && status != RuleStatus::silenced) sound = false;
    Sentence text = format_count(static_cast<double>(number));
    text += std::string_view(" ");
    Sentence word{word_for(status)};
    for (std::string* const one : {&word.english, &word.french}) {
      (*one)[0] = static_cast<char>((*one)[0] | 0x20);  // not at the beginning now
    }
    text += word;
    if (number > 1) text.french += french_plural(status);
    badge(html, mark_for(status), text).raw(" ");
  }
}

void area(Html& html, Phrase name, const Checks& checks, const AlertView& view) {
  html.raw("<details class=\"area\"><summary><h3>").text(name).raw("</h3><span>");
  counts(html, checks);
  html.raw("</span></summary>");
  html.raw(R"(<div class="scroll" role="group" tabindex="0" aria-label=")").text(name);
  html.raw(R"("><table><caption class="vh">)").text(name).raw("</caption><thead><tr>");
  for (const Phrase title :
       {Phrase{"Check", "Contrôle"}, Phrase{"State", "État"}, Phrase{"Since", "Depuis"}}) {
    html.raw("<th scope=\"col\">").text(title).raw("</th>");
  }
  html.raw("</tr></thead><tbody>");
  for (const Check& check : checks) check_row(html, check, view);
  html.raw("</tbody></table></div></details>");
}

}  // namespace

std::string anchor_of(const alerts::PostureEntry& rule) {
  const auto fits = [](char c) { return is_digit(c) || c == '-' || (c >= 'A' && c <= 'Z'); };
  if (!is_known(rule.area) || rule.control.empty() || !std::ranges::all_of(rule.control, fits)) {
    return std::string(kChecks);
  }
  return rule.area + "-" + rule.control;
}

void checks(Html& html, const AlertView* view) {
  if (view == nullptr) return;
  begin_card(html, "checks", {"Checks", "Contrôles"});
  auto all = by_area(view->posture);
  for (const NamedArea& named : areas()) {
    if (all.contains(named.id)) area(html, named.name, all[named.id], *view);
  }
  if (all.contains(kOwnRules)) {
    area(html, {"Your own rules", "Vos propres règles"}, all[kOwnRules], *view);
  }
  end_card(html);
}

}  // namespace clawvigil::web::page
