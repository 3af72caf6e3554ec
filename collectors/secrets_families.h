// The families of the collector "secrets". All carry the label `home`; `location` and `rule` are
// closed lists (collectors/secrets/findings.h, collectors/parse/secret_patterns.h).
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::secrets_families {

inline constexpr Metric kFindings{
    MetricType::gauge,
    "clawvigil_secret_findings",
    "Credentials found in a place where none belong, by place and kind; the kind none is always 0 "
    "and says that the place was looked at.",
    {"home", "location", "rule"},
    1'024};
inline constexpr Metric kScanned{MetricType::gauge,
                                 "clawvigil_secret_scan_timestamp_seconds",
                                 "When all of a place had last been looked through.",
                                 {"home", "location"}};
inline constexpr Metric kComplete{
    MetricType::gauge,
    "clawvigil_secret_scan_complete",
    "1 once every place of the home has been looked through since clawvigil was started.",
    {"home"}};
inline constexpr Metric kSkipped{
    MetricType::gauge,
    "clawvigil_secret_scan_skipped_files",
    "Files of a place that were not looked at: too large, unreadable or beyond a bound.",
    {"home", "location"}};

inline constexpr std::array kMetrics = {kFindings.info(), kScanned.info(), kComplete.info(),
                                        kSkipped.info()};

}  // namespace clawvigil::secrets_families
