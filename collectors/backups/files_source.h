// Backups that are files of their own: /backup/openclaw-*.tar.age
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/backups/reading.h"

namespace clawvigil::backups {

// All files that match `pattern`, an absolute path in which '*' and '?' stand for what is within
// one component. Symlinks, hidden files and those a program is still at (*.tmp, *.part, …) are left
// out; one that changed within the last five minutes may be incomplete: it is present, but not yet
// the newest. Nothing that matches is a reading without `present`, as is a directory that does not
// exist. At most 100,000 directory entries are looked at; more is Errc::too_large. Errc::parse when
// all of them are dated in the future.
[[nodiscard]] Result<BackupReading> read_files(const Machine& machine, std::string_view pattern);

// The same for several patterns, as one backup.
[[nodiscard]] Result<BackupReading> read_files(const Machine& machine,
                                               std::span<const std::string> patterns);

}  // namespace clawvigil::backups
