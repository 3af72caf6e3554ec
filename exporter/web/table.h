// A table of the page: scrolls sideways on a phone, is cut at kMaxTableRows and says so.
//
//   Table table(html, "listeners", {{"Port"}, {"Sockets", true}});
//   for (const Row& row : rows) {
//     if (!table.begin_row(row.label("port"))) continue;
//     table.number(format_count(row.value()));
//   }
//   table.end();
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "exporter/web/html.h"

namespace clawvigil::web {

inline constexpr std::size_t kMaxTableRows = 64;

class Table {
 public:
  struct Column {
    Markup title;
    bool is_number = false;  // set right
  };

  // `labelled_by` is the id of the heading above it.
  Table(Html& html, std::string_view labelled_by, std::initializer_list<Column> columns);

  // Ends the row before and writes the first cell, its heading. False when there are kMaxTableRows
  // already: then the row is only counted, and no cells may be written.
  [[nodiscard]] bool begin_row(std::string_view heading, std::string_view small = {});

  Table& text(std::string_view text);
  Table& number(std::string_view text, std::string_view small = {});
  Table& mark(Mark mark, std::string_view word, std::string_view small = {});
  // Above 0 or not, or unknown; `small` stands beside either answer.
  Table& yes_no(const std::optional<double>& value, const Words& words,
                std::string_view small = {});
  void end();

 private:
  Table& small(std::string_view text);

  Html& html_;
  std::size_t rows_ = 0;
};

// "12 more rows are left out here" when there are more than kMaxTableRows.
void left_out(Html& html, std::size_t rows);

}  // namespace clawvigil::web
