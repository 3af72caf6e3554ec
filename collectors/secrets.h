// secrets: credentials where none belong (control S3): in the files that steer the agent, its
// memory, its workspace and the history of it, shell start-up files and logs. Counts by place and
// kind are exported; which file and line is for the owner's terminal only (`clawvigil check --area
// secrets`); the value is kept nowhere.
#pragma once

#include <memory>

#include "collectors/secrets/findings.h"
#include "collectors/secrets/places.h"
#include "collectors/secrets/tree_scan.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kSecretsInfo;
[[nodiscard]] std::unique_ptr<Collector> make_secrets_collector();

namespace secrets {

// Reads what once was committed. One per collector, used by its thread.
class HistorySource {
 public:
  virtual ~HistorySource() = default;
  // Goes on reading the history of the workspaces and gives all that is known of it. A workspace
  // without a repository has nothing to find.
  [[nodiscard]] virtual LocationFindings scan(const Context& context, const Home& home,
                                              const std::vector<Workspace>& workspaces) = 0;
  // After the scans of all homes: forgets workspaces that none of them had.
  [[nodiscard]] virtual Result<> forget_others(const Context& context) = 0;
};

// `history` may be null: git_history is then no place of this host.
[[nodiscard]] std::unique_ptr<Collector> make_collector(std::unique_ptr<HistorySource> history,
                                                        ScanBudget budget = {});

}  // namespace secrets
}  // namespace clawvigil
