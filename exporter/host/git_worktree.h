// What `git status` would say of a working tree, asked of libgit2 without git. Only for child
// processes (child_process.h): it reads the repository's own index, configuration and ignore files,
// which an agent wrote. Beyond what the child may read nothing of them is looked at, whatever they
// name (core.worktree, core.excludesFile, include), and nothing they name is ever run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/git_loose.h"

namespace clawvigil::host {

struct GitWorktree {
  std::optional<GitRawId> head;  // the commit that is checked out; nullopt: none was ever made
  std::uint64_t tracked = 0;     // files of the index
  // Files that differ, each counted once, in the first of these that fits.
  std::uint64_t deleted = 0;   // in the working tree
  std::uint64_t modified = 0;  // in the working tree
  std::uint64_t staged = 0;    // in the index only
  std::uint64_t untracked =
      0;  // neither tracked nor ignored; a directory without tracked files is 1
};

// `directory` has a subdirectory `.git`. `tracked` gets the path of each file of the index.
// unsupported: libgit2 is not installed, or the repository needs what it does not know; parse:
// damaged; too_large: more than kMaxTracked files; not_found: no repository.
inline constexpr std::size_t kMaxTracked = 200'000;
[[nodiscard]] Result<GitWorktree> read_git_worktree(
    const std::string& directory, bool with_untracked,
    const std::function<void(std::string_view path)>& tracked);

}  // namespace clawvigil::host
