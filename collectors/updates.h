// updates: what is out of date. Of the host: updates pending by apt's own lists
// (/var/lib/apt/lists), dpkg's status file and the owner's pins; unattended-upgrades by apt's
// configuration, systemd's links and stamps; the need to reboot. Of OpenClaw: its version and age,
// what its own update check found, and the Node.js it runs on. Without network, and without running
// apt.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kUpdatesInfo;
[[nodiscard]] std::unique_ptr<Collector> make_updates_collector();

}  // namespace clawvigil
