// Backups of restic and borg, by what these programs keep in plain sight, and stamp files. Layouts:
//
//   restic repository    config  keys/  data/  index/  snapshots/<64 hex>: one file a snapshot
//   restic cache         version  index/  snapshots/<2 hex>/<64 hex>; in ~/.cache/restic/<id>
//   borg repository      config  data/<n>/<segment>  index.<n>  hints.<n>  integrity.<n>
//   borg security        key-type  location  manifest-timestamp; in ~/.config/borg/security/<id>
//
// Source: restic's doc/design.rst and doc/cache.rst; for borg see parse/borg_files.h.
#pragma once

#include <string>

#include "collectors/backups/reading.h"

namespace clawvigil::backups {

// Of a repository, or of the cache its user keeps of one elsewhere: then how many snapshots there
// are and when the newest was first seen. What does not exist or is empty is not `present`;
// Errc::parse for a directory that is neither.
[[nodiscard]] Result<BackupReading> read_restic(const Machine& machine, const std::string& path);

// Of a repository, or of the directory its user's borg remembers it by. Archives cannot be counted
// without the key. When the newest was made is in the latter; for a repository on this machine it
// is looked for with root and with the repository's owner, and without it the repository's last
// change counts, which may have been a prune.
[[nodiscard]] Result<BackupReading> read_borg(const Machine& machine, const std::string& path);

// A file that is touched after every backup: its time of change counts.
[[nodiscard]] Result<BackupReading> read_stamp(const Machine& machine, const std::string& path);

}  // namespace clawvigil::backups
