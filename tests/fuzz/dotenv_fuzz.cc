// Every variable dotenv finds has a name it allows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/dotenv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& [name, value] : clawvigil::parse_dotenv(text)) {
    if (name.empty() || name.find_first_of(" \n\t=:'\"#") != std::string::npos) std::abort();
  }
  return 0;
}
