#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/gateway_lock.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto port = clawvigil::parse::gateway_lock_port(text);
  if (port && *port == 0) std::abort();
  (void)clawvigil::parse::is_gateway_lock_name(text);
  return 0;
}
