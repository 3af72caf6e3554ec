#include "exporter/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <cwchar>
#include <optional>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::cli {

namespace {

// Decodes `text` character by character, whatever the program's locale is.
class Characters {
 public:
  explicit Characters(std::string_view text) : rest_(text), before_(::uselocale(utf8_locale())) {}
  ~Characters() { ::uselocale(before_); }
  Characters(const Characters&) = delete;
  Characters& operator=(const Characters&) = delete;
  Characters(Characters&&) = delete;
  Characters& operator=(Characters&&) = delete;

  struct Character {
    std::string_view bytes;
    std::size_t columns;
  };
  std::optional<Character> next() {
    if (rest_.empty()) return std::nullopt;
    wchar_t decoded = 0;
    std::mbstate_t state{};
    std::size_t size = std::mbrtowc(&decoded, rest_.data(), rest_.size(), &state);
    const bool valid = size > 0 && size <= rest_.size();
    if (!valid) size = 1;
    const int columns = valid ? ::wcwidth(decoded) : 1;
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return Character{bytes, columns < 0 ? 0 : static_cast<std::size_t>(columns)};
  }

 private:
  static ::locale_t utf8_locale() {
    static const ::locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  std::string_view rest_;
  ::locale_t before_;
};

// Nothing in this program changes its environment.
std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  Characters characters(text);
  std::size_t columns = 0;
  while (const auto character = characters.next()) columns += character->columns;
  return columns;
}

std::string cut(std::string_view text, std::size_t columns, std::string_view ellipsis) {
  if (columns_of(text) <= columns) return std::string(text);
  const std::size_t end = columns_of(ellipsis);
  const std::string_view mark = end <= columns ? ellipsis : std::string_view();
  const std::size_t room = columns - (mark.empty() ? 0 : end);
  Characters characters(text);
  std::string out;
  std::size_t used = 0;
  while (const auto character = characters.next()) {
    if (used + character->columns > room) break;
    out += character->bytes;
    used += character->columns;
  }
  return out + std::string(mark);
}

std::string Style::strong(std::string_view text) const {
  return colours_ ? "\033[1m" + std::string(text) + "\033[0m" : std::string(text);
}

std::string Style::coloured(std::string_view text, Colour colour) const {
  constexpr std::array<std::string_view, 8> kCodes{"1", "1;31", "1;33", "1;32",
                                                   "2", "34",   "1",    "36"};
  if (!colours_) return std::string(text);
  return "\033[" + std::string(kCodes.at(static_cast<std::size_t>(colour))) + "m" +
         std::string(text) + "\033[0m";
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

bool is_terminal(int fd) { return variable("TERM") != "dumb" && ::isatty(fd) == 1; }

bool shows_colours(int fd, ColourChoice choice) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  if (!variable("NO_COLOR").empty()) return false;
  const std::string_view forced = variable("CLICOLOR_FORCE");
  return is_terminal(fd) || (!forced.empty() && forced != "0");
}

std::size_t terminal_columns(int fd) {
  constexpr std::size_t kLeast = 20;
  constexpr std::size_t kMost = 400;
  constexpr std::size_t kUsual = 80;
  std::size_t columns = parse_integer<std::size_t>(variable("COLUMNS")).value_or(0);
  ::winsize size{};
  if (columns == 0 && ::ioctl(fd, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return columns == 0 ? kUsual : std::clamp(columns, kLeast, kMost);
}

bool shows_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string locale = to_lower_ascii(variable(name));
    if (locale.empty()) continue;
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace clawvigil::cli
