// The packet that is tried on a ruleset: the first one of a new connection from outside, to each
// port at once.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "collectors/firewall/port_set.h"
#include "collectors/parse/ruleset.h"

namespace clawvigil::firewall {

struct Packet {
  IpFamily family = IpFamily::ipv4;
  std::uint8_t transport = kTcp;
  Number source{};
  std::uint16_t source_port = 0;
  // nullopt: an address of this host, nobody knows which.
  std::optional<Number> destination{};
  std::string in_interface{};   // "": not known
  std::string out_interface{};  // of a forwarded one; "": not known, or not forwarded
  bool to_this_host = true;
  bool translated = false;
  bool mark_known = true;   // it is 0
  bool state_known = true;  // it is new
};

// To which ports the packet matches for certain, and to which perhaps.
struct Match {
  PortSet certain;
  PortSet possible;  // beside the certain ones
};

// The ports of `ports` for which one element is what the packet has at `keys`; without looking at
// the comparison of a lookup.
[[nodiscard]] Match match_element(const std::vector<Key>& keys, const Element& element,
                                  const Packet& packet, const PortSet& ports);

[[nodiscard]] Match match(const Lookup& lookup, const Packet& packet, const PortSet& ports);

// The packet has all keys at all: not IPv4 addresses in an IPv6 packet.
[[nodiscard]] bool applies(const std::vector<Key>& keys, const Packet& packet);

}  // namespace clawvigil::firewall
