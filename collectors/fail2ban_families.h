// The families of the collector "fail2ban".
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::fail2ban_families {

inline constexpr Metric kInstalled{MetricType::gauge, "clawvigil_fail2ban_installed",
                                   "1 if fail2ban is installed on this host."};
inline constexpr Metric kUp{MetricType::gauge, "clawvigil_fail2ban_up",
                            "1 if the fail2ban server runs; absent if it is not installed."};
inline constexpr Metric kJailEnabled{
    MetricType::gauge,
    "clawvigil_fail2ban_jail_enabled",
    "1 if the server runs this jail, 0 if it is configured and does not run.",
    {"jail"}};
inline constexpr Metric kJailFilter{MetricType::info,
                                    "clawvigil_fail2ban_jail_info",
                                    "The filter a configured jail reads its log with.",
                                    {"jail", "filter"}};
inline constexpr Metric kBanned{MetricType::gauge,
                                "clawvigil_fail2ban_banned_current",
                                "Addresses that are banned now.",
                                {"jail"}};
inline constexpr Metric kBanTime{MetricType::gauge,
                                 "clawvigil_fail2ban_jail_bantime_seconds",
                                 "How long a jail bans, as configured; -1 for ever.",
                                 {"jail"}};
inline constexpr Metric kFindTime{MetricType::gauge,
                                  "clawvigil_fail2ban_jail_findtime_seconds",
                                  "Within which time failures are added up, as configured.",
                                  {"jail"}};
inline constexpr Metric kMaxRetry{MetricType::gauge,
                                  "clawvigil_fail2ban_jail_maxretry",
                                  "Failures that lead to a ban, as configured.",
                                  {"jail"}};
inline constexpr Metric kBans{MetricType::counter,
                              "clawvigil_fail2ban_bans_total",
                              "New bans, without those restored after a restart.",
                              {"jail"}};
inline constexpr Metric kFailures{MetricType::counter,
                                  "clawvigil_fail2ban_failures_total",
                                  "Failures fail2ban found in the logs of its jails.",
                                  {"jail"}};

inline constexpr std::array kMetrics{
    kInstalled.info(), kUp.info(),       kJailEnabled.info(), kJailFilter.info(), kBanned.info(),
    kBanTime.info(),   kFindTime.info(), kMaxRetry.info(),    kBans.info(),       kFailures.info()};

}  // namespace clawvigil::fail2ban_families
