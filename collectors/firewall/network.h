// The network around this host, as far as it decides which way a packet from somewhere comes in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/network_state.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"
#include "exporter/host/sockets.h"

namespace clawvigil::firewall {

// Who sends: anybody on the internet; some addresses of it that rules name; private networks
// (neighbours included); the tailnet.
enum class Audience : std::uint8_t { anyone, listed, private_net, tailnet };
inline constexpr std::size_t kAudiences = 4;

constexpr std::string_view to_string(Audience audience) {
  switch (audience) {
    case Audience::anyone:
      return "any";
    case Audience::listed:
      return "listed";
    case Audience::private_net:
      return "private";
    case Audience::tailnet:
      return "tailnet";
  }
  return "any";
}

// Whose peers are on the other side, by its name.
enum class InterfaceKind : std::uint8_t { loopback, tailnet, container, outside };
[[nodiscard]] InterfaceKind kind_of(std::string_view interface);

struct Network {
  std::vector<std::string> interfaces;  // empty: not known
  std::vector<Number> ipv4_addresses;   // of this host; empty: not known
  std::vector<Number> ipv6_addresses;   // empty: IPv6 is off
  bool ipv6_known = false;
  std::vector<Route> routes;
  bool routes_known = false;
  bool forwards_ipv4 = true;
  bool forwards_ipv6 = true;
  bool operator==(const Network&) const = default;

  // By which interfaces packets of these senders come; {""} when that is not known.
  [[nodiscard]] std::vector<std::string> ways_in(IpFamily family, Audience audience) const;
  // The host's addresses they can send to; {nullopt} when those are not known.
  [[nodiscard]] std::vector<std::optional<Number>> targets(IpFamily family,
                                                           Audience audience) const;
  [[nodiscard]] bool is_own(IpFamily family, const Number& address) const;
  // See FindRoute in walk.h.
  [[nodiscard]] std::optional<std::string> way_out(IpFamily family, const Number& address) const;
};

[[nodiscard]] host::Scope scope_of(IpFamily family, const Number& address);

// /proc/net and /proc/sys; what cannot be read is not known.
[[nodiscard]] Network read_network(const host::Root& root);

}  // namespace clawvigil::firewall
