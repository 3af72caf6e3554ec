#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/tailscale.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)clawvigil::parse::parse_tailscale_status(text);
  const auto served = clawvigil::parse::parse_tailscale_serve(text);
  if (!served) return 0;
  if (served->size() > clawvigil::parse::kMaxTailscaleServed) std::abort();
  for (const auto& one : *served) {
    if (one.port == 0 || one.target == 0) std::abort();
  }
  return 0;
}
