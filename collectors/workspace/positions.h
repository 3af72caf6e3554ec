// How far a repository's history is gone through, in the event ledger: counts and frontier move
// together. A frontier of many branches is longer than one position may be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "collectors/workspace/repository.h"
#include "exporter/collect/event_ledger.h"

namespace clawvigil::workspace {

struct Position {
  bool baseline = true;  // never seen, or the history that was there first is not all gone through
  std::vector<parse::GitId> frontier;
  std::optional<parse::GitId> head;  // what was checked out
};

[[nodiscard]] Position read_position(const EventLedger& ledger, const RepositoryPlace& place);
// too_large: more repositories than the ledger has room for.
[[nodiscard]] Result<> write_position(EventLedger& ledger, const RepositoryPlace& place,
                                      const Position& position);

// Another commit was checked out.
[[nodiscard]] Result<> write_head(EventLedger& ledger, const RepositoryPlace& place,
                                  const std::optional<parse::GitId>& head);

// There is nothing committed: whatever comes is new. What is known already stays known.
[[nodiscard]] Result<> begin_watching(EventLedger& ledger, const RepositoryPlace& place);

// The ledger's set of the authors its history had when it was first seen.
[[nodiscard]] std::string known_authors(const RepositoryPlace& place);

}  // namespace clawvigil::workspace
