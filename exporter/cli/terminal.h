// Text for people at a terminal. Pure but for is_terminal().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"

namespace clawvigil::cli {

class Style {
 public:
  enum class Colour { plain, red, yellow, green };
  explicit Style(bool colours) : colours_(colours) {}
  [[nodiscard]] std::string strong(std::string_view text) const;
  [[nodiscard]] std::string coloured(std::string_view text, Colour colour) const;

 private:
  bool colours_;
};

// `text` in lines of at most 96 columns, six columns in; the first begins with `name`, the others
// are set below its end. Ends in a newline.
[[nodiscard]] std::string indented(const std::string& name, std::string_view text);

// `text` and as many spaces as are missing to `columns`; UTF-8 characters count one column.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

// Columns as wide as their widest cell, two spaces apart; the last one is not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// "3", "0.25", "1.3e+09": at most six significant digits.
[[nodiscard]] std::string number_text(double value);

// "2026-11-22 07:34", in the zone of this host.
[[nodiscard]] std::string local_time(SystemTime time);

// True for a terminal that shows colours: not with NO_COLOR, not with TERM=dumb.
[[nodiscard]] bool is_terminal(int fd);

}  // namespace clawvigil::cli
