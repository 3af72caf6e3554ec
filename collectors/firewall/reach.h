// Who can reach which port of this host, by a ruleset: new TCP and UDP connections from every kind
// of sender the ruleset tells apart, at a calm moment (no rate limit reached, nobody banned).
//
// Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>

#include "collectors/firewall/network.h"
#include "collectors/firewall/port_set.h"
#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

// To which ports packets of some senders get. `unclear`: the rules cannot be told to say so.
struct Ports {
  PortSet open;
  PortSet unclear;
  PortSet forwarded;  // sent on to another address behind this host (what Docker does)
  PortSet forwarded_unclear;
};

inline constexpr std::array<std::uint8_t, 2> kTransports{kTcp, kUdp};

struct FamilyReach {
  // By transport (as kTransports) and audience.
  std::array<std::array<Ports, kAudiences>, kTransports.size()> ports{};
  // Of ports no rule names, for anyone, by transport; nullopt: unclear.
  std::array<std::optional<bool>, kTransports.size()> denies_by_default{};
  bool from_internet = false;  // the host has addresses of this family for the internet
};

struct Reach {
  FamilyReach ipv4;
  FamilyReach ipv6;
  std::optional<bool> filters;    // some port is closed to the internet
  std::set<std::string> reasons;  // for what is unclear
};

// Something about the ports of the rules for incoming (forwarded) packets is unclear, where the
// rest is refused.
[[nodiscard]] bool has_unclear_ports(const Reach& reach);
[[nodiscard]] bool has_unclear_forwarding(const Reach& reach);
// The internet reaches one of these TCP ports, here or forwarded; nullopt: unclear.
[[nodiscard]] std::optional<bool> reaches_any(const Reach& reach, const PortSet& ports);

// too_large: the ruleset tells too much apart, or takes too long.
[[nodiscard]] Result<Reach> evaluate(const Ruleset& ruleset, const Network& network);

}  // namespace clawvigil::firewall
