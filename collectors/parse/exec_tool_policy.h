// Whether OpenClaw's tool policies offer an agent the tool `exec`, which runs shell commands.
//
//   {"profile": "coding", "deny": ["group:runtime"]}       {"allow": ["ex*", "read"]}
//
// Judge: OpenClaw 2026.3.13 and 2026.9.6, src/agents/tool-policy*.ts and sandbox/tool-policy.ts.
// Every layer (profile, global, agent, sandbox) must permit the tool. Only `exec` is decided here:
// the lists of other tools change with every version, those that hold exec did not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil {

using ToolList = std::vector<std::string>;

// One layer. `nullopt` is a list that is not there, which differs from an empty one.
struct ToolPolicy {
  std::optional<ToolList> allow = {};
  std::optional<ToolList> also_allow = {};
  std::optional<ToolList> deny = {};
};

// True if an entry is exec itself, its alias "bash", the group or a pattern that holds it. Case and
// surrounding space do not matter; `*` stands for anything.
[[nodiscard]] bool names_exec(const ToolList& entries);

// The layer permits exec: nothing denies it, and there is no allow list, an empty one, or one that
// names it.
[[nodiscard]] bool permits_exec(const ToolPolicy& policy);

// The profile (minimal, coding, messaging, full, "" for none) permits exec, or `also_allow` adds
// it.
[[nodiscard]] bool profile_permits_exec(std::string_view profile,
                                        const std::optional<ToolList>& also_allow);

}  // namespace clawvigil
