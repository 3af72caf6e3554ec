// The families of the collector "audit". All carry the label `home`.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::audit_families {

inline constexpr Metric kFindings{MetricType::gauge,
                                  "clawvigil_audit_findings",
                                  "Findings of OpenClaw's own security audit, suppressed ones not "
                                  "counted.",
                                  {"home", "severity"}};
inline constexpr Metric kFinding{MetricType::info,
                                 "clawvigil_audit_finding_info",
                                 "A check of OpenClaw's own security audit that found something; "
                                 "the worst 64 a home.",
                                 {"home", "check_id", "severity"}};
inline constexpr Metric kSuppressed{
    MetricType::gauge,
    "clawvigil_audit_suppressed_findings",
    "Findings that security.audit.suppressions of openclaw.json hides.",
    {"home"}};
inline constexpr Metric kLastSuccess{MetricType::gauge,
                                     "clawvigil_audit_last_success_timestamp_seconds",
                                     "When OpenClaw's own security audit was last run.",
                                     {"home"}};

inline constexpr std::array kMetrics{kFindings.info(), kFinding.info(), kSuppressed.info(),
                                     kLastSuccess.info()};

}  // namespace clawvigil::audit_families
