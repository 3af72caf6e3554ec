// The input is three texts separated by a NUL: openclaw.json, the file every include gets, .env.
// Nothing throws, everything is bounded, and no label holds what could be a phone number.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/dotenv.h"
#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/openclaw_document.h"
#include "collectors/parse/openclaw_pairing.h"
#include "collectors/parse/secret_strength.h"
#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto parts = split(input, '\0');
  const std::string_view include = parts.size() > 1 ? parts[1] : std::string_view();
  DocumentInput document_input{parts[0], "/home/claw/.openclaw", {}};
  if (parts.size() > 2) document_input.dotenv = parse_dotenv(parts[2]);
  const auto document =
      resolve_document(document_input, [include](std::string_view relative) -> Result<std::string> {
        if (relative.starts_with('/') || relative.starts_with("../")) std::abort();
        return std::string(include);
      });
  if (!document) return 0;
  const OpenClawSettings settings = read_settings(*document, "");
  if (settings.gateway.port < 1 || settings.gateway.port > 65535) std::abort();
  if (settings.issues.size() > 20) std::abort();
  for (const ChannelAccount& account : settings.channels) {
    if (account.account.size() > 32 || account.dm_policy.value.empty()) std::abort();
  }
  static_cast<void>(gateway_ports(settings));
  static_cast<void>(is_weak_secret(settings.gateway.token.value));
  static_cast<void>(parse_allow_store(input));
  static_cast<void>(count_pairing_requests(input, SystemTime{}));
  static_cast<void>(count_pending_devices(input, SystemTime{}));
  static_cast<void>(parse_utc_time(input));
  if (const auto requests = parse_pairing_requests(input)) {
    for (const auto& request : *requests) {
      if (request.id.empty()) std::abort();
    }
  }
  return 0;
}
