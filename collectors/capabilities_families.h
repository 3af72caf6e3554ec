// The families of the collector "capabilities". All carry the label `home`; `agent` is the id as
// OpenClaw normalises it, `plugin` the id the agent's files give: sanitised and capped as any
// label.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::capabilities_families {

inline constexpr std::size_t kMaxPluginSeries = 64;

inline constexpr Metric kExecTool{MetricType::gauge,
                                  "clawvigil_exec_tool_enabled",
                                  "1 if the agent's tool policies offer it shell commands.",
                                  {"home", "agent"}};
inline constexpr Metric kExecPolicy{
    MetricType::info,
    "clawvigil_exec_policy_info",
    "Which shell commands the agent may run, who is asked first, and where they run.",
    {"home", "agent", "security", "ask", "host"}};
inline constexpr Metric kSandboxOff{MetricType::gauge,
                                    "clawvigil_sandbox_off",
                                    "1 if no session of the agent runs in a sandbox.",
                                    {"home", "agent"}};
inline constexpr Metric kSandbox{MetricType::info,
                                 "clawvigil_sandbox_info",
                                 "Which sessions of the agent run in a sandbox, and who shares it.",
                                 {"home", "agent", "mode", "scope"}};
inline constexpr Metric kElevated{
    MetricType::gauge,
    "clawvigil_elevated_tools_enabled",
    "1 if a sender may make the agent run commands outside its sandbox.",
    {"home", "agent"}};
inline constexpr Metric kElevatedOpen{MetricType::gauge,
                                      "clawvigil_elevated_tools_open",
                                      "1 if every sender of some channel may do so.",
                                      {"home", "agent"}};
inline constexpr Metric kDangerous{
    MetricType::gauge,
    "clawvigil_dangerous_flags",
    "1 if the setting, outside the gateway's, that weakens a protection is switched on.",
    {"home", "flag"}};
inline constexpr Metric kServers{MetricType::gauge,
                                 "clawvigil_mcp_servers",
                                 "MCP servers configured and not switched off.",
                                 {"home"}};
inline constexpr Metric kPlugins{
    MetricType::gauge,
    "clawvigil_plugins_enabled",
    "Plugins that OpenClaw may load, those bundled with it not counted.",
    {"home", "source"}};
inline constexpr Metric kUnpinned{
    MetricType::gauge,
    "clawvigil_plugin_unpinned",
    "1 if the plugin was installed from a registry without an exact version.",
    {"home", "plugin"},
    kMaxPluginSeries};
inline constexpr Metric kSkills{MetricType::gauge,
                                "clawvigil_skills_installed",
                                "Skills that OpenClaw may load, those bundled with it not counted.",
                                {"home", "source"}};
inline constexpr Metric kSkillsChanged{MetricType::gauge,
                                       "clawvigil_skills_changed_timestamp_seconds",
                                       "When a file of an installed skill last changed.",
                                       {"home"}};

inline constexpr std::array kMetrics = {
    kExecTool.info(), kExecPolicy.info(),   kSandboxOff.info(), kSandbox.info(),
    kElevated.info(), kElevatedOpen.info(), kDangerous.info(),  kServers.info(),
    kPlugins.info(),  kUnpinned.info(),     kSkills.info(),     kSkillsChanged.info()};

}  // namespace clawvigil::capabilities_families
