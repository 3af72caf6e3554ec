// The row of figures at the top of the page.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void exposure(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_gateway_exposed";
  const std::vector<Row> rows = view.rows(kFamily);
  const bool exposed = std::ranges::any_of(rows, [](const Row& row) { return row.value() > 0; });
  html.raw(R"(<li class="card"><h3>Gateway reachable from outside</h3><p class="big">)");
  if (rows.empty()) {
    badge(html, Mark::unknown, "Unknown");
    html.raw("</p><p class=\"note\">").text(view.why_unknown(kFamily));
  } else if (exposed) {
    badge(html, Mark::bad, "Yes");
    html.raw("</p><p class=\"note\">bound beyond loopback and tailnet");
  } else {
    badge(html, Mark::good, "No");
    html.raw("</p><p class=\"note\">by the kernel's socket table");
  }
  html.raw("</p></li>");
}

void outside_sockets(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_listening_sockets";
  const std::vector<Row> rows = view.rows(kFamily);
  html.raw(R"(<li class="card"><h3>Sockets others can reach</h3><p class="big">)");
  if (rows.empty()) {
    badge(html, Mark::unknown, "Unknown");
    html.raw("</p><p class=\"note\">").text(view.why_unknown(kFamily)).raw("</p></li>");
    return;
  }
  double outside = 0;
  double inside = 0;
  for (const Row& row : rows) (is_outside(row.label("scope")) ? outside : inside) += row.value();
  html.text(format_count(outside)).raw("</p><p class=\"note\">and ");
  html.text(format_count(inside)).raw(" on loopback or tailnet</p></li>");
}

void spend(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_spend_usd";
  const std::optional<double> day = view.sum(kFamily, "window", "24h");
  const std::optional<double> month = view.sum(kFamily, "window", "30d");
  html.raw(R"(<li class="card"><h3>Model spend, 24 hours</h3><p class="big">)");
  if (day) {
    html.text(format_usd(*day)).raw("</p><p class=\"note\">30 days: ");
    html.text(month ? format_usd(*month) : "unknown");
  } else {
    badge(html, Mark::unknown, "Unknown");
    html.raw("</p><p class=\"note\">").text(view.why_unknown(kFamily));
  }
  html.raw("</p></li>");
}

void health(Html& html, const Snapshot& snapshot) {
  const auto good = std::ranges::count_if(snapshot.collectors, &CollectorState::success);
  std::size_t unknown = 0;
  for (const CollectorState& state : snapshot.collectors) {
    if (state.batch) unknown += state.batch->unknowns().size();
    if (!state.batch) ++unknown;
  }
  const std::size_t all = snapshot.collectors.size();
  html.raw(R"(<li class="card"><h3>Collectors succeeding</h3><p class="big">)");
  html.text(std::to_string(good)).raw(" <span class=\"of\">of ").text(std::to_string(all));
  html.raw(R"(</span></p><p class="note"><a href="#unknowns">)").text(std::to_string(unknown));
  html.raw(" unknown</a></p></li>");
}

}  // namespace

void overview(Html& html, const PageInput& input) {
  const View view(input.snapshot, "");
  html.raw(R"(<section aria-label="Overview"><ul class="cards">)");
  if (!input.homes.homes.empty()) exposure(html, view);
  outside_sockets(html, view);
  if (!input.homes.homes.empty()) spend(html, view);
  health(html, input.snapshot);
  html.raw("</ul></section>");
}

}  // namespace clawvigil::web::page
