// A key is a line's own words, and reading what was read gives the same keys.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/authorized_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto keys = clawvigil::parse_authorized_keys(text);
  std::string again;
  for (const std::string& key : keys) {
    if (key.find('\n') != std::string::npos || key.size() > text.size() + 2) std::abort();
    again += key + "\n";
  }
  if (clawvigil::parse_authorized_keys(again) != keys) std::abort();
  return 0;
}
