// File modes below one home.
#include <map>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void write_table(Html& html, const View& view, const std::vector<Row>& rows) {
  Table table(html, {"File permissions", "Droits des fichiers"},
              {{"Object", "Objet"},
               {"Others have access", "D'autres y ont accès"},
               {"Files concerned", "Fichiers concernés", true}});
  for (const Row& row : rows) {
    const std::string_view object = row.label("object");
    const std::optional<double> count = view.sum("clawvigil_files_unsafe", "object", object);
    if (!table.begin_row(object)) continue;
    table.mark(row.value() > 0 ? Mark::bad : Mark::good,
               row.value() > 0 ? Phrase{"Yes", "Oui"} : Phrase{"No", "Non"});
    table.number(count ? format_count(*count) : Phrase{"unknown", "inconnu"});
  }
  table.end();
}

}  // namespace

void files(Html& html, const View& view, std::size_t index) {
  constexpr std::string_view kFamily = "clawvigil_file_mode_unsafe";
  const std::string id = std::to_string(index);
  const std::vector<Row> rows = view.rows(kFamily);
  html.raw("<h4 id=\"files-")
      .text(id)
      .raw("\">")
      .text({"File permissions", "Droits des fichiers"})
      .raw("</h4>");
  if (!rows.empty()) {
    write_table(html, view, rows);
    return;
  }
  html.raw("<p>");
  unknown(html, view, kFamily);
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
