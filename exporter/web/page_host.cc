// Listening sockets: who can reach them, and who owns them.
#include <algorithm>
#include <span>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void listener_table(Html& html, std::span<const Row> rows) {
  Table table(html, {"Listening sockets", "Ports à l'écoute"},
              {{"Port", "Port"},
               {"Reachable from", "Accessible depuis"},
               {"Unit", "Unité"},
               {"User", "Utilisateur"},
               {"Accepted", "Accepté"}});
  for (const Row& row : rows) {
    const bool outside = is_outside(row.label("scope"));
    const bool expected = row.label("expected") == "true";
    const std::string port =
        std::string(row.label("protocol")) + " " + std::string(row.label("port"));
    if (!table.begin_row(port)) continue;
    table.mark(outside && !expected ? Mark::bad : Mark::plain, name_of_scope(row.label("scope")));
    const Phrase otherwise = outside ? Phrase{"no", "non"} : Phrase();
    table.text(row.label("unit"))
        .text(row.label("user"))
        .text(expected ? Phrase{"yes", "oui"} : otherwise);
  }
  table.end();
}

// What only this host can reach matters less: folded away.
void on_loopback(Html& html, std::span<const Row> rows) {
  if (rows.empty()) return;
  html.raw("<details><summary>").text(format_count(static_cast<double>(rows.size())));
  html.text({" more can only be reached from this host itself",
             " de plus ne sont accessibles que de cet hôte"});
  html.raw("</summary>");
  listener_table(html, rows);
  html.raw("</details>");
}

}  // namespace

void listeners(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_listening_socket_info";
  std::vector<Row> rows = view.rows(kFamily);
  const auto inside = std::ranges::stable_partition(
      rows, [](const Row& row) { return row.label("scope") != "loopback"; });
  std::ranges::stable_sort(rows.begin(), inside.begin(), {},
                           [](const Row& row) { return !is_outside(row.label("scope")); });
  begin_card(html, "listeners", {"Listening sockets", "Ports à l'écoute"});
  if (!rows.empty()) {
    const std::span outside(rows.begin(), inside.begin());
    if (outside.empty()) {
      html.raw("<p>");
      badge(html, Mark::good,
            {"Nothing can be reached from outside this host",
             "Rien n'est accessible de l'extérieur de cet hôte"});
      html.raw("</p>");
    } else {
      listener_table(html, outside);
    }
    on_loopback(html, std::span(inside.begin(), inside.end()));
  } else if (view.rows("clawvigil_listening_sockets").empty()) {
    html.raw("<p>");
    unknown(html, view, kFamily);
    html.raw("</p>");
  } else {
    html.raw("<p>")
        .text({"Nothing listens on this host.", "Rien n'écoute sur cet hôte."})
        .raw("</p>");
  }
  end_card(html);
}

}  // namespace clawvigil::web::page
