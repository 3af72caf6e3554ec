#include "collectors/parse/secret_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

namespace clawvigil::secret_text {

namespace {

// Whoever writes one of these means no secret.
constexpr std::array<std::string_view, 36> kPlaceholderWords = {
    "example",    "exampl_",    "placeholder", "changeme", "change-me", "change_me",
    "changethis", "replace",    "redacted",    "removed",  "insert",    "yourapi",
    "your-",      "your_",      "yourkey",     "yourpass", "mypass",    "my-api",
    "my_api",     "myapi",      "dummy",       "sample",   "fake",      "notareal",
    "not-a-real", "not_a_real", "notreal",     "not-real", "xxxx",      "password",
    "undefined",  "secret",     "token",       "deadbeef", "goes-here", "goeshere"};

constexpr std::array<std::string_view, 22> kReferenceStarts = {
    "$",   "{{",       "%",       "<",         "env:",  "env.",  "env[",    "process.",
    "os.", "secrets.", "secret:", "vault:",    "op://", "file:", "http://", "https://",
    "/",   "./",       "~/",      "keychain:", "enc[",  "!"};

bool contains_word(std::string_view lower) {
  return std::ranges::any_of(kPlaceholderWords,
                             [&](std::string_view word) { return lower.contains(word); });
}

// Five and more times the same, or six and more in a row (123456, abcdef, fedcba).
bool has_pattern(std::string_view text) {
  constexpr int kSame = 5;
  constexpr int kRow = 6;
  int same = 1;
  int up = 1;
  int down = 1;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const int step = text[i] - text[i - 1];
    const bool both = is_alnum(text[i]) && is_alnum(text[i - 1]);
    same = step == 0 ? same + 1 : 1;
    up = both && step == 1 ? up + 1 : 1;
    down = both && step == -1 ? down + 1 : 1;
    if (same >= kSame || up >= kRow || down >= kRow) return true;
  }
  return false;
}

bool is_vowel(char c) { return std::string_view("aeiouyAEIOUY").contains(c); }

// Between a fifth and two thirds vowels, and never five consonants on end.
bool could_be_spoken(std::string_view letters) {
  std::size_t vowels = 0;
  int consonants = 0;
  for (const char c : letters) {
    const bool vowel = is_vowel(c);
    vowels += vowel ? 1 : 0;
    consonants = vowel ? 0 : consonants + 1;
    if (consonants >= 5) return false;
  }
  return vowels * 5 >= letters.size() && vowels * 3 <= letters.size() * 2;
}

// config.providers2.token: names joined by dots, and none of them begins with a digit.
bool is_member_of_object(std::string_view text) {
  bool dot = false;
  char before = '.';
  for (const char c : text) {
    if (!is_alnum(c) && c != '_' && c != '.') return false;
    if (before == '.' && (is_digit(c) || c == '.')) return false;
    dot = dot || c == '.';
    before = c;
  }
  return dot && before != '.';
}

}  // namespace

bool all_of(std::string_view text, bool (*belongs)(char)) {
  return std::ranges::all_of(text, belongs);
}

double entropy(std::string_view text) {
  std::array<std::uint32_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  const auto size = static_cast<double>(text.size());
  double bits = 0;
  for (const std::uint32_t count : counts) {
    if (count > 0) bits -= count / size * std::log2(count / size);
  }
  return bits;
}

bool is_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

double share_of_words(std::string_view text) {
  constexpr std::size_t kShortest = 4;
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    // A capital begins a word, or the whole word is in capitals.
    if (is_upper(text[i])) {
      while (end < text.size() && is_upper(text[end])) ++end;
      if (end - i == 1) {
        while (end < text.size() && is_lower(text[end])) ++end;
      }
    } else {
      while (end < text.size() && is_lower(text[end])) ++end;
    }
    if (end - i >= kShortest && could_be_spoken(text.substr(i, end - i))) letters += end - i;
    i = std::max(end, i + 1);
  }
  return text.empty() ? 0 : static_cast<double>(letters) / static_cast<double>(text.size());
}

bool is_placeholder(std::string_view value) {
  constexpr double kLeastEntropy = 2.5;
  constexpr std::size_t kLooked = 256;  // the words stand at the beginning
  const bool is_shortened = value.contains("...") || value.contains("…");
  if (is_shortened || has_pattern(value) || entropy(value) < kLeastEntropy) return true;
  std::string lower(value.substr(0, kLooked));
  std::ranges::transform(lower, lower.begin(), to_lower);
  return contains_word(lower);
}

bool is_reference(std::string_view value) {
  std::string lower(value.substr(0, 16));
  std::ranges::transform(lower, lower.begin(), to_lower);
  if (std::ranges::any_of(kReferenceStarts,
                          [&](std::string_view start) { return lower.starts_with(start); })) {
    return true;
  }
  return value.contains("${") || value.contains("{{") || value.contains("$(") ||
         value.contains("%s") || value.contains("://") || is_member_of_object(value);
}

}  // namespace clawvigil::secret_text
