// Frames of the child that audits commits, as one that was taken over would send them: each begins
// with its length in two bytes.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/workspace/audit.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil::workspace;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  AuditResult result;
  while (text.size() > 2) {
    const auto high = static_cast<unsigned char>(text[0]);
    const auto low = static_cast<unsigned char>(text[1]);
    const std::string_view frame = text.substr(2, high * 256U + low);
    text.remove_prefix(2 + frame.size());
    if (!decode_frame(frame, result)) break;
  }
  for (const ChangedFile& file : result.files) {
    if (file.commit >= result.commits.size()) __builtin_trap();
  }
  return 0;
}
