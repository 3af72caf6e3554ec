// The head of a reply, by whatever sits behind the gateway port.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/host/http_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto head = clawvigil::host::parse_reply_head(text);
  if (!head || !*head) return 0;
  const bool inside = (*head)->size <= size && text.substr(0, (*head)->size).ends_with("\r\n\r\n");
  if (!inside || (*head)->status < 200 || (*head)->status > 999) std::abort();
  return 0;
}
