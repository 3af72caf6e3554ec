// What `clawvigil check` shows, from the daemon over its status socket or from a look of its own:
// the posture (alerts/engine/posture.h) and where exactly things were found.
//
//   {…, "rules": […], "findings": [{"family": "clawvigil_secret_findings", "home": "claw",
//    "location": "memory", "rule": "openai", "file": "/home/claw/…/MEMORY.md", "line": 14}],
//    "workspace": {"commits": {"agent": 12, "owner": 1}, "changes": {"instructions": 1}}}
//
// It names files of the owner: for terminals and sockets of the owner only, never for HTTP.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "alerts/engine/posture.h"
#include "exporter/collect/hub.h"

namespace clawvigil::cli {

[[nodiscard]] nlohmann::json status_document(const alerts::Posture& posture,
                                             const Snapshot& snapshot);

}  // namespace clawvigil::cli
