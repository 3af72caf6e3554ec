#include "collectors/capabilities_export.h"

#include <string>
#include <utility>
#include <vector>

#include "collectors/capabilities_families.h"

namespace clawvigil {

namespace {

using namespace capabilities_families;

void not_told(std::string_view home, const std::string& what,
              std::vector<std::string_view> families, Batch& out) {
  out.unknown({Errc::not_found, std::string(home) + ": " + what + " cannot be told from its files"},
              std::move(families));
}

void export_flag(std::string_view home, const std::string& agent, const std::optional<bool>& value,
                 const Metric<2>& family, std::string_view what, Batch& out) {
  if (value) return out.set(family, *value ? 1 : 0, home, agent);
  not_told(home, std::string(what) + " of the agent " + agent, {family.name()}, out);
}

void export_sandbox(std::string_view home, const AgentCapabilities& agent, Batch& out) {
  if (!agent.sandbox_mode.known || !agent.sandbox_scope.known) {
    return not_told(home, "the sandbox of the agent " + agent.id,
                    {kSandbox.name(), kSandboxOff.name()}, out);
  }
  out.set(kSandboxOff, agent.sandbox_mode.value == "off" ? 1 : 0, home, agent.id);
  out.set(kSandbox, 1, home, agent.id, agent.sandbox_mode.value, agent.sandbox_scope.value);
}

void export_exec_policy(std::string_view home, const OpenClawSettings& settings,
                        const AgentCapabilities& agent, const ExecApprovals& approvals,
                        Batch& out) {
  const auto policy = exec_policy_of(settings.capabilities, agent, approvals,
                                     parse_openclaw_version(settings.version));
  if (!policy) {
    return not_told(home, "tools.exec of the agent " + agent.id, {kExecPolicy.name()}, out);
  }
  out.set(kExecPolicy, 1, home, agent.id, policy->security, policy->ask, policy->host);
}

void export_flags(std::string_view home, const CapabilitySettings& settings, Batch& out) {
  for (const DangerousFlag& flag : settings.dangerous_flags) {
    if (flag.on.known || flag.on.value) {
      out.set(kDangerous, flag.on.value ? 1 : 0, home, flag.name);
    } else {
      not_told(home, std::string(flag.name), {kDangerous.name()}, out);
    }
  }
  out.set(kServers, static_cast<double>(settings.mcp_servers), home);
}

}  // namespace

void export_agent_capabilities(std::string_view home, const OpenClawSettings& settings,
                               const Result<ExecApprovals>& approvals, Batch& out) {
  if (!approvals) {
    out.unknown(prefixed(approvals.error(), home).error(), {kExecPolicy.name()});
  }
  for (const AgentCapabilities& agent : settings.capabilities.agents) {
    export_flag(home, agent.id, agent.exec_tool, kExecTool, "the tool exec", out);
    export_flag(home, agent.id, agent.elevated, kElevated, "tools.elevated", out);
    export_flag(home, agent.id, agent.elevated_open, kElevatedOpen, "tools.elevated", out);
    export_sandbox(home, agent, out);
    if (approvals) export_exec_policy(home, settings, agent, *approvals, out);
  }
  export_flags(home, settings.capabilities, out);
}

}  // namespace clawvigil
