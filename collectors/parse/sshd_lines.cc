#include "collectors/parse/sshd_lines.h"

#include <optional>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::unexpected<Error> bad_line(std::size_t number, const char* what) {
  return fail(Errc::parse, "sshd_config line " + std::to_string(number) + ": " + what);
}

std::string_view without_leading(std::string_view text, std::string_view characters) {
  const std::size_t first = text.find_first_not_of(characters);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// The first word of `rest`, which ends at white space, one '=', or its closing quote.
std::optional<std::string> take_keyword(std::string_view& rest) {
  const std::size_t end = rest.find_first_of(" \t\r\n\"=");
  if (end == std::string_view::npos) return std::string(std::exchange(rest, {}));
  std::string word(rest.substr(0, end));
  if (rest[end] == '"') {
    const std::size_t close = rest.find('"', end + 1);
    if (close == std::string_view::npos) return std::nullopt;
    word += rest.substr(end + 1, close - end - 1);
    rest = without_leading(rest.substr(close + 1), kSpace);
    return word;
  }
  const bool joined = rest[end] == '=';
  rest = without_leading(rest.substr(end + 1), kSpace);
  if (!joined && rest.starts_with('=')) rest = without_leading(rest.substr(1), kSpace);
  return word;
}

// One word of a value; `rest` begins with it. nullopt: a quote is not closed.
std::optional<std::string> take_argument(std::string_view& rest) {
  std::string word;
  char quote = '\0';
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    const char next = i + 1 < rest.size() ? rest[i + 1] : '\0';
    if (c == '\\' &&
        (next == '\'' || next == '"' || next == '\\' || (quote == '\0' && next == ' '))) {
      word += next;
      ++i;
    } else if (quote == '\0' && (c == ' ' || c == '\t')) {
      break;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      word += c;
    }
  }
  rest = rest.substr(i);
  if (quote != '\0') return std::nullopt;
  return word;
}

// Without keyword: a line that says nothing.
Result<SshdLine> parse_line(std::string_view text, std::size_t number) {
  text = text.substr(0, text.find('\0'));
  const std::size_t last = text.find_last_not_of(" \t\r\n\f");
  if (last == std::string_view::npos) return SshdLine{};
  text = text.substr(0, last + 1);
  auto keyword = take_keyword(text);
  if (keyword && keyword->empty()) keyword = take_keyword(text);
  if (!keyword || keyword->empty() || keyword->front() == '#') return SshdLine{};
  if (text.empty()) return bad_line(number, "a keyword without value");
  SshdLine line{to_lower_ascii(*keyword), {}, number, {}};
  while (true) {
    text = without_leading(text, " \t");
    if (text.empty() || text.front() == '#') return line;
    auto argument = take_argument(text);
    if (!argument) return bad_line(number, "a quote is not closed");
    line.arguments.push_back(std::move(*argument));
  }
}

class Reader {
 public:
  explicit Reader(const SshdIncludeReader& read) : read_(read) {}

  Result<std::vector<SshdLine>> parse(std::string_view text, std::size_t depth) {
    if (depth > kMaxSshdDepth) return fail(Errc::parse, "sshd_config: Include goes too deep");
    if (++files_ > kMaxSshdFiles) return fail(Errc::too_large, "sshd_config: too many files");
    std::vector<SshdLine> lines;
    std::size_t number = 0;
    for (const std::string_view raw : split(text, '\n')) {
      TRY_ASSIGN(SshdLine line, parse_line(raw, ++number));
      if (line.keyword.empty()) continue;
      if (line.keyword == "include") TRY(resolve(line, depth));
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  Result<> resolve(SshdLine& line, std::size_t depth) {
    if (line.arguments.empty()) return bad_line(line.number, "Include without a file");
    for (const std::string& pattern : line.arguments) {
      if (pattern.empty()) return bad_line(line.number, "Include without a file");
      TRY_ASSIGN(const std::vector<std::string> texts, read_(pattern));
      for (const std::string& text : texts) {
        TRY_ASSIGN(std::vector<SshdLine> lines, parse(text, depth + 1));
        line.included.push_back(std::move(lines));
      }
    }
    return {};
  }

  const SshdIncludeReader& read_;
  std::size_t files_ = 0;
};

}  // namespace

Result<std::vector<SshdLine>> parse_sshd_lines(std::string_view text,
                                               const SshdIncludeReader& read) {
  return Reader(read).parse(text, 0);
}

}  // namespace clawvigil
