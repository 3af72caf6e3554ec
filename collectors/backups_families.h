// The families of the collector "backups". `backup` is the name the owner gave a source, or
// openclaw/<home> for what OpenClaw made itself.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::backups_families {

inline constexpr Metric kSources{MetricType::gauge, "clawvigil_backup_sources",
                                 "Backups that are known: those configured, or those of OpenClaw "
                                 "itself that were found."};
inline constexpr Metric kPresent{MetricType::gauge,
                                 "clawvigil_backup_present",
                                 "1 if there is at least one backup where it should be.",
                                 {"backup"}};
inline constexpr Metric kLastSuccess{MetricType::gauge,
                                     "clawvigil_backup_last_success_timestamp_seconds",
                                     "When the newest backup was completed.",
                                     {"backup"}};
inline constexpr Metric kMaxAge{MetricType::gauge,
                                "clawvigil_backup_max_age_seconds",
                                "How old the newest backup may get, where the owner said so.",
                                {"backup"}};
inline constexpr Metric kSize{MetricType::gauge,
                              "clawvigil_backup_size_bytes",
                              "Size of the newest backup, of backups that are files.",
                              {"backup"}};
inline constexpr Metric kUsualSize{MetricType::gauge,
                                   "clawvigil_backup_usual_size_bytes",
                                   "Median size of up to 30 backups before the newest, from three "
                                   "on.",
                                   {"backup"}};
inline constexpr Metric kKept{MetricType::gauge,
                              "clawvigil_backups_kept",
                              "How many backups there are, where they can be counted.",
                              {"backup"}};
inline constexpr Metric kKeep{MetricType::gauge,
                              "clawvigil_backups_keep",
                              "How many backups are to be kept, where the owner said so.",
                              {"backup"}};
inline constexpr Metric kKnownSince{MetricType::gauge,
                                    "clawvigil_backup_known_since_timestamp_seconds",
                                    "When a backup was first seen there, or an older one made.",
                                    {"backup"}};
inline constexpr Metric kEncrypted{MetricType::gauge,
                                   "clawvigil_backup_encrypted",
                                   "1 if the newest backup needs a key to be read.",
                                   {"backup"}};
inline constexpr Metric kOffHost{MetricType::gauge,
                                 "clawvigil_backup_off_host",
                                 "1 if the backup is on another machine.",
                                 {"backup"}};
inline constexpr Metric kAgentCanChange{MetricType::gauge,
                                        "clawvigil_backup_agent_can_change",
                                        "1 if a gateway's user can alter or delete the backup.",
                                        {"backup"}};
inline constexpr Metric kOpenToOthers{MetricType::gauge,
                                      "clawvigil_backup_open_to_others",
                                      "1 if every user of this machine can read the backup.",
                                      {"backup"}};
inline constexpr Metric kRestoreTested{MetricType::gauge,
                                       "clawvigil_backup_restore_tested_timestamp_seconds",
                                       "When the owner last tested that it can be restored; "
                                       "nothing if never.",
                                       {"backup"}};

inline constexpr std::array kMetrics = {
    kSources.info(),      kPresent.info(),      kLastSuccess.info(), kMaxAge.info(),
    kSize.info(),         kUsualSize.info(),    kKept.info(),        kKeep.info(),
    kKnownSince.info(),   kEncrypted.info(),    kOffHost.info(),     kAgentCanChange.info(),
    kOpenToOthers.info(), kRestoreTested.info()};

}  // namespace clawvigil::backups_families
