// Backups OpenClaw itself has made, for homes whose owner has configured none. Since 2026.9 every
// attempt is noted in state/openclaw.sqlite:
//
//   backup_runs(id, created_at (ms), archive_path, status "ok"|"failed", manifest_json)
//   manifest_json {"kind":"archive"}, {"kind":"sqlite-snapshot","target":"global"}, {"kind":"git"…}
//
// Archives, also those of older versions, are called
//   2026-11-22T11-32-21.447+00-00-openclaw-backup.tar.gz (2026.3.13: …447Z-openclaw-backup.tar.gz)
// and stand in the user's home directory unless --output says otherwise. An archive counts as long
// as its file exists, whatever the agent's database says.
#pragma once

#include "collectors/backups/reading.h"

namespace clawvigil::backups {

// Not `present` where OpenClaw has made none. Of a snapshot or a git history only the last run is
// known.
[[nodiscard]] Result<BackupReading> read_openclaw(const Machine& machine, const Home& home);

}  // namespace clawvigil::backups
