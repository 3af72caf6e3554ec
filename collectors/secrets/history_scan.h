// The part of the history scan that runs in the child process.
#pragma once

#include <unordered_set>
#include <vector>

#include "collectors/git/refs.h"
#include "collectors/secrets/git_history.h"
#include "exporter/base/clock.h"
#include "exporter/host/child_process.h"

namespace clawvigil::secrets {

// What the parent knows; the child has it by being its copy.
struct ScanTask {
  const git::Refs& refs;
  const std::vector<parse::GitId>& frontier;         // of the run before
  const std::vector<parse::GitId>& finding_commits;  // whose findings are told now
  const std::unordered_set<std::uint64_t>& clean;    // object_key() of blobs without a finding
  const std::unordered_set<std::uint64_t>& told;     // place_key() of blobs with some
  const HistoryBudget& budget;
  const HistoryMatcher& matcher;
  const Clock& clock;
};

// Eight bytes of an id are enough to know an object again.
[[nodiscard]] std::uint64_t object_key(const parse::GitId& id);

// The same for a blob under a path.
[[nodiscard]] std::uint64_t place_key(const parse::GitId& id, std::string_view path);

// Scans what is new below the working directory, a repository's objects/, until it is complete or
// the budget is used up, and sends the frames of history_frames.h. Errors: of the object database
// as a whole, too_large for a history of too many commits.
[[nodiscard]] Result<> scan_history(const ScanTask& task, host::ChildOutput& out);

}  // namespace clawvigil::secrets
