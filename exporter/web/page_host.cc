// What concerns the whole host: listening sockets, what is unknown, the collectors.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void listener_table(Html& html, const std::vector<Row>& rows) {
  Table table(html, "listeners", {{"Port"}, {"Reachable from"}, {"Unit"}, {"User"}, {"Accepted"}});
  for (const Row& row : rows) {
    const bool outside = is_outside(row.label("scope"));
    const bool expected = row.label("expected") == "true";
    const std::string port =
        std::string(row.label("protocol")) + " " + std::string(row.label("port"));
    if (!table.begin_row(port)) continue;
    table.mark(outside && !expected ? Mark::bad : Mark::plain, row.label("scope"));
    const std::string_view otherwise = outside ? "no" : "";
    table.text(row.label("unit")).text(row.label("user")).text(expected ? "yes" : otherwise);
  }
  table.end();
}

void state_cell(Table& table, const CollectorState& state) {
  if (!state.ran) {
    table.mark(Mark::unknown, "First run pending");
  } else if (state.success) {
    table.mark(Mark::good, "Succeeded");
  } else {
    table.mark(Mark::bad, "Failed", state.error ? sanitize(state.error->message, 512) : "");
  }
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
  html.raw(R"(<section class="card" aria-labelledby="collectors"><h2 id="collectors">)");
  html.raw("Collectors</h2>");
  Table table(html, "collectors",
              {{"Collector"}, {"Last run"}, {"Last success"}, {"Took", true}, {"Failures", true}});
  for (const CollectorState& state : view.snapshot().collectors) {
    std::uint64_t failures = 0;
    for (const auto& [code, count] : state.failures) failures += count;
    if (!table.begin_row(state.info->name, state.info->summary)) continue;
    state_cell(table, state);
    table.text(state.last_success ? format_time(*state.last_success) : "never");
    table.number(state.ran ? format_duration(state.duration) : "");
    table.number(std::to_string(failures));
  }
  table.end();
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
