// Who but the owner could read or change the files of an OpenClaw state directory (control S2).
// Only modes, owners and kinds are looked at; no file is opened.
//
// An object is unsafe when one of its files
//  - is not a regular file (a symlink, FIFO … in its place), or not owned by the owner of the state
//    directory; or
//  - gives group or others any permission bit. For `logs` and `sessions`, and for the files of a
//    channel's login (credentials/<channel>/…), only if the group or others can get there: OpenClaw
//    itself writes those 0644 and relies on a closed directory above them (2026.4 and older write
//    all transcripts so, inside 0755 directories below the 0700 state directory).
// The directories `.` (state_dir) and `credentials` are judged like files of the first kind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/collect/homes.h"

namespace clawvigil {

enum class GuardedObject {
  state_dir,      // the directory itself
  config,         // openclaw.json
  backups,        // openclaw.json.*: full copies, same secrets
  env,            // .env
  secrets,        // secrets.json, exec-approvals.json, *.key, devices/, identity/, nodes/
  credentials,    // credentials/ and all below
  state_db,       // state/*.sqlite
  auth_profiles,  // agents/*/agent/: databases and JSON files
  logs,           // logs/
  sessions,       // agents/*/sessions/, cold/ and archives: transcripts
};

inline constexpr std::size_t kGuardedObjects = 10;

// The value of the label `object`.
[[nodiscard]] std::string_view to_string(GuardedObject object);

struct ObjectState {
  bool exists = false;       // something of it was found
  bool incomplete = false;   // a part could not be looked at (see FileSurvey::problems)
  std::uint64_t unsafe = 0;  // files and directories found unsafe
};

struct FileSurvey {
  std::array<ObjectState, kGuardedObjects> objects;  // by GuardedObject
  std::vector<Error> problems;                       // at most 16

  [[nodiscard]] ObjectState& of(GuardedObject object) {
    return objects[static_cast<std::size_t>(object)];
  }
};

// Looks at one home: at most 20,000 entries of a directory, 100,000 in all (more is a too_large
// problem). `check` is asked once per file; its error ends the survey.
[[nodiscard]] Result<FileSurvey> survey_files(const Home& home,
                                              const std::function<Result<>()>& check);

// SQLite databases with their -wal, -shm and -journal; not the lock and scratch files beside them
// (`openclaw-agent.sqlite.reindex-lock.sqlite`, `….sqlite.memory-reindex-<id>-wal`), which OpenClaw
// itself writes 0644.
[[nodiscard]] bool is_database_name(std::string_view name);

}  // namespace clawvigil
