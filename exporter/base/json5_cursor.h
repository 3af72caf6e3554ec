// The characters of a JSON5 text: their classes, and a cursor over them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/base/result.h"

namespace clawvigil::json5 {

inline constexpr char32_t kEnd = 0xFFFFFFFF;  // one past the last character
inline constexpr char32_t kLineSeparator = 0x2028;
inline constexpr char32_t kParagraphSeparator = 0x2029;

inline bool is_line_terminator(char32_t c) {
  return c == '\n' || c == '\r' || c == kLineSeparator || c == kParagraphSeparator;
}

// White space of the specification: the ASCII ones, NBSP, BOM and Unicode category Zs.
inline bool is_space(char32_t c) {
  if (c == ' ' || (c >= '\t' && c <= '\r')) return true;
  return c == 0xA0 || c == 0xFEFF || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F || c == 0x3000 || is_line_terminator(c);
}

inline bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

inline bool is_identifier_start(char32_t c) {
  if (c == kEnd) return false;
  if (c >= 0x80) return !is_space(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' || c == '_';
}

inline bool is_identifier_part(char32_t c) { return is_identifier_start(c) || is_digit(c); }

// Steps over valid UTF-8 character by character, knowing line and column.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] char32_t peek() const { return decode(position_); }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::string_view since(std::size_t start) const {
    return text_.substr(start, position_ - start);
  }
  // Consumes `word` if it comes next.
  bool accept(std::string_view word) {
    if (!text_.substr(position_).starts_with(word)) return false;
    for (std::size_t i = 0; i < word.size(); ++i) next();
    return true;
  }

  char32_t next() {
    const char32_t c = decode(position_);
    if (c == kEnd) return c;
    position_ += length(static_cast<unsigned char>(text_[position_]));
    const bool first_of_crlf = c == '\r' && decode(position_) == '\n';
    if (is_line_terminator(c) && !first_of_crlf) {
      ++line_;
      column_ = 1;
    } else {
      ++column_;
    }
    return c;
  }

  [[nodiscard]] std::unexpected<Error> error(std::string_view expected) const {
    const char32_t found = peek();
    std::string message = "line " + std::to_string(line_) + ", column " + std::to_string(column_) +
                          ": expected " + std::string(expected);
    if (found == kEnd) {
      message += ", found the end of the text";
    } else if (found > ' ' && found < 0x7F) {
      message += std::string(", found '") + static_cast<char>(found) + "'";
    }
    return fail(Errc::parse, std::move(message));
  }

 private:
  static std::size_t length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xE0) return 2;
    return lead < 0xF0 ? 3 : 4;
  }
  [[nodiscard]] char32_t decode(std::size_t at) const {
    if (at >= text_.size()) return kEnd;
    const auto lead = static_cast<unsigned char>(text_[at]);
    const std::size_t bytes = length(lead);
    if (bytes == 1) return lead;
    char32_t c = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
      c = (c << 6) | (static_cast<unsigned char>(text_[at + i]) & 0x3FU);
    }
    return c;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace clawvigil::json5
