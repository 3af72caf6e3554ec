// Collector "files": modes and owners of OpenClaw's files, and when its configuration and the
// agent's bootstrap files changed (controls S2, S5). Opens no file.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kFilesInfo;

// file_mode_unsafe is documented in file_survey.h; an object that does not exist is absent, one
// that can be looked at only in part is 1 when something unsafe was seen and else absent (and
// unknown). "Changed" is the inode's change time, which a program cannot set back as it can the
// modification time. Bootstrap files are those of the default workspace, <state dir>/workspace.
// config_inside_git_repo looks for .git in the state directory and every directory above it but /.
[[nodiscard]] std::unique_ptr<Collector> make_files_collector();

}  // namespace clawvigil
