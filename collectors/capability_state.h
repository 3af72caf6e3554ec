// What OpenClaw keeps of capabilities outside openclaw.json: exec approvals and installed plugins.
// From the state database where its tables exist, else from the files of the older versions.
#pragma once

#include <string>
#include <vector>

#include "collectors/parse/exec_policy.h"
#include "collectors/parse/openclaw_plugins.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"

namespace clawvigil {

struct CapabilityState {
  Result<ExecApprovals> approvals;                      // none there: empty
  Result<PluginInstalls> installs;                      // the same
  Result<std::vector<std::string>> plugin_directories;  // names below `extensions`, as written
};

// Reads at most 1 MiB of approvals, 8 MiB of install records and 1,024 directory entries. Until
// 2026.4 approvals lay in ~/.openclaw for every profile; only those of `home` itself are read.
[[nodiscard]] CapabilityState read_capability_state(const Home& home);

}  // namespace clawvigil
