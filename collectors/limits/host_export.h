// The families about the host itself: swap, memory, room on disks.
#pragma once

#include "collectors/limits/cgroup_export.h"
#include "collectors/openclaw_settings.h"
#include "exporter/collect/collector.h"
#include "exporter/model/batch.h"

namespace clawvigil::limits {

void export_host(const HostCapacity& host, Batch& out);

// Where OpenClaw's state, its logs and backups lie, and clawvigil's own state.
void export_disks(const Context& context, SettingsLoader& settings, Batch& out);

}  // namespace clawvigil::limits
