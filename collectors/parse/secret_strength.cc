#include "collectors/parse/secret_strength.h"

#include <algorithm>
#include <array>
#include <set>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::array<std::string_view, 22> kPlaceholders = {
    "undefined",   "null",    "none",        "changeme",     "changethis", "replaceme",
    "replacethis", "example", "placeholder", "secret",       "password",   "passw0rd",
    "your",        "mytoken", "mysecret",    "gatewaytoken", "openclaw",   "insert",
    "todo",        "dummy",   "letmein",     "qwerty"};

bool is_filler(char c) {
  return c == '-' || c == '_' || c == ' ' || c == '<' || c == '{' || c == '$';
}

// True if the letters and digits of `text` begin with a placeholder. Compares in place so that no
// copy of the secret is left behind.
bool begins_with_placeholder(std::string_view text) {
  return std::ranges::any_of(kPlaceholders, [text](std::string_view word) {
    std::size_t matched = 0;
    for (const char c : text) {
      if (is_filler(c)) continue;
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (lower != word[matched]) return false;
      if (++matched == word.size()) return true;
    }
    return false;
  });
}

// "abcabcabc…": the text equals itself shifted by a period of at most half its length.
bool is_repetition(std::string_view text) {
  for (std::size_t period = 1; period * 2 <= text.size(); ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

}  // namespace

bool is_weak_secret(const Secret& secret) {
  constexpr std::size_t kLongest = 4096;  // is_repetition is quadratic
  const std::string_view text = trim(secret.reveal()).substr(0, kLongest);
  if (text.size() < kMinSecretCharacters || begins_with_placeholder(text)) return true;
  const std::set<char> distinct(text.begin(), text.end());
  return distinct.size() < kMinDistinctCharacters || is_repetition(text);
}

bool same_secret(const Secret& a, const Secret& b) {
  const std::string_view left = trim(a.reveal());
  return !left.empty() && left == trim(b.reveal());
}

}  // namespace clawvigil
