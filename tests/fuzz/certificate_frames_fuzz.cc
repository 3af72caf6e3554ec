// What a child process tells of certificates may be anything once it has been taken over.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/host/certificate_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clawvigil::host::decode_facts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(clawvigil::host::outcome_of(text));
  const auto facts = decode_facts(text);
  if (!facts) return 0;
  const auto again = decode_facts(encode(*facts));
  if (!again || again->leaf.not_after != facts->leaf.not_after) std::abort();
  if (again->chain.has_value() != facts->chain.has_value()) std::abort();
  return 0;
}
