#include "exporter/cli/wrap.h"

#include <algorithm>

#include "exporter/base/strings.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  const auto add = [&](std::string_view piece, std::size_t width) {
    if (used > 0 && used + 1 + width > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += piece;
    used += width;
  };
  for (std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    std::size_t width = columns_of(word);
    while (width > columns && !is_ascii(word)) {
      const std::string head = cut(word, columns, "");
      if (head.empty()) break;  // a wide character in a single column
      add(head, columns_of(head));
      word.remove_prefix(head.size());
      width = columns_of(word);
    }
    if (!word.empty()) add(word, width);
  }
  return lines;
}

}  // namespace clawvigil::cli
