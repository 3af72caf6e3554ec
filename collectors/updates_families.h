// The families of the collector `updates`: what of the host and of OpenClaw is out of date.
#pragma once

#include <array>
#include <span>

#include "exporter/model/metric.h"

namespace clawvigil::updates_families {

inline constexpr Metric kPending{MetricType::gauge, "clawvigil_package_updates_pending",
                                 "Installed packages apt would replace by a newer version."};
inline constexpr Metric kSecurity{
    MetricType::gauge, "clawvigil_package_security_updates_pending",
    "Installed packages for which an update with a security fix is waiting."};
inline constexpr Metric kSecuritySince{
    MetricType::gauge, "clawvigil_package_security_updates_pending_since_timestamp_seconds",
    "Since when this host has known of the security update that waits longest, those held "
    "excepted."};
// class: security, other.
inline constexpr Metric kHeld{MetricType::gauge,
                              "clawvigil_package_updates_held",
                              "Pending updates of packages the owner put on hold.",
                              {"class"}};
inline constexpr Metric kPhased{MetricType::gauge, "clawvigil_package_updates_phased",
                                "Pending updates Ubuntu does not offer to every host yet."};
inline constexpr Metric kSecurityArchives{
    MetricType::gauge, "clawvigil_package_security_archives",
    "Archives of security updates among those apt has lists of."};
inline constexpr Metric kLists{MetricType::gauge, "clawvigil_package_lists_timestamp_seconds",
                               "When apt last got new package lists."};
inline constexpr Metric kAutomatic{
    MetricType::gauge, "clawvigil_unattended_upgrades_enabled",
    "1 if this host installs security updates by itself: every part of that is on."};
// part: package, package_lists, upgrade, timer.
inline constexpr Metric kAutomaticPart{MetricType::gauge,
                                       "clawvigil_unattended_upgrades_part_enabled",
                                       "1 if this part of unattended upgrades is on.",
                                       {"part"}};
inline constexpr Metric kAutomaticRun{
    MetricType::gauge, "clawvigil_unattended_upgrades_last_run_timestamp_seconds",
    "When unattended upgrades last ran to the end; if never, when they were set up."};
inline constexpr Metric kReboot{MetricType::gauge, "clawvigil_reboot_required",
                                "1 if updates that are installed only take effect after a reboot."};
inline constexpr Metric kRebootSince{MetricType::gauge,
                                     "clawvigil_reboot_required_since_timestamp_seconds",
                                     "Since when that is so; absent when it is not."};

inline constexpr Metric kInstalled{MetricType::info,
                                   "clawvigil_openclaw_installed_info",
                                   "The version of OpenClaw that runs or is installed.",
                                   {"home", "version"}};
inline constexpr Metric kReleased{
    MetricType::gauge,
    "clawvigil_openclaw_release_timestamp_seconds",
    "When that version was made; where that is not recorded, the end of its month.",
    {"home"}};
inline constexpr Metric kAvailable{
    MetricType::gauge,
    "clawvigil_openclaw_update_available",
    "1 if OpenClaw's own update check found a newer version than the installed one.",
    {"home"}};
inline constexpr Metric kAvailableSince{
    MetricType::gauge,
    "clawvigil_openclaw_update_available_since_timestamp_seconds",
    "Since when this host has known of that newer version; absent if there is none.",
    {"home"}};
inline constexpr Metric kChecked{MetricType::gauge,
                                 "clawvigil_openclaw_update_check_timestamp_seconds",
                                 "When OpenClaw last looked for a newer version; absent if never.",
                                 {"home"}};
inline constexpr Metric kEverChecked{MetricType::gauge,
                                     "clawvigil_openclaw_update_checked",
                                     "1 if OpenClaw has ever looked for a newer version.",
                                     {"home"}};
inline constexpr Metric kAutoUpdate{MetricType::gauge,
                                    "clawvigil_openclaw_auto_update_enabled",
                                    "1 if OpenClaw installs new versions of itself unasked.",
                                    {"home"}};
inline constexpr Metric kNode{MetricType::info,
                              "clawvigil_node_info",
                              "The version of Node.js OpenClaw runs on.",
                              {"home", "version"}};
inline constexpr Metric kNodeSupported{
    MetricType::gauge,
    "clawvigil_node_supported",
    "1 if the installed OpenClaw supports the Node.js version it runs on.",
    {"home"}};

// What dpkg and the lists tell.
inline constexpr std::array kPackages{kPending.info(), kSecurity.info(), kSecuritySince.info(),
                                      kHeld.info(),    kPhased.info(),   kSecurityArchives.info()};
// What cannot be told without dpkg.
inline constexpr std::array kOfPackages{
    kPending.info(),       kSecurity.info(),         kSecuritySince.info(), kHeld.info(),
    kPhased.info(),        kSecurityArchives.info(), kLists.info(),         kAutomatic.info(),
    kAutomaticPart.info(), kAutomaticRun.info(),     kReboot.info(),        kRebootSince.info()};
inline constexpr std::array kMetrics{
    kPending.info(),       kSecurity.info(),         kSecuritySince.info(), kHeld.info(),
    kPhased.info(),        kSecurityArchives.info(), kLists.info(),         kAutomatic.info(),
    kAutomaticPart.info(), kAutomaticRun.info(),     kReboot.info(),        kRebootSince.info(),
    kInstalled.info(),     kReleased.info(),         kAvailable.info(),     kAvailableSince.info(),
    kChecked.info(),       kEverChecked.info(),      kAutoUpdate.info(),    kNode.info(),
    kNodeSupported.info()};

}  // namespace clawvigil::updates_families
