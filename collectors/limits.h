// limits: the unit a gateway runs in, what it uses and how much it may, and room left on the host.
// Reads cgroup version 2 (Documentation/admin-guide/cgroup-v2.rst), /proc, unit files, the system's
// systemd over D-Bus, for units of users the report of the probe "user-units", and Docker's files.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kLimitsInfo;
[[nodiscard]] std::unique_ptr<Collector> make_limits_collector();

}  // namespace clawvigil
