#include "collectors/parse/control_file.h"

#include <strings.h>

#include <algorithm>

namespace clawvigil::parse {

std::string_view control_field(std::string_view paragraph, std::string_view name) {
  std::string_view found;
  for_each_field(paragraph, [&](std::string_view field, std::string_view value) {
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): as long as it says
    if (field.size() == name.size() && strncasecmp(field.data(), name.data(), name.size()) == 0) {
      found = value;
    }
  });
  return found;
}

std::string_view next_paragraph(std::string_view& text) {
  const std::string_view all = text;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool started = false;
  while (!text.empty()) {
    const auto at = static_cast<std::size_t>(text.data() - all.data());
    const bool is_empty = trim(take_line(text)).empty();
    if (is_empty && started) break;
    if (is_empty) continue;
    if (!started) begin = at;
    started = true;
    end = static_cast<std::size_t>(text.data() - all.data());
  }
  return all.substr(begin, end - begin);
}

}  // namespace clawvigil::parse
