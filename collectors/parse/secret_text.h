// What tells a secret from text that only looks like one: how random it is, and the ways in which
// people, tools and documentation write something in place of a secret. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "exporter/base/digits.h"

namespace clawvigil::secret_text {

using clawvigil::is_digit;
[[nodiscard]] constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
[[nodiscard]] constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
// What tokens of all providers are made of: letters, digits, '_' and '-'.
[[nodiscard]] constexpr bool is_token(char c) { return is_alnum(c) || c == '_' || c == '-'; }
[[nodiscard]] constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
[[nodiscard]] constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] bool all_of(std::string_view text, bool (*belongs)(char));

// Bits per byte, Shannon's; 0 for an empty text.
[[nodiscard]] double entropy(std::string_view text);

// 8-4-4-4-12 hexadecimal digits.
[[nodiscard]] bool is_uuid(std::string_view text);

// The part of `text` that reads like words, 0 … 1: letters in runs of four and more that could be
// spoken.
[[nodiscard]] double share_of_words(std::string_view text);

// True if `value` stands for a secret instead of being one: the words of documentation ("your-…",
// "example", "changeme", "redacted"), one character repeated (xxxx, ****, 0000), an alphabet or a
// row of digits, "..." in the middle, or too few different characters.
[[nodiscard]] bool is_placeholder(std::string_view value);

// True if `value` names where the secret is: ${VAR}, %VAR%, {{ x }}, <x>, process.env.X, op://x,
// a path or an address.
[[nodiscard]] bool is_reference(std::string_view value);

}  // namespace clawvigil::secret_text
