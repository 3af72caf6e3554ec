// The families of the collector "proxy".
#pragma once

#include <array>
#include <string_view>

#include "exporter/model/metric.h"

namespace clawvigil::proxy_families {

inline constexpr std::array<std::string_view, 3> kStatuses{"401", "403", "429"};

inline constexpr Metric kFailures{
    MetricType::counter,
    "clawvigil_proxy_auth_failures_total",
    "Requests for the gateway that were refused, by the access log of the reverse proxy before it.",
    {"status"}};
inline constexpr Metric kSources{
    MetricType::gauge, "clawvigil_proxy_auth_failure_sources",
    "Different addresses whose requests for the gateway were refused within 24 hours."};
inline constexpr Metric kLines{MetricType::counter, "clawvigil_proxy_log_lines_read_total",
                               "Lines read from access logs of the reverse proxy."};
inline constexpr Metric kUnparsed{
    MetricType::counter, "clawvigil_proxy_log_lines_unparsed_total",
    "Lines of access logs that were too long, or looked like a refused request and were of no "
    "known format."};

inline constexpr std::array kMetrics{kFailures.info(), kSources.info(), kLines.info(),
                                     kUnparsed.info()};

}  // namespace clawvigil::proxy_families
