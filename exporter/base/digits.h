// Numbers in text.
#pragma once

#include <charconv>
#include <concepts>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

namespace clawvigil {

// '0' to '9', whatever the locale says.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// As programs write digests and ids.
constexpr bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

// The number that all of `text` is: digits of the base (letters of either case), and a '-' before
// them if `Integer` has a sign. nullopt for anything else (space, '+', "0x", nothing at all) and
// for what does not fit.
template <std::integral Integer>
[[nodiscard]] std::optional<Integer> parse_integer(std::string_view text, int base = 10) {
  Integer value = 0;
  const char* const end = std::to_address(text.end());
  const auto [last, error] = std::from_chars(std::to_address(text.begin()), end, value, base);
  if (error != std::errc() || last != end) return std::nullopt;
  return value;
}

}  // namespace clawvigil
