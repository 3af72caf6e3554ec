// What /proc/net says about the network of this host.
//
//   /proc/net/dev          "  eth0:   84020     711    0 …" below two lines of headings
//   /proc/net/route        "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0"
//   /proc/net/ipv6_route   "20010db8… 40 0000… 00 0000… 00000100 00000001 00000000 00000001 eth0"
//   /proc/net/fib_trie     "              |-- 192.0.2.2" and below "/32 host LOCAL"
//   /proc/net/if_inet6     "20010db8000000000000000000000001 02 40 00 80     eth0"
//
// Pure; any thread. Lines that are not such are left out; every list ends at kMaxNetworkEntries.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

inline constexpr std::size_t kMaxNetworkEntries = 4096;

struct Route {
  IpFamily family = IpFamily::ipv4;
  NumberRange destination;
  unsigned length = 0;  // of the prefix; 0: the default route
  std::string interface;
  bool operator==(const Route&) const = default;
};

[[nodiscard]] std::vector<std::string> parse_interfaces(std::string_view net_dev);
[[nodiscard]] std::vector<Route> parse_ipv4_routes(std::string_view route);
[[nodiscard]] std::vector<Route> parse_ipv6_routes(std::string_view ipv6_route);
// The host's own addresses, loopback included.
[[nodiscard]] std::vector<Number> parse_ipv4_addresses(std::string_view fib_trie);
[[nodiscard]] std::vector<Number> parse_ipv6_addresses(std::string_view if_inet6);

}  // namespace clawvigil::firewall
