// The families of the collector "budgets". `budget` is the owner's name for it, `period` one of
// hour, day, week, month, `unit` one of usd, tokens.
#pragma once

#include <array>
#include <cstddef>

#include "exporter/config/spend.h"
#include "exporter/model/metric.h"

namespace clawvigil::budgets_families {

inline constexpr std::size_t kUnits = 2;
inline constexpr std::size_t kMethods = 2;

inline constexpr Metric kCount{MetricType::gauge, "clawvigil_budgets",
                               "Budgets the owner has set."};
inline constexpr Metric kLimitUsd{MetricType::gauge,
                                  "clawvigil_budget_limit_usd",
                                  "What may be spent in the period.",
                                  {"budget", "period"},
                                  kMaxBudgets};
inline constexpr Metric kSpentUsd{MetricType::gauge,
                                  "clawvigil_budget_spent_usd",
                                  "What has been spent in the current period.",
                                  {"budget", "period"},
                                  kMaxBudgets};
inline constexpr Metric kProjectedUsd{
    MetricType::gauge,
    "clawvigil_budget_projected_usd",
    "What will have been spent when the period ends: by the own past weeks (profile), or by the "
    "pace of this period (run_rate).",
    {"budget", "period", "method"},
    kMaxBudgets* kMethods};
inline constexpr Metric kLimitTokens{MetricType::gauge,
                                     "clawvigil_budget_limit_tokens",
                                     "Tokens (input and output) that may be used in the period.",
                                     {"budget", "period"},
                                     kMaxBudgets};
inline constexpr Metric kSpentTokens{MetricType::gauge,
                                     "clawvigil_budget_spent_tokens",
                                     "Tokens used in the current period.",
                                     {"budget", "period"},
                                     kMaxBudgets};
inline constexpr Metric kProjectedTokens{MetricType::gauge,
                                         "clawvigil_budget_projected_tokens",
                                         "Tokens that will have been used when the period ends.",
                                         {"budget", "period", "method"},
                                         kMaxBudgets* kMethods};
inline constexpr Metric kSpentRatio{MetricType::gauge,
                                    "clawvigil_budget_spent_ratio",
                                    "Share of the budget that is spent; 1 is all of it.",
                                    {"budget", "period", "unit"},
                                    kMaxBudgets* kUnits};
inline constexpr Metric kProjectedRatio{
    MetricType::gauge,
    "clawvigil_budget_projected_ratio",
    "Share of the budget that will be spent when the period ends, by the best method there is.",
    {"budget", "period", "unit"},
    kMaxBudgets* kUnits};
inline constexpr Metric kPeriodEnd{MetricType::gauge,
                                   "clawvigil_budget_period_end_timestamp_seconds",
                                   "When the current period ends.",
                                   {"budget", "period"},
                                   kMaxBudgets};

inline constexpr std::array kMetrics{
    kCount.info(),          kLimitUsd.info(),    kSpentUsd.info(),        kProjectedUsd.info(),
    kLimitTokens.info(),    kSpentTokens.info(), kProjectedTokens.info(), kSpentRatio.info(),
    kProjectedRatio.info(), kPeriodEnd.info()};

}  // namespace clawvigil::budgets_families
