#include <cstdint>
#include <string>

#include "collectors/firewall/digest.h"
#include "collectors/firewall/reach.h"
#include "collectors/parse/iptables_save.h"
#include "collectors/parse/network_state.h"
#include "collectors/parse/ufw_files.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil::firewall;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Network network;
  network.interfaces = parse_interfaces(text);
  network.ipv4_addresses = parse_ipv4_addresses(text);
  network.ipv6_addresses = parse_ipv6_addresses(text);
  network.routes = parse_ipv4_routes(text);
  for (Route& route : parse_ipv6_routes(text)) network.routes.push_back(std::move(route));
  const auto tables = parse_iptables_save(text, IpFamily::ipv4);
  if (tables) {
    const Ruleset ruleset{*tables};
    static_cast<void>(evaluate(ruleset, network));
    static_cast<void>(rules_text(ruleset));
  }
  const UfwRules rules{text, "", ""};
  static_cast<void>(ufw_ruleset({text, text, rules, rules}));
  static_cast<void>(ufw_enabled(text));
  return 0;
}
