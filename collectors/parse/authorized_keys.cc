#include "collectors/parse/authorized_keys.h"

#include <algorithm>
#include <array>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

bool is_key_type(std::string_view word) {
  constexpr std::array kBeginnings = {
      std::string_view("ssh-"), std::string_view("ecdsa-sha2-"), std::string_view("sk-ssh-"),
      std::string_view("sk-ecdsa-sha2-"), std::string_view("rsa-sha2-")};
  return std::ranges::any_of(kBeginnings,
                             [&](std::string_view begin) { return word.starts_with(begin); });
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view without_leading_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Up to the first white space outside double quotes, which a backslash keeps open.
std::string_view take_word(std::string_view& rest) {
  rest = without_leading_space(rest);
  bool quoted = false;
  std::size_t i = 0;
  for (; i < rest.size(); ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size() && rest[i + 1] == '"') {
      ++i;
    } else if (rest[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && is_space(rest[i])) {
      break;
    }
  }
  const std::string_view word = rest.substr(0, i);
  rest.remove_prefix(i);
  return word;
}

}  // namespace

std::vector<std::string> parse_authorized_keys(std::string_view text) {
  std::vector<std::string> keys;
  for (const std::string_view raw : split(text, '\n')) {
    std::string_view line = without_leading_space(raw);
    if (line.empty() || line.front() == '#') continue;
    std::string key;
    std::string_view type = take_word(line);
    if (!is_key_type(type)) {
      key = std::string(type) + " ";
      type = take_word(line);
    }
    const std::string_view blob = take_word(line);
    if (!is_key_type(type) || blob.empty()) continue;
    keys.push_back(key + std::string(type) + " " + std::string(blob));
  }
  return keys;
}

}  // namespace clawvigil
