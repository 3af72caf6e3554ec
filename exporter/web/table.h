// A table of the page: scrolls sideways on a phone, is cut at kMaxTableRows and says so.
//
//   Table table(html, {"Listening sockets", "Ports ouverts"},
//               {{"Port", "Port"}, {"Sockets", "Sockets", true}});
//   for (const Row& row : rows) {
//     if (!table.begin_row(row.label("port"))) continue;
//     table.number(format_count(row.value()));
//   }
//   table.end();
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>

#include "exporter/web/html.h"

namespace clawvigil::web {

inline constexpr std::size_t kMaxTableRows = 32;

class Table {
 public:
  struct Column {
    template <std::size_t N, std::size_t M>
    consteval Column(const char (&english)[N], const char (&french)[M], bool number = false)
        : title(english, french), is_number(number) {}
    Phrase title;
    bool is_number = false;  // set right
  };

  // `caption` is what a screen reader announces; the heading above says it to the eye.
  Table(Html& html, Phrase caption, std::initializer_list<Column> columns);

  // Ends the row before and writes the first cell, its heading. False when there are kMaxTableRows
  // already: then the row is only counted, and no cells may be written.
  [[nodiscard]] bool begin_row(Phrase heading, Phrase small = {});

  Table& text(Phrase text);
  Table& number(Phrase text, Phrase small = {});
  Table& mark(Mark mark, Phrase word, Phrase small = {});
  // A bad mark, and what a program says in English.
  Table& failure(Phrase word, std::string_view why);
  // Above 0 or not, or unknown; `small` stands beside either answer.
  Table& yes_no(const std::optional<double>& value, const Words& words, Phrase small = {});
  // For anything else, between begin_cell() and end_cell().
  Html& begin_cell() { return html_.raw("<td>"); }
  void end_cell() { html_.raw("</td>"); }
  void end();

 private:
  Table& small(Phrase text);

  Html& html_;
  std::size_t rows_ = 0;
};

// "12 more rows are left out here" when there are more than kMaxTableRows.
void left_out(Html& html, std::size_t rows);

}  // namespace clawvigil::web
