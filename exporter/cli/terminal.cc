#include "exporter/cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace clawvigil::cli {

namespace {

constexpr std::size_t kColumns = 96;
constexpr std::size_t kIndent = 6;

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    constexpr unsigned char kContinuationMask = 0xC0;
    constexpr unsigned char kContinuation = 0x80;
    return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation;
  }));
}

}  // namespace

std::string Style::strong(std::string_view text) const {
  return colours_ ? "\033[1m" + std::string(text) + "\033[0m" : std::string(text);
}

std::string Style::coloured(std::string_view text, Colour colour) const {
  constexpr std::array<std::string_view, 4> kCodes{"1", "1;31", "1;33", "1;32"};
  if (!colours_) return std::string(text);
  return "\033[" + std::string(kCodes.at(static_cast<std::size_t>(colour))) + "m" +
         std::string(text) + "\033[0m";
}

std::string indented(const std::string& name, std::string_view text) {
  const std::string margin(kIndent + name.size(), ' ');
  std::string out = std::string(kIndent, ' ') + name;
  std::size_t column = margin.size();
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t width = columns_of(word);
    if (!first && column + 1 + width > kColumns) {
      out += "\n" + margin;
      column = margin.size();
      first = true;
    }
    if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width;
    first = false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + "\n";
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = columns_of(text);
  return std::string(text) + std::string(width < columns ? columns - width : 0, ' ');
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], columns_of(row[i]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i + 1 < row.size() ? padded(row[i], widths[i]) + "  " : row[i];
    }
    out += "\n";
  }
  return out;
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.6g", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string local_time(SystemTime time) {
  std::array<char, 32> text{};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm parts{};
  static_cast<void>(::localtime_r(&seconds, &parts));
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts)};
}

bool is_terminal(int fd) {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing in this program changes its environment.
  const char* const term = std::getenv("TERM");
  const bool plain =
      std::getenv("NO_COLOR") != nullptr || (term != nullptr && std::string_view(term) == "dumb");
  // NOLINTEND(concurrency-mt-unsafe)
  return !plain && ::isatty(fd) == 1;
}

}  // namespace clawvigil::cli
