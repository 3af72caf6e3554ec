#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/host/passwd.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& account : clawvigil::host::parse_passwd(text)) {
    if (account.name.empty() || !account.home.starts_with('/')) std::abort();
    if (account.name.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
