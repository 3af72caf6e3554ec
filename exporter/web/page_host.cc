// What concerns the whole host: listening sockets, what is unknown, the collectors.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void listener_row(Html& html, const Row& row) {
  const bool outside = is_outside(row.label("scope"));
  const std::string_view expected = row.label("expected");
  html.raw("<tr><th scope=\"row\">").text(row.label("protocol")).raw(" ").text(row.label("port"));
  html.raw("</th><td>");
  badge(html, outside && expected != "true" ? Mark::bad : Mark::plain, row.label("scope"));
  html.raw("</td><td>").text(row.label("unit")).raw("</td><td>").text(row.label("user"));
  const std::string_view unexpected = outside ? "no" : "";
  html.raw("</td><td>").text(expected == "true" ? "yes" : unexpected).raw("</td></tr>");
}

void listener_table(Html& html, const std::vector<Row>& rows) {
  html.raw(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"listeners\"><table>"
      "<thead><tr><th scope=\"col\">Port</th><th scope=\"col\">Reachable from</th>"
      "<th scope=\"col\">Unit</th><th scope=\"col\">User</th><th scope=\"col\">Accepted</th></tr>"
      "</thead><tbody>");
  for (std::size_t i = 0; i < std::min(rows.size(), kMaxTableRows); ++i)
    listener_row(html, rows[i]);
  html.raw("</tbody></table></div>");
  left_out(html, rows.size());
}

void state_cell(Html& html, const CollectorState& state) {
  html.raw("<td>");
  if (!state.ran) {
    badge(html, Mark::unknown, "First run pending");
  } else if (state.success) {
    badge(html, Mark::good, "Succeeded");
  } else {
    badge(html, Mark::bad, "Failed");
    if (state.error) {
      html.raw(" <small>").text(sanitize(state.error->message, 512)).raw("</small>");
    }
  }
  html.raw("</td>");
}

void collector_row(Html& html, const CollectorState& state) {
  std::uint64_t failures = 0;
  for (const auto& [code, count] : state.failures) failures += count;
  html.raw("<tr><th scope=\"row\">").text(state.info->name).raw(" <small>");
  html.text(state.info->summary).raw("</small></th>");
  state_cell(html, state);
  html.raw("<td>").text(state.last_success ? format_time(*state.last_success) : "never");
  html.raw("</td><td class=\"n\">").text(state.ran ? format_duration(state.duration) : "");
  html.raw("</td><td class=\"n\">").text(std::to_string(failures)).raw("</td></tr>");
}

}  // namespace

void listeners(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_listening_socket_info";
  std::vector<Row> rows = view.rows(kFamily);
  std::ranges::stable_sort(rows, {},
                           [](const Row& row) { return !is_outside(row.label("scope")); });
  html.raw(R"(<section class="card" aria-labelledby="listeners"><h2 id="listeners">)");
  html.raw("Listening sockets</h2>");
  if (!rows.empty()) {
    listener_table(html, rows);
  } else if (view.rows("clawvigil_listening_sockets").empty()) {
    html.raw("<p>");
    unknown(html, view, kFamily);
    html.raw("</p>");
  } else {
    html.raw("<p>Nothing listens on this host.</p>");
  }
  html.raw("</section>");
}

void unknowns(Html& html, const View& view) {
  html.raw(R"(<section class="card" aria-labelledby="unknowns"><h2 id="unknowns">Unknown</h2>)");
  std::size_t shown = 0;
  const auto item = [&](std::string_view collector, Errc reason, std::string_view detail) {
    if (shown++ == 0) html.raw("<ul class=\"plain\">");
    if (shown > kMaxTableRows) return;
    html.raw("<li>");
    badge(html, Mark::unknown, to_string(reason)).raw(" <b>").text(collector).raw("</b> ");
    html.text(sanitize(detail, 512)).raw("</li>");
  };
  for (const CollectorState& state : view.snapshot().collectors) {
    if (!state.batch && state.error)
      item(state.info->name, state.error->code, state.error->message);
    if (!state.batch) continue;
    for (const Unknown& one : state.batch->unknowns()) {
      item(state.info->name, one.reason, one.detail);
    }
  }
  if (shown > 0) html.raw("</ul>");
  if (shown == 0) html.raw("<p>Everything that was looked for could be read.</p>");
  left_out(html, shown);
  html.raw("</section>");
}

void collectors(Html& html, const View& view) {
  html.raw(
      "<section class=\"card\" aria-labelledby=\"collectors\"><h2 id=\"collectors\">Collectors</h2>"
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"collectors\"><table>"
      "<thead><tr><th scope=\"col\">Collector</th><th scope=\"col\">Last run</th>"
      "<th scope=\"col\">Last success</th><th scope=\"col\" class=\"n\">Took</th>"
      "<th scope=\"col\" class=\"n\">Failures</th></tr></thead><tbody>");
  for (const CollectorState& state : view.snapshot().collectors) collector_row(html, state);
  html.raw("</tbody></table></div></section>");
}

}  // namespace clawvigil::web::page
