// Text helpers for hostile strings: everything that leaves this program is valid UTF-8 and bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil {

// True if `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
[[nodiscard]] bool is_valid_utf8(std::string_view text);

// `text` as valid UTF-8 of at most `max_bytes`: malformed bytes become U+FFFD, control characters
// (C0, DEL, C1) become U+FFFD too, a cut never splits a character and ends in "…" (counted).
[[nodiscard]] std::string sanitize(std::string_view text, std::size_t max_bytes = 128);

// For markup in which quotes mean nothing (Slack): & < > are replaced by references.
[[nodiscard]] std::string escape_markup(std::string_view text);

// For HTML text and double-quoted attributes: & < > " ' are replaced by references.
[[nodiscard]] std::string escape_html(std::string_view text);

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string to_lower_ascii(std::string_view text);

// The candidate closest to `word` by edit distance, or "" if none is near enough to be meant.
[[nodiscard]] std::string_view closest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

// "a, b, c"
[[nodiscard]] std::string join(const std::vector<std::string_view>& parts,
                               std::string_view separator);

}  // namespace clawvigil
