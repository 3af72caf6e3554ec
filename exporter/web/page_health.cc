// Whether clawvigil itself sees what it should: collectors, and what is unknown to them.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::size_t kMaxUnknowns = 24;
constexpr std::size_t kMaxDetail = 200;
constexpr std::size_t kMaxBytes = 5'000;  // for what is unknown; the others are counted
// Beyond, failures are only named: whatever collectors say, the rest of the page keeps its room.
constexpr std::size_t kMaxBytesWithErrors = 10'000;

void state_cell(Table& table, const CollectorState& state, bool with_error) {
  if (!state.ran) {
    table.mark(Mark::unknown, {"First run pending", "Premier passage attendu"});
  } else if (state.success) {
    table.mark(Mark::good, {"Succeeded", "Réussi"});
  } else {
    table.failure({"Failed", "Échec"},
                  state.error && with_error ? sanitize(state.error->message, kMaxDetail) : "");
  }
}

void summary(Html& html, const Snapshot& snapshot) {
  const auto good = std::ranges::count_if(snapshot.collectors, &CollectorState::success);
  html.raw("<p>");
  badge(html, good == std::ssize(snapshot.collectors) ? Mark::good : Mark::bad,
        format_count(static_cast<double>(good)) + Phrase{" of ", " sur "} +
            format_count(static_cast<double>(snapshot.collectors.size())));
  html.raw(" ").text(
      {"collectors succeeded at their last run.", "collecteurs ont réussi leur dernier passage."});
  html.raw("</p>");
}

}  // namespace

void unknowns(Html& html, const View& view) {
  html.raw("<h3>").text({"What could not be read", "Ce qui n'a pas pu être lu"}).raw("</h3>");
  std::size_t seen = 0;
  std::size_t shown = 0;
  const auto item = [&](std::string_view collector, Errc reason, std::string_view detail) {
    ++seen;
    if (shown >= kMaxUnknowns || html.size() > kMaxBytes) return;
    if (shown++ == 0) html.raw("<ul class=\"plain small\">");
    html.raw("<li>");
    badge(html, Mark::unknown, name_of(reason)).raw(" <b>").text(collector).raw("</b> ");
    html.english(sanitize(detail, kMaxDetail)).raw("</li>");
  };
  for (const CollectorState& state : view.snapshot().collectors) {
    if (!state.batch && state.error) {
      item(state.info->name, state.error->code, state.error->message);
    }
    if (!state.batch) continue;
    for (const Unknown& one : state.batch->unknowns()) {
      item(state.info->name, one.reason, one.detail);
    }
  }
  if (shown > 0) html.raw("</ul>");
  if (seen == 0) {
    html.raw("<p>").text({"Everything that was looked for could be read.",
                          "Tout ce qui était cherché a pu être lu."});
    html.raw("</p>");
  }
  if (seen > shown) {
    html.raw("<p class=\"note\">").text(format_count(static_cast<double>(seen - shown)));
    html.text({" more: ", " de plus\u00A0: "})
        .raw("<code class=\"c\">sudo clawvigil check</code></p>");
  }
}

void collectors(Html& html, const View& view) {
  html.raw("<details><summary><h3>").text({"Collectors", "Collecteurs"}).raw("</h3></summary>");
  Table table(html, {"Collectors", "Collecteurs"},
              {{"Collector", "Collecteur"},
               {"Last run", "Dernier passage"},
               {"Last success", "Dernier succès"},
               {"Took", "Durée", true}});
  for (const CollectorState& state : view.snapshot().collectors) {
    if (!table.begin_row(state.info->name)) continue;
    state_cell(table, state, html.size() < kMaxBytesWithErrors);
    table.text(state.last_success ? format_time(*state.last_success) : Sentence("never", "jamais"));
    table.number(state.ran ? format_duration(state.duration) : Sentence());
  }
  table.end();
  html.raw("</details>");
}

void health(Html& html, const PageInput& input) {
  const View view(input.snapshot, "");
  begin_card(html, "health", {"clawvigil itself", "clawvigil lui-même"});
  summary(html, input.snapshot);
  unknowns(html, view);
  collectors(html, view);
  end_card(html);
}

}  // namespace clawvigil::web::page
