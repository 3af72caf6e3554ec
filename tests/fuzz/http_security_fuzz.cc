// Whatever a server answers: a head that is read has a possible status and a body within the text,
// and a verdict about strangers is "served" only for what the gateway itself says.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/http_security.h"
#include "exporter/base/https_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto url = clawvigil::parse_https_url(text)) {
    if (!url->path.starts_with('/') || url->server.host.empty() || url->server.port == 0) {
      std::abort();
    }
  }
  const auto head = clawvigil::parse_http_head(text);
  if (!head) return 0;
  if (head->status < 100 || head->status > 999) std::abort();
  if (head->body.data() + head->body.size() != text.data() + size) std::abort();
  static_cast<void>(clawvigil::security_headers(*head));
  static_cast<void>(clawvigil::redirects_to_https(*head));
  const auto refuses = clawvigil::refuses_strangers(*head, "/tools/invoke");
  if (refuses && !*refuses && head->status != 400) std::abort();
  return 0;
}
