// Whatever is accepted as JSON5 must serialise to JSON and be read back as the same value.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "exporter/base/json5.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = clawvigil::parse_json5(text);
  if (!value) return 0;
  const std::string written = value->dump();  // NaN and Infinity are written as null
  const auto again = clawvigil::parse_json5(written);
  if (!again || again->dump() != written) std::abort();
  return 0;
}
