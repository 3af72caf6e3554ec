// Ports Docker publishes, as far as its own sockets show them: for hosts whose rules nobody has
// read. docker-proxy listens on every published port, beside the rules that do the work.
#pragma once

#include <vector>

#include "collectors/firewall/network.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"
#include "exporter/host/cgroups.h"
#include "exporter/host/sockets.h"

namespace clawvigil::firewall {

// A bridge of Docker, podman or the like is there.
[[nodiscard]] bool has_containers(const Network& network);

// Sockets of Docker's service bound to a public or to any address. Errors of list_listeners().
[[nodiscard]] Result<std::vector<host::Listener>> proxied_listeners(const Context& context,
                                                                    host::CgroupIndex& cgroups);

}  // namespace clawvigil::firewall
