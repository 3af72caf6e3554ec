// A configuration with Match blocks and an include of itself never does more than it is allowed to,
// and what holds for the server holds where no Match block applies.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/sshd_exposure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t half = text.size() / 2;
  const auto lines =
      parse_sshd_lines(text, [&](std::string_view pattern) -> Result<std::vector<std::string>> {
        if (pattern == "self") return std::vector<std::string>{text.substr(half)};
        return std::vector<std::string>{};
      });
  if (!lines) return 0;
  bool any_match = false;
  for (const SshdLine& line : *lines) {
    any_match = any_match || line.keyword == "match" || line.keyword == "include";
  }
  const auto server = sshd_settings(*lines, nullptr);
  SshdConnection connection;
  connection.user = "walter";
  connection.address = connection.host = "192.0.2.1";
  const auto effective = sshd_settings(*lines, &connection);
  if (!any_match && server && effective && server->password != effective->password) std::abort();
  const auto exposure =
      sshd_exposure(*lines, {{"root", {"root"}, true}, {"walter", {"sudo"}, false}});
  if (exposure && !server) std::abort();
  return 0;
}
