// The configuration loader: any bytes give a Config or at least one printable problem.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/base/strings.h"
#include "exporter/config/loader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  constexpr std::array kCollectors{config::CollectorChoice{"listeners", "Sockets.", true},
                                   config::CollectorChoice{"usage", "Tokens.", false}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = config::load(text, kCollectors);
  if (config) return 0;
  if (config.error().empty()) std::abort();
  for (const auto& problem : config.error()) {
    const std::string line = config::to_string("f", problem);
    if (!is_valid_utf8(line) || line.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
