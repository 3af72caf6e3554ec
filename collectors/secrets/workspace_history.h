// The git histories of the workspaces, read by GitHistory with the matcher of the collector.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/secrets.h"
#include "collectors/secrets/git_history.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::secrets {

class WorkspaceHistory final : public HistorySource {
 public:
  WorkspaceHistory();
  [[nodiscard]] LocationFindings scan(const Context& context, const Home& home,
                                      const std::vector<Workspace>& workspaces) override;
  [[nodiscard]] Result<> forget_others(const Context& context) override;

 private:
  GitHistory history_;
  std::optional<store::KeyedHash> hash_;
  std::vector<std::string> keys_;       // of the repositories scanned since forget_others()
  std::vector<std::string> last_keys_;  // of those before it
};

}  // namespace clawvigil::secrets
