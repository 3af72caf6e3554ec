// One repository that is watched: what its new commits did, counted in the ledger, and how its
// working tree stands.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/git/backoff.h"
#include "collectors/git/refs.h"
#include "collectors/parse/git_config.h"
#include "collectors/workspace/audit.h"
#include "collectors/workspace/authors.h"
#include "collectors/workspace/day.h"
#include "collectors/workspace/worktree.h"
#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/time_zone.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::workspace {

// Where it is and what its series are called.
struct RepositoryPlace {
  std::string home;  // labels
  std::string repo;
  std::string path;  // of the directory that may hold .git
  std::shared_ptr<const host::Dir> directory;
  bool around_config = false;  // it holds openclaw.json: what is untracked there is not counted
};

// What one run shares between repositories.
struct RepositoryRun {
  const Context& context;
  EventLedger& ledger;
  const store::KeyedHash& hash;
  const std::vector<std::string>& account_emails;
  std::string account;
  std::string host;
  const host::TimeZone* zone;  // nullptr: there is none of the configured name
};

// Kept between runs, by home and repo.
class Repository {
 public:
  // Counts what is new into the ledger and exports what is no counter. The caller commits the
  // ledger and exports its counters.
  void run(const RepositoryRun& run, const RepositoryPlace& place, Batch& out);

 private:
  void export_config(const RepositoryPlace& place, Batch& out);
  void export_worktree(const RepositoryRun& run, const RepositoryPlace& place, bool moved,
                       Batch& out);
  [[nodiscard]] Result<> audit(const RepositoryRun& run, const RepositoryPlace& place,
                               const git::Refs& refs);
  [[nodiscard]] Result<> apply(const RepositoryRun& run, const RepositoryPlace& place,
                               const git::Refs& refs, const AuditResult& result,
                               bool baseline) const;
  void count(const RepositoryRun& run, const RepositoryPlace& place, const CommitFacts& commit,
             AuthorClass author) const;

  parse::GitConfig config_;
  std::optional<std::uint64_t> refs_;  // fingerprint of those that are gone through
  git::Backoff commits_;
  git::Backoff files_;
  std::optional<WorktreeState> worktree_;
  SteadyTime next_look_;
};

// All series of the repository exist at 0 before the first event.
void declare(EventLedger& ledger, const RepositoryPlace& place);

}  // namespace clawvigil::workspace
