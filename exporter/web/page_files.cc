// File modes below one home.
#include <map>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void table(Html& html, const View& view, const std::vector<Row>& rows, const std::string& id) {
  html.raw(R"(<div class="scroll" role="region" tabindex="0" aria-labelledby="files-)");
  html.text(id).raw(
      "\"><table><thead><tr><th scope=\"col\">Object</th><th scope=\"col\">Others have access"
      "</th><th scope=\"col\" class=\"n\">Files concerned</th></tr></thead><tbody>");
  std::size_t shown = 0;
  for (const Row& row : rows) {
    if (++shown > kMaxTableRows) break;
    const std::string_view object = row.label("object");
    const std::optional<double> count = view.sum("clawvigil_files_unsafe", "object", object);
    html.raw("<tr><th scope=\"row\">").text(object).raw("</th><td>");
    badge(html, row.value() > 0 ? Mark::bad : Mark::good, row.value() > 0 ? "Yes" : "No");
    html.raw("</td><td class=\"n\">").text(count ? format_count(*count) : "unknown");
    html.raw("</td></tr>");
  }
  html.raw("</tbody></table></div>");
  left_out(html, rows.size());
}

}  // namespace

void files(Html& html, const View& view, std::size_t index) {
  constexpr std::string_view kFamily = "clawvigil_file_mode_unsafe";
  const std::string id = std::to_string(index);
  const std::vector<Row> rows = view.rows(kFamily);
  html.raw("<h3 id=\"files-").text(id).raw("\">File permissions</h3>");
  if (!rows.empty()) {
    table(html, view, rows, id);
    return;
  }
  html.raw("<p>");
  unknown(html, view, kFamily);
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
