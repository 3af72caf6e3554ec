// Collector "firewall": who can reach which port of this host through its packet filter, and which
// ports go past it into containers (control X4).
#pragma once

#include <memory>

#include "collectors/gateway_sockets.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kFirewallInfo;

// The rules are those of the probe "nftables" (all there are in the kernel, whoever made them), or,
// while there is no fresh report of it, those of ufw's files if ufw is enabled. Anything else is
// unknown, never "off". What the rules do is found out by trying packets on them
// (collectors/firewall/reach.h); a provider's firewall in front of the host is not seen.
[[nodiscard]] std::unique_ptr<Collector> make_firewall_collector(GatewayPorts gateway_ports);
// With the ports each home's openclaw.json says.
[[nodiscard]] std::unique_ptr<Collector> make_firewall_collector();

}  // namespace clawvigil
