// Text for people at a terminal. Pure but for the functions that take a descriptor or look at the
// environment.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"

namespace clawvigil::cli {

class Style {
 public:
  enum class Colour { plain, red, yellow, green, faint, blue, strong, command };
  explicit Style(bool colours) : colours_(colours) {}
  [[nodiscard]] std::string strong(std::string_view text) const;
  [[nodiscard]] std::string coloured(std::string_view text, Colour colour) const;

 private:
  bool colours_;
};

// How many columns a terminal needs for `text` (UTF-8): two for wide characters, none for those
// that join the one before.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// The beginning of `text` that fits `columns`, with `ellipsis` at its end if something is missing.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns,
                              std::string_view ellipsis = "…");

// `text` and as many spaces as are missing to `columns`.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);

// Columns as wide as their widest cell, two spaces apart; the last one is not padded.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

// "3", "0.25", "1.3e+09": at most six significant digits.
[[nodiscard]] std::string number_text(double value);

// "2026-11-22 07:34", in the zone of this host.
[[nodiscard]] std::string local_time(SystemTime time);

// True for a terminal in which lines can be written over: not with TERM=dumb.
[[nodiscard]] bool is_terminal(int fd);

// Whether to colour what goes to `fd`. `automatic`: a terminal, unless NO_COLOR is set and not
// empty (https://no-color.org); what is no terminal, too, where CLICOLOR_FORCE is set and not "0".
enum class ColourChoice { automatic, always, never };
[[nodiscard]] bool shows_colours(int fd, ColourChoice choice);

// How wide lines may be: COLUMNS, else the terminal's, else 80; 20 to 400.
[[nodiscard]] std::size_t terminal_columns(int fd);

// Whether the locale's characters are UTF-8, by LC_ALL, LC_CTYPE and LANG.
[[nodiscard]] bool shows_utf8();

}  // namespace clawvigil::cli
