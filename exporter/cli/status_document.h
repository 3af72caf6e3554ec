// What `clawvigil check` shows, from the daemon over its status socket or from a look of its own:
// the posture (alerts/engine/posture.h) and where exactly things were found.
//
//   {"version": 1, …, "rules": […], "findings": [{"family": "clawvigil_secret_findings", "home":
//   "claw",
//    "location": "memory", "rule": "openai", "file": "/home/claw/…/MEMORY.md", "line": 14}],
//    "workspace": {"commits": {"agent": 12, "owner": 1}, "changes": {"instructions": 1}}}
//
// It names files of the owner: for terminals and sockets of the owner only, never for HTTP. The
// fields are those of docs/check.md, which a test compares.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "alerts/engine/posture.h"
#include "exporter/collect/hub.h"

namespace clawvigil::cli {

// Grows when a field goes or means something else, not when one is added.
inline constexpr int kStatusVersion = 1;

[[nodiscard]] nlohmann::json status_document(const alerts::Posture& posture,
                                             const Snapshot& snapshot);

}  // namespace clawvigil::cli
