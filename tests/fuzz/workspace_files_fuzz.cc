// The class of a file by its path.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/parse/workspace_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto found = clawvigil::parse::file_class_of(text)) {
    if (to_string(*found).empty()) __builtin_trap();
  }
  static_cast<void>(clawvigil::parse::begins_as_program(text));
  return 0;
}
