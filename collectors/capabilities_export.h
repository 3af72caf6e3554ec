// Turns the capabilities of a configuration into samples of the collector "capabilities".
#pragma once

#include <string_view>

#include "collectors/parse/openclaw_config.h"
#include "exporter/model/batch.h"

namespace clawvigil {

// Agents, dangerous flags and MCP servers of the home labelled `home`. What depends on a variable
// that cannot be read, or on approvals that could not be, is unknown.
void export_agent_capabilities(std::string_view home, const OpenClawSettings& settings,
                               const Result<ExecApprovals>& approvals, Batch& out);

}  // namespace clawvigil
