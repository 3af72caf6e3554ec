// Credentials of one home found where none belong. Never a value.
#include <algorithm>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kFindings = "clawvigil_secret_findings";

void found(Html& html, const View& view, const std::string& id) {
  html.raw("<h4 id=\"secrets-")
      .text(id)
      .raw("\">")
      .text({"Credentials where none belong", "Secrets là où il n'en faut pas"})
      .raw("</h4>");
  std::vector<Row> rows = view.rows(kFindings);
  const bool looked = !rows.empty();
  std::erase_if(rows, [](const Row& row) { return row.value() <= 0; });
  if (!looked) {
    html.raw("<p>");
    unknown(html, view, kFindings);
    html.raw("</p>");
  } else if (rows.empty()) {
    html.raw("<p>");
    badge(html, Mark::good, {"None found", "Aucune trouvée"}).raw("</p>");
  } else {
    Table table(html, {"Credentials where none belong", "Secrets là où il n'en faut pas"},
                {{"Place", "Endroit"},
                 {"What it looks like", "Ce que c'est apparemment"},
                 {"Found", "Trouvés", true}});
    for (const Row& row : rows) {
      if (!table.begin_row(row.label("location"))) continue;
      table.text(row.label("rule")).number(format_count(row.value()));
    }
    table.end();
    html.raw("<p class=\"note\"><code>sudo clawvigil check --area secrets</code></p>");
  }
}

}  // namespace

void credentials(Html& html, const View& view, std::size_t index) {
  const std::string id = std::to_string(index);
  if (!view.is_absent(kFindings)) found(html, view, id);
}

}  // namespace clawvigil::web::page
