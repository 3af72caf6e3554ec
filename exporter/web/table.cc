#include "exporter/web/table.h"

#include <string>

namespace clawvigil::web {

Table::Table(Html& html, std::string_view labelled_by, std::initializer_list<Column> columns)
    : html_(html) {
  html_.raw(R"(<div class="scroll" role="region" tabindex="0" aria-labelledby=")");
  html_.text(labelled_by).raw("\"><table><thead><tr>");
  for (const Column& column : columns) {
    if (column.is_number) {
      html_.raw(R"(<th scope="col" class="n">)");
    } else {
      html_.raw("<th scope=\"col\">");
    }
    html_.raw(column.title).raw("</th>");
  }
  html_.raw("</tr></thead><tbody>");
}

bool Table::begin_row(std::string_view heading, std::string_view small_text) {
  if (rows_ > 0 && rows_ <= kMaxTableRows) html_.raw("</tr>");
  if (++rows_ > kMaxTableRows) return false;
  html_.raw("<tr><th scope=\"row\">").text(heading);
  small(small_text);
  html_.raw("</th>");
  return true;
}

Table& Table::small(std::string_view text) {
  if (!text.empty()) html_.raw(" <small>").text(text).raw("</small>");
  return *this;
}

Table& Table::text(std::string_view text) {
  html_.raw("<td>").text(text).raw("</td>");
  return *this;
}

Table& Table::number(std::string_view text, std::string_view small_text) {
  html_.raw("<td class=\"n\">").text(text);
  small(small_text);
  html_.raw("</td>");
  return *this;
}

Table& Table::mark(Mark mark, std::string_view word, std::string_view small_text) {
  html_.raw("<td>");
  badge(html_, mark, word);
  small(small_text);
  html_.raw("</td>");
  return *this;
}

Table& Table::yes_no(const std::optional<double>& value, const Words& words,
                     std::string_view small_text) {
  if (!value) return mark(Mark::unknown, "Unknown");
  if (*value > 0) return mark(words.on_mark, words.on, small_text);
  return mark(words.off_mark, words.off, small_text);
}

void Table::end() {
  if (rows_ > 0 && rows_ <= kMaxTableRows) html_.raw("</tr>");
  html_.raw("</tbody></table></div>");
  left_out(html_, rows_);
}

void left_out(Html& html, std::size_t rows) {
  if (rows <= kMaxTableRows) return;
  html.raw("<p class=\"note\">").text(std::to_string(rows - kMaxTableRows));
  html.raw(" more rows are left out here; the metrics have them all.</p>");
}

}  // namespace clawvigil::web
