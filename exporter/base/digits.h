// Decimal numbers in text.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace clawvigil {

// '0' to '9', whatever the locale says.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that all of `text` is: digits, and a '-' before them if `Integer` has a sign. nullopt
// for anything else (space, '+', nothing at all) and for what does not fit.
template <std::integral Integer>
[[nodiscard]] std::optional<Integer> parse_integer(std::string_view text) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || last != end) return std::nullopt;
  return value;
}

}  // namespace clawvigil
