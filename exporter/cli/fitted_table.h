// A table that makes the best of the width there is: less important columns are left out, texts are
// cut, and what remains is a bar. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

class FittedTable {
 public:
  struct Column {
    std::string title;
    bool to_the_right = true;        // numbers
    int importance = 0;              // 0: always there; the higher, the sooner left out
    std::size_t least = 0;           // a text may be cut to so many columns; 0: it may not
    std::vector<std::string> cells;  // one a row
  };
  struct Look {
    bool strong = false;
    bool faint = false;
    bool marked = false;
  };
  struct Options {
    std::size_t columns = 80;
    bool utf8 = true;
    Style style{false};
  };

  explicit FittedTable(const Options& options) : options_(options) {}
  void add(Column column) { columns_.push_back(std::move(column)); }
  // One a row: how it looks, and its bar as a share of the longest (0 to 1; below 0: none).
  void add_row(Look look, double bar) {
    looks_.push_back(look);
    bars_.push_back(bar);
  }
  // The bar stands behind the last of the columns added so far.
  void place_bar() { bar_after_ = columns_.size(); }

  // Every line ends in a newline; the first one is of the titles.
  [[nodiscard]] std::string text() const;

 private:
  struct Layout {
    std::vector<std::size_t> widths;  // 0: left out
    std::size_t bar = 0;
  };
  [[nodiscard]] Layout fit() const;
  [[nodiscard]] std::string bar(double share, std::size_t width) const;
  [[nodiscard]] std::string line(const Layout& layout, std::size_t row) const;
  [[nodiscard]] std::string titles(const Layout& layout) const;

  Options options_;
  std::vector<Column> columns_;
  std::vector<Look> looks_;
  std::vector<double> bars_;
  std::size_t bar_after_ = 0;
};

}  // namespace clawvigil::cli
