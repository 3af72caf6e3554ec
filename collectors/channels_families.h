// The families of the collector "channels". All carry the label `home`; `account` is a harmless id
// or a number (account_label), never a phone number.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::channels_families {

inline constexpr Metric kEnabled{MetricType::gauge,
                                 "clawvigil_channel_enabled",
                                 "1 if the channel account is switched on in openclaw.json.",
                                 {"home", "channel", "account"}};
inline constexpr Metric kDmOpen{MetricType::gauge,
                                "clawvigil_channel_dm_open",
                                "1 if anyone may send direct messages to the agent.",
                                {"home", "channel", "account"}};
inline constexpr Metric kGroupOpen{MetricType::gauge,
                                   "clawvigil_channel_group_open",
                                   "1 if anyone in a group may command the agent.",
                                   {"home", "channel", "account"}};
inline constexpr Metric kDmPolicy{MetricType::info,
                                  "clawvigil_channel_dm_policy_info",
                                  "Effective policy for direct messages.",
                                  {"home", "channel", "account", "policy"}};
inline constexpr Metric kGroupPolicy{MetricType::info,
                                     "clawvigil_channel_group_policy_info",
                                     "Effective policy for groups.",
                                     {"home", "channel", "account", "policy"}};
inline constexpr Metric kAllowed{MetricType::gauge,
                                 "clawvigil_channel_allowed_senders",
                                 "Senders allowed by name, wildcards not counted.",
                                 {"home", "channel", "source"}};
inline constexpr Metric kRequests{MetricType::gauge,
                                  "clawvigil_channel_pairing_requests_pending",
                                  "Pairing requests that wait for approval and have not expired.",
                                  {"home", "channel"}};
inline constexpr Metric kOwners{MetricType::gauge,
                                "clawvigil_owner_ids_configured",
                                "Entries of commands.ownerAllowFrom, wildcards not counted.",
                                {"home"}};
inline constexpr Metric kDevices{MetricType::gauge,
                                 "clawvigil_device_pairings",
                                 "Devices paired with the gateway or waiting to be.",
                                 {"home", "state"}};
inline constexpr Metric kDmScope{MetricType::info,
                                 "clawvigil_dm_scope_info",
                                 "How direct messages are divided into sessions.",
                                 {"home", "scope"}};
inline constexpr Metric kDmShared{
    MetricType::gauge,
    "clawvigil_dm_scope_shared",
    "1 if several possible senders of direct messages share one session.",
    {"home"}};

inline constexpr std::array kMetrics = {kEnabled.info(),  kDmOpen.info(),      kGroupOpen.info(),
                                        kDmPolicy.info(), kGroupPolicy.info(), kAllowed.info(),
                                        kRequests.info(), kOwners.info(),      kDevices.info(),
                                        kDmScope.info(),  kDmShared.info()};

}  // namespace clawvigil::channels_families
