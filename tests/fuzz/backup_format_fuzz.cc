#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/backup_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  // An age file is one, whatever follows its mark.
  const auto encrypted = clawvigil::parse::is_encrypted_backup(head);
  if (head.starts_with("age-encryption.org/v1\n") && encrypted != true) std::abort();
  return 0;
}
