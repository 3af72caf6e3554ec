// File modes below one home.
#include <map>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void write_table(Html& html, const View& view, const std::vector<Row>& rows,
                 const std::string& id) {
  Table table(html, "files-" + id, {{"Object"}, {"Others have access"}, {"Files concerned", true}});
  for (const Row& row : rows) {
    const std::string_view object = row.label("object");
    const std::optional<double> count = view.sum("clawvigil_files_unsafe", "object", object);
    if (!table.begin_row(object)) continue;
    table.mark(row.value() > 0 ? Mark::bad : Mark::good, row.value() > 0 ? "Yes" : "No");
    table.number(count ? format_count(*count) : "unknown");
  }
  table.end();
}

}  // namespace

void files(Html& html, const View& view, std::size_t index) {
  constexpr std::string_view kFamily = "clawvigil_file_mode_unsafe";
  const std::string id = std::to_string(index);
  const std::vector<Row> rows = view.rows(kFamily);
  html.raw("<h3 id=\"files-").text(id).raw("\">File permissions</h3>");
  if (!rows.empty()) {
    write_table(html, view, rows, id);
    return;
  }
  html.raw("<p>");
  unknown(html, view, kFamily);
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
