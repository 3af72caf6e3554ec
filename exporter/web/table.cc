#include "exporter/web/table.h"

#include "exporter/web/view.h"

namespace clawvigil::web {

Table::Table(Html& html, Phrase caption, std::initializer_list<Column> columns) : html_(html) {
  html_.raw(R"(<div class="scroll" role="group" tabindex="0" aria-label=")").text(caption);
  html_.raw(R"("><table><caption class="vh">)").text(caption).raw("</caption><thead><tr>");
  for (const Column& column : columns) {
    if (column.is_number) {
      html_.raw(R"(<th scope="col" class="n">)");
    } else {
      html_.raw("<th scope=\"col\">");
    }
    html_.text(column.title).raw("</th>");
  }
  html_.raw("</tr></thead><tbody>");
}

bool Table::begin_row(Phrase heading, Phrase small_text) {
  if (rows_ > 0 && rows_ <= kMaxTableRows) html_.raw("</tr>");
  if (++rows_ > kMaxTableRows) return false;
  html_.raw("<tr><th scope=\"row\">").text(heading);
  small(small_text);
  html_.raw("</th>");
  return true;
}

Table& Table::small(Phrase text) {
  if (!text.empty()) html_.raw(" <small>").text(text).raw("</small>");
  return *this;
}

Table& Table::text(Phrase text) {
  html_.raw("<td>").text(text).raw("</td>");
  return *this;
}

Table& Table::number(Phrase text, Phrase small_text) {
  html_.raw("<td class=\"n\">").text(text);
  small(small_text);
  html_.raw("</td>");
  return *this;
}

Table& Table::mark(Mark mark, Phrase word, Phrase small_text) {
  html_.raw("<td>");
  badge(html_, mark, word);
  small(small_text);
  html_.raw("</td>");
  return *this;
}

Table& Table::failure(Phrase word, std::string_view why) {
  html_.raw("<td>");
  badge(html_, Mark::bad, word);
  if (!why.empty()) html_.raw(" <small>").english(why).raw("</small>");
  html_.raw("</td>");
  return *this;
}

Table& Table::yes_no(const std::optional<double>& value, const Words& words, Phrase small_text) {
  if (!value) return mark(Mark::unknown, kUnknown);
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
  html.raw("<p class=\"note\">");
  html.text(format_count(static_cast<double>(rows - kMaxTableRows)));
  html.text(
      {" more rows are left out here; the metrics have them all.",
       " lignes de plus ne sont pas montrées ici\u00A0; les métriques les contiennent toutes."});
  html.raw("</p>");
}

}  // namespace clawvigil::web
