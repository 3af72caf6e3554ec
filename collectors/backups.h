// backups: whether OpenClaw's state is backed up, from what the owner named in backups.sources or,
// where nothing is named, from what OpenClaw made itself. No backup program is run and no key is
// needed: formats are documented in collectors/backups/ and collectors/parse/{backup_format,
// borg_files,mount_table}.h.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kBackupsInfo;
[[nodiscard]] std::unique_ptr<Collector> make_backups_collector();

}  // namespace clawvigil
