#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "exporter/host/inet_diag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint32_t kSequence = 7;  // of the corpus
  const auto answer = clawvigil::host::parse_diag(std::as_bytes(std::span(data, size)), kSequence);
  if (!answer) return 0;
  if (answer->error < 0 || answer->sockets.size() > size / 16) std::abort();
  for (const auto& socket : answer->sockets) (void)clawvigil::host::classify(socket.local);
  return 0;
}
