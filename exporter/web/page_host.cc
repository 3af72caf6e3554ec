// Listening sockets: who can reach them, and who owns them.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void listener_table(Html& html, const std::vector<Row>& rows) {
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

}  // namespace

void listeners(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_listening_socket_info";
  std::vector<Row> rows = view.rows(kFamily);
  std::ranges::stable_sort(rows, {},
                           [](const Row& row) { return !is_outside(row.label("scope")); });
  begin_card(html, "listeners", {"Listening sockets", "Ports à l'écoute"});
  if (!rows.empty()) {
    listener_table(html, rows);
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
