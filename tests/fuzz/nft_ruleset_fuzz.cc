#include <cstdint>
#include <cstdlib>

#include "collectors/firewall/digest.h"
#include "collectors/firewall/reach.h"
#include "collectors/firewall/rows.h"
#include "collectors/parse/nft_keys.h"
#include "collectors/parse/nft_ruleset.h"
#include "collectors/parse/nft_statements.h"
#include "collectors/parse/nft_values.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil::firewall;
  const auto ruleset = parse_nft_ruleset({reinterpret_cast<const char*>(data), size});
  if (!ruleset) return 0;
  Network network;
  network.interfaces = {"lo", "eth0", "tailscale0"};
  const auto reach = evaluate(*ruleset, network);
  static_cast<void>(rules_text(*ruleset));
  if (!reach) return 0;
  const auto rows = allowed_ports(*reach, [](std::string_view, std::uint16_t) { return false; });
  for (const PortRow& row : rows) {
    if (row.port.empty()) std::abort();
  }
  return 0;
}
