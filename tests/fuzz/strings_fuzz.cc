// Hostile text: sanitize gives bounded, valid UTF-8 without control characters, is its own fixed
// point, and leaves no character that means something in HTML once escaped.
//
// Input: a byte, the bound; the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t bound = data[0];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string clean = clawvigil::sanitize(text, bound);
  if (clean.size() > bound || !clawvigil::is_valid_utf8(clean)) std::abort();
  if (std::ranges::any_of(clean, [](char c) { return c >= '\0' && c < ' '; })) std::abort();
  if (clawvigil::sanitize(clean, bound) != clean) std::abort();
  if (clawvigil::escape_html(clean).find_first_of("<>\"'") != std::string::npos) std::abort();

  const std::vector<std::string_view> parts = clawvigil::split(text, ',');
  if (clawvigil::join(parts, ",") != text) std::abort();
  (void)clawvigil::closest(clawvigil::trim(text), parts);
  return 0;
}
