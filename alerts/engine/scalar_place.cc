#include "alerts/engine/scalar_place.h"

#include <algorithm>

namespace clawvigil::alerts {

namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

ScalarPlace::Style style_of(char first) {
  switch (first) {
    case '\'':
      return ScalarPlace::Style::single_quoted;
    case '"':
      return ScalarPlace::Style::double_quoted;
    case '|':
      return ScalarPlace::Style::literal;
    case '>':
      return ScalarPlace::Style::folded;
    default:
      return ScalarPlace::Style::plain;
  }
}

}  // namespace

std::size_t offset_of(std::string_view text, yaml::Position at) {
  std::size_t offset = 0;
  for (std::size_t line = 1; line < at.line; ++line) {
    offset = text.find('\n', offset);
    if (offset == std::string_view::npos) return text.size();
    ++offset;
  }
  for (std::size_t column = 1; column < at.column && offset < text.size(); ++column) {
    ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U) {
      ++offset;
    }
  }
  return std::min(offset, text.size());
}

ScalarPlace::ScalarPlace(std::string_view text, const yaml::Node& node)
    : text_(text),
      node_(node),
      begin_(offset_of(text, node.at)),
      style_(begin_ < text.size() ? style_of(text[begin_]) : Style::plain) {}

yaml::Position ScalarPlace::of(std::size_t offset) const {
  const std::string_view before =
      std::string_view(node_.text).substr(0, std::min(offset, node_.text.size()));
  const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t column = characters(before.substr(line_start));
  yaml::Position at = node_.at;
  if (style_ != Style::literal && style_ != Style::folded) {
    if (lines == 0) at.column += column + (style_ == Style::plain ? 0 : 1);
    return at;
  }
  at.line += 1 + lines;
  if (style_ == Style::folded) return {at.line, 1};
  // All lines of a literal block lose the same indentation: that of the first that is not empty.
  const std::size_t line = offset_of(text_, {at.line, 1});
  const std::size_t end = std::min(text_.find('\n', line), text_.size());
  const std::string_view shown = std::string_view(node_.text).substr(line_start);
  const std::size_t length = std::min(shown.find('\n'), shown.size());
  const std::size_t indentation = end - line > length ? end - line - length : 0;
  at.column = 1 + indentation + column;
  return at;
}

}  // namespace clawvigil::alerts
