// The switches of openclaw.json, outside its gateway, that OpenClaw itself calls dangerous.
//
//   {"browser": {"ssrfPolicy": {"dangerouslyAllowPrivateNetwork": true}},
//    "tools": {"exec": {"applyPatch": {"workspaceOnly": false}}}}
//
// Judge: `openclaw security audit`, config.insecure_or_dangerous_flags. Those of the gateway and
// its hooks are GatewaySettings::insecure_flags. Left out on purpose: tools.fs.workspaceOnly=false,
// which the audit names although it is the default.
#pragma once

#include <string_view>
#include <vector>

#include "collectors/parse/openclaw_capabilities.h"
#include "collectors/parse/openclaw_reader.h"

namespace clawvigil {

[[nodiscard]] std::vector<std::string_view> dangerous_flag_names();

// The closed list, in the order of dangerous_flag_names(). Looks at most 12 levels deep and at most
// at 65,536 values below channels and plugins; beyond, their flags are unknown.
[[nodiscard]] std::vector<DangerousFlag> read_dangerous_flags(const Node& root);

}  // namespace clawvigil
