#include "alerts/engine/literals.h"

#include <algorithm>
#include <functional>

namespace clawvigil::alerts {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == ':' || c == '.';
}

// The end of the string that begins at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && text[begin] != '`') {
      ++i;
    } else if (text[i] == text[begin]) {
      return i + 1;
    }
  }
  return text.size();
}

// Copies an expression; words outside of strings, comments and brackets go through `change`.
std::string change_words(std::string_view text,
                         const std::function<std::string_view(std::string_view)>& change) {
  std::string out;
  std::size_t brackets = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    const char c = text[i];
    if (c == '"' || c == '\'' || c == '`') {
      end = end_of_string(text, i);
    } else if (c == '#') {
      end = std::min(text.find('\n', i), text.size());
    } else if (is_word(c)) {
      while (end < text.size() && is_word(text[end])) ++end;
      if (brackets == 0) {
        out += change(text.substr(i, end - i));
        i = end;
        continue;
      }
    }
    if (c == '[') ++brackets;
    if (c == ']' && brackets > 0) --brackets;
    out += text.substr(i, end - i);
    i = end;
  }
  return out;
}

// The closing quote of the text whose opening quote is at `open`, or the end. `escaped`: each of
// its quotes has a backslash before it.
std::size_t closing_quote(std::string_view action, std::size_t open, bool escaped) {
  if (action[open] == '`') return std::min(action.find('`', open + 1), action.size());
  std::size_t backslashes = 0;
  for (std::size_t i = open + 1; i < action.size(); ++i) {
    const bool closes = escaped ? backslashes == 1 : backslashes % 2 == 0;
    if (action[i] == '"' && closes) return i;
    backslashes = action[i] == '\\' ? backslashes + 1 : 0;
  }
  return action.size();
}

// Within one action, from {{ to }}: every quoted text that is one of the spellings.
std::string change_constants(std::string_view action, const Replacements& replacements) {
  std::string out;
  for (std::size_t i = 0; i < action.size();) {
    if (action[i] != '"' && action[i] != '`') {
      out += action[i++];
      continue;
    }
    const bool escaped = i > 0 && action[i - 1] == '\\';
    const std::size_t end = closing_quote(action, i, escaped);
    const std::size_t next = std::min(end + 1, action.size());
    std::string_view inner = action.substr(i + 1, end - i - 1);
    const std::string_view tail = escaped && inner.ends_with('\\') ? "\\" : "";
    inner.remove_suffix(tail.size());
    const auto found = replacements.find(std::string(inner));
    out += action[i];
    out += found == replacements.end() ? inner : std::string_view(found->second);
    out += tail;
    out += action.substr(end, next - end);
    i = next;
  }
  return out;
}

}  // namespace

std::string replace_numbers(std::string_view expression, const Replacements& replacements) {
  return change_words(expression, [&](std::string_view word) -> std::string_view {
    const auto found = replacements.find(std::string(word));
    return found == replacements.end() ? word : std::string_view(found->second);
  });
}

std::string replace_constants(std::string_view text, const Replacements& replacements) {
  std::string out;
  while (true) {
    const std::size_t open = std::min(text.find("{{"), text.size());
    const std::size_t close = std::min(text.find("}}", open), text.size());
    out += text.substr(0, open);
    if (open == text.size()) return out;
    out += change_constants(text.substr(open, close - open), replacements);
    text.remove_prefix(close);
  }
}

bool has_word(std::string_view expression, std::string_view word) {
  bool found = false;
  static_cast<void>(change_words(expression, [&](std::string_view other) {
    found = found || other == word;
    return other;
  }));
  return found;
}

}  // namespace clawvigil::alerts
