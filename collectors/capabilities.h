// capabilities: what each agent is able to do: shell commands and who approves them, sandbox,
// elevated tools, skills, plugins, MCP servers, dangerous switches.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kCapabilitiesInfo;
[[nodiscard]] std::unique_ptr<Collector> make_capabilities_collector();

}  // namespace clawvigil
