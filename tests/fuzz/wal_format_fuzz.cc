#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/host/wal_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto log = clawvigil::host::parse_wal_header(bytes);
  if (log && log->salts.size() != 8) std::abort();
  const auto index = clawvigil::host::parse_wal_index_header(bytes);
  if (index && index->last_frame != 0 && index->page_bytes < 512) std::abort();
  return 0;
}
