// A time is finite or not understood.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/fail2ban_seconds.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto seconds = clawvigil::fail2ban_seconds(text);
  if (seconds && !std::isfinite(*seconds)) std::abort();
  return 0;
}
