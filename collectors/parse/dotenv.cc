// dotenv is one regular expression, matched again and again at line starts:
//
//   \s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)
//   (\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$
//
// std::regex recurses per character and overflows the stack on long values, so it is spelled out
// here, backtracking included where it changes the result.
#include "collectors/parse/dotenv.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

// True if only blanks and a comment stand between `at` and the end of the line.
bool ends_line(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '\n' && is_space(text[at])) ++at;
  return at == text.size() || text[at] == '\n' || text[at] == '#';
}

std::size_t line_end(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

struct Match {
  std::string_view key;
  std::string_view value;  // raw, with its quotes
  std::size_t end;         // where the search for the next line goes on
};

// A quoted value starting at `open`. A quote after a backslash is not the end, unless the value
// cannot end anywhere else.
std::optional<std::size_t> closing_quote(std::string_view text, std::size_t open) {
  const char quote = text[open];
  std::optional<std::size_t> fallback;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] != quote) continue;
    const bool candidate = ends_line(text, i + 1);
    if (text[i - 1] != '\\' || i - 1 == open) return candidate ? i : fallback;
    if (candidate) fallback = i;
  }
  return fallback;
}

// The optional value and the rest of the line, from just behind `=` or `: `.
std::optional<Match> match_value(std::string_view text, std::string_view key, std::size_t at) {
  const std::size_t start = skip_space(text, at);
  if (start < text.size() && (text[start] == '\'' || text[start] == '"' || text[start] == '`')) {
    if (const auto close = closing_quote(text, start)) {
      return Match{key, text.substr(start, *close + 1 - start), line_end(text, *close)};
    }
  }
  const std::size_t end = line_end(text, at);
  const std::size_t comment = std::min(text.find('#', at), end);
  return Match{key, text.substr(at, comment - at), end};
}

std::optional<Match> match_key(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_key_character(text[end])) ++end;
  if (end == at) return std::nullopt;
  const std::string_view key = text.substr(at, end - at);
  const std::size_t equals = skip_space(text, end);
  if (equals < text.size() && text[equals] == '=') return match_value(text, key, equals + 1);
  if (end + 1 < text.size() && text[end] == ':' && is_space(text[end + 1])) {
    return match_value(text, key, end + 2);
  }
  return std::nullopt;
}

std::optional<Match> match_line(std::string_view text, std::size_t at) {
  constexpr std::string_view kExport = "export";
  const std::size_t start = skip_space(text, at);
  if (text.substr(start).starts_with(kExport)) {
    const std::size_t after = start + kExport.size();
    const std::size_t key = skip_space(text, after);
    if (key > after) {
      if (auto match = match_key(text, key)) return match;
    }
  }
  return match_key(text, start);
}

void replace_all(std::string& text, std::string_view from, char to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
    text.replace(at, from.size(), 1, to);
  }
}

std::string unquoted(std::string_view raw) {
  raw = trim(raw);
  const char first = raw.empty() ? '\0' : raw.front();
  const bool quote = first == '\'' || first == '"' || first == '`';
  if (quote && raw.size() > 1 && raw.back() == first) raw = raw.substr(1, raw.size() - 2);
  std::string value(raw);
  if (first == '"') {
    replace_all(value, "\\n", '\n');
    replace_all(value, "\\r", '\r');
  }
  return value;
}

// Line breaks are unified first, as dotenv does.
std::string with_unix_line_breaks(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result.push_back(text[i]);
    } else if (i + 1 >= text.size() || text[i + 1] != '\n') {
      result.push_back('\n');
    }
  }
  return result;
}

}  // namespace

std::map<std::string, std::string> parse_dotenv(std::string_view text) {
  std::map<std::string, std::string> variables;
  const std::string content = with_unix_line_breaks(text);
  const std::string_view view = content;
  std::size_t at = 0;
  while (at < view.size()) {
    if (const auto match = match_line(view, at)) {
      variables.insert_or_assign(std::string(match->key), unquoted(match->value));
      at = match->end + 1;
    } else {
      at = line_end(view, at) + 1;
    }
  }
  return variables;
}

}  // namespace clawvigil
