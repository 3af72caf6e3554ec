// The families of the collector `identity`: as whom the gateway runs, and what that user may do.
#pragma once

#include <array>
#include <string_view>

#include "exporter/model/metric.h"

namespace clawvigil::identity_families {

// Groups whose members are root, or can become it without a password: they write to the disk's
// devices, start containers that mount the host, read the password hashes. adm reads the logs of
// the system.
inline constexpr std::array<std::string_view, 12> kPrivilegedGroups{
    "root",        "sudo",    "wheel", "admin",  "docker", "lxd",
    "incus-admin", "libvirt", "disk",  "shadow", "kmem",   "adm"};

inline constexpr Metric kRunsAsRoot{MetricType::gauge,
                                    "clawvigil_gateway_running_as_root",
                                    "1 if the gateway runs as root, or will when it is started.",
                                    {"home"}};
inline constexpr Metric kPrivilegedGroup{
    MetricType::gauge,
    "clawvigil_gateway_user_privileged_group",
    "1 if the gateway's user is a member of this group, by its processes or /etc/group.",
    {"home", "group"}};
// commands: all, or some single ones; password: required, or none.
inline constexpr Metric kSudo{MetricType::gauge,
                              "clawvigil_gateway_user_sudo",
                              "1 if sudoers lets the gateway's user run these commands as root.",
                              {"home", "commands", "password"}};
// sign: login_shell, session (logged in now).
inline constexpr Metric kInteractive{MetricType::gauge,
                                     "clawvigil_gateway_user_interactive",
                                     "1 if people log in as the gateway's user, by this sign.",
                                     {"home", "sign"}};
inline constexpr Metric kLastLogin{MetricType::gauge,
                                   "clawvigil_gateway_user_last_login_timestamp_seconds",
                                   "When somebody last logged in as the gateway's user; 0: never.",
                                   {"home"}};
inline constexpr Metric kProcesses{MetricType::gauge,
                                   "clawvigil_gateway_processes",
                                   "Gateway processes of the home's user, or naming this home.",
                                   {"home"}};

inline constexpr std::array kMetrics{kRunsAsRoot.info(), kPrivilegedGroup.info(),
                                     kSudo.info(),       kInteractive.info(),
                                     kLastLogin.info(),  kProcesses.info()};

}  // namespace clawvigil::identity_families
