// Collector "listeners": who listens on this host, by the kernel's socket table (controls X1, X2).
#pragma once

#include <memory>

#include "collectors/gateway_sockets.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kListenersInfo;

// listening_sockets and listening_sockets_unexpected count sockets; listening_socket_info has one
// series per distinct set of labels. A listener is expected when it is on loopback, accepted by the
// owner, or on a gateway's port (its exposure is clawvigil_gateway_exposed).
//
// Not seen here: ports that Docker forwards by firewall rules alone, and sockets inside other
// network namespaces.
[[nodiscard]] std::unique_ptr<Collector> make_listeners_collector(GatewayPorts gateway_ports);
// With the ports each home's openclaw.json says; the default ports where it cannot be read.
[[nodiscard]] std::unique_ptr<Collector> make_listeners_collector();

}  // namespace clawvigil
