// A document in a service's markup, cut into messages below the service's limit: between alerts,
// then between lines, then between characters. Escaping comes after cutting, so no entity and no
// character is ever split. Pure; fuzzed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/document.h"

namespace clawvigil::notify {

struct Markup {
  std::size_t limit;                   // of one message, in the service's unit
  std::string (*render)(const Span&);  // escaped
  std::size_t (*cost)(const Span&);    // in that unit; grows with the text
};

// More messages than this for one notification would be a flood: the rest is counted in the last.
inline constexpr std::size_t kMaxParts = 6;

// At least one message. With several each heading ends in " (1/3)".
[[nodiscard]] std::vector<std::string> split_document(const Document& document,
                                                      const Markup& markup);

// Lengths as services count them.
[[nodiscard]] std::size_t utf16_units(std::string_view utf8);
// The longest prefix of `text` (valid UTF-8) of at most `bytes` that ends between characters.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

}  // namespace clawvigil::notify
