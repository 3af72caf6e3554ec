// Where the history of a repository begins: what HEAD, branches, tags and all other refs name.
// Read by ourselves, bounded, through the safe reader; libgit2 never sees the refs.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "exporter/host/file.h"

namespace clawvigil::git {

inline constexpr std::size_t kMaxRefFiles = 10'000;  // files and directories below refs/
inline constexpr std::size_t kMaxHeads = 20'000;     // different ids
inline constexpr std::size_t kMaxPackedRefs = 16UL * 1024 * 1024;  // bytes
inline constexpr std::size_t kMaxRefDepth = 16;

struct Refs {
  std::vector<parse::GitId> heads;    // sorted, each once; empty: nothing was ever committed
  std::vector<parse::GitId> shallow;  // sorted: commits whose parents were not fetched
  bool partial = false;               // a partial clone: objects may be missing rightly
  std::optional<parse::GitId> head;   // what is checked out; nullopt: nothing was committed there
  // Equal as long as nothing above but `head` has changed.
  [[nodiscard]] std::uint64_t fingerprint() const;
};

// The refs of `directory`/.git. not_found: there is none. unsupported: `.git` is a file (the
// repository is elsewhere), objects are kept elsewhere (alternates), ids are SHA-256, or the refs
// are a reftable. unsafe: a symlink; too_large: beyond the bounds; parse: a ref that is no id.
[[nodiscard]] Result<Refs> read_refs(const host::Dir& directory);

}  // namespace clawvigil::git
