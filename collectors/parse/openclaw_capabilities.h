// What openclaw.json lets each agent do: shell commands, sandbox, elevated tools; and which
// switches of it weaken the agent's protections.
//
//   {"tools": {"profile": "coding", "exec": {"mode": "ask"}, "elevated": {"allowFrom": {…}}},
//    "agents": {"defaults": {"sandbox": {"mode": "all"}},
//               "entries": {"ops": {"tools": {"deny": ["exec"]}, "sandbox": {"mode": "off"}}}}}
//
// Judge: OpenClaw 2026.3.13 and 2026.9.6, `security audit`, `sandbox explain`, `approvals get`;
// tests/collectors/capabilities_openclaw holds what they answered and where we differ.
// tools.byProvider is left out on purpose: it only narrows, and only while that model answers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/exec_policy.h"
#include "collectors/parse/openclaw_channels.h"
#include "collectors/parse/openclaw_plugins.h"
#include "collectors/parse/openclaw_reader.h"
#include "collectors/parse/openclaw_version.h"

namespace clawvigil {

struct AgentCapabilities {
  std::string id;                 // as OpenClaw normalises it: [a-z0-9_-], at most 64
  std::string workspace;          // as written, "" if not set
  std::optional<bool> exec_tool;  // its tool policies offer `exec`; unset: not determinable
  std::optional<ExecRequest> exec;
  Setting<std::string> sandbox_mode;   // off, non-main, all
  Setting<std::string> sandbox_scope;  // session, agent, shared
  std::optional<bool> elevated;        // somebody may run commands outside the sandbox
  std::optional<bool> elevated_open;   // everybody on some channel may
};

// A switch that weakens a protection, by the name of its key; "*" stands for several places.
struct DangerousFlag {
  std::string_view name;
  Setting<bool> on;
};

struct CapabilitySettings {
  std::optional<ExecRequest> exec;  // tools.exec
  std::vector<AgentCapabilities> agents;
  std::vector<DangerousFlag> dangerous_flags;  // the closed list, always complete
  std::size_t mcp_servers = 0;                 // of mcp.servers, the switched-off ones not counted
  PluginSettings plugins;
  Setting<std::vector<std::string>> skill_directories;  // skills.load.extraDirs, as written
};

// `root` is the whole document; `channels` tells who is elevated where Discord's own list decides.
// At most 256 agents. Never fails: what is malformed is an issue of the node and unknown here.
[[nodiscard]] CapabilitySettings read_capabilities(const Node& root,
                                                   const std::vector<ChannelAccount>& channels,
                                                   const std::optional<OpenClawVersion>& version);

// The effective policy of one agent; unset when a setting of it is not known.
[[nodiscard]] std::optional<ExecPolicy> exec_policy_of(
    const CapabilitySettings& settings, const AgentCapabilities& agent,
    const ExecApprovals& approvals, const std::optional<OpenClawVersion>& version);

}  // namespace clawvigil
