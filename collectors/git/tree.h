// One directory of a commit, and how two of them are compared. Only for child processes: it reads
// the object database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "exporter/host/git_database.h"

namespace clawvigil::git {

inline constexpr std::size_t kMaxTreeBytes = 8UL * 1024 * 1024;
inline constexpr std::size_t kMaxTreeDepth = 100;
inline constexpr std::size_t kMaxPathBytes = 4096;

// Why a directory could not be followed.
enum class TreeProblem : std::uint8_t { too_deep, too_large, missing, damaged };

// A tree and the object its names point into.
struct Tree {
  host::GitObject object;
  std::vector<parse::GitTreeEntry> entries;
};

// Errors: of the object database; parse: not a tree.
[[nodiscard]] Result<Tree> read_tree(const host::GitDatabase& database, const parse::GitId& id);
[[nodiscard]] TreeProblem problem_of(const Error& error);

// Finds the entries of one tree when asked in git's order. In a tree that is not sorted entries may
// be missed: then more is new, or gone, than really is.
class TreeCursor {
 public:
  // `entries` outlives it.
  explicit TreeCursor(const std::vector<parse::GitTreeEntry>& entries) : entries_(&entries) {}
  // Of the same name and, as git sorts, both directories or neither; nullptr if there is none.
  const parse::GitTreeEntry* find(const parse::GitTreeEntry& wanted);

 private:
  const std::vector<parse::GitTreeEntry>* entries_;
  std::size_t at_ = 0;
};

}  // namespace clawvigil::git
