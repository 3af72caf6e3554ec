// How a working tree differs from what is committed, read in a confined child process: what git
// would call its status, when its last commit was made, and which of its tracked files hold keys.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "collectors/parse/workspace_files.h"
#include "exporter/base/clock.h"
#include "exporter/host/file.h"

namespace clawvigil::workspace {

struct WorktreeState {
  std::uint64_t deleted = 0;  // tracked files, each counted once
  std::uint64_t modified = 0;
  std::uint64_t staged = 0;
  std::uint64_t untracked = 0;  // not ignored; directories without tracked files count as one
  std::uint64_t tracked = 0;    // files of the index
  std::array<std::uint64_t, parse::kFileClasses> tracked_files{};  // by class
  bool has_head = false;                                           // something was committed
  std::optional<SystemTime> head;  // when, as the commit that is checked out says
};

// `directory` has a directory `.git`. `with_untracked`: a home directory around a configuration has
// more files than one wants to count. Errors: as of read_git_worktree() and run_child(); unsafe: a
// file of the repository itself is no regular file.
inline constexpr Duration kWorktreeDeadline = std::chrono::seconds(10);
[[nodiscard]] Result<WorktreeState> read_worktree(const host::Dir& directory, bool with_untracked,
                                                  const std::stop_token& stop,
                                                  Duration deadline = kWorktreeDeadline);

}  // namespace clawvigil::workspace
