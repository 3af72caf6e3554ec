// egress: whom the gateway talks to (control X7), by the kernel's table of connections.
//
// Every 5 seconds one look at what is open: a sample, not a record. A connection that lasts longer
// is seen, a shorter one perhaps. Counted is what the gateway's unit opened (the gateway, the
// commands of its agents, its browser), or, where it runs without a unit of its own, everything of
// its user; clawvigil_outbound_attribution_info says which. Not seen: what left the unit (cron,
// systemd-run), UDP sockets that are not connected to a peer, other network namespaces.
//
// Addresses are never kept: a destination is a keyed hash of network, port and protocol.
#pragma once

#include <memory>

#include "collectors/gateway_sockets.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kEgressInfo;
[[nodiscard]] std::unique_ptr<Collector> make_egress_collector(GatewayPorts gateway_ports);
// With the ports each home's openclaw.json says; the default ports where it cannot be read.
[[nodiscard]] std::unique_ptr<Collector> make_egress_collector();

}  // namespace clawvigil
