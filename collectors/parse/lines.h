// Text line by line. What is returned points into the text. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "exporter/base/strings.h"

namespace clawvigil::parse {

// The next line of `text` without its end; takes it off.
[[nodiscard]] inline std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// What follows `prefix` on the first line that begins with it, trimmed.
[[nodiscard]] inline std::optional<std::string_view> line_after(std::string_view text,
                                                                std::string_view prefix) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.starts_with(prefix)) return trim(line.substr(prefix.size()));
  }
  return std::nullopt;
}

}  // namespace clawvigil::parse
