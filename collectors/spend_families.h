// The families of the collector "spend". All carry the label `home`.
//   signal   cost, tokens (input and output), requests, failures, scheduled (calls of cron,
//            heartbeats and hooks), turns (messages of people), gateway (calls for those of them
//            that came by the gateway itself: its page, CLI or API)
//   window   5m, 15m, 1h, 24h, sliding
//   agent    the twenty busiest of the last day, the others together as "other"
#pragma once

#include <array>

#include "exporter/collect/collector.h"
#include "exporter/model/metric.h"

namespace clawvigil::spend_families {

inline constexpr std::size_t kMaxAgents = 20;    // by name, per home
inline constexpr std::size_t kMaxShares = 3;     // per home
inline constexpr std::size_t kMaxNewModels = 5;  // per home
inline constexpr std::size_t kAgentSeries = kMaxHomes * (kMaxAgents + 1);

inline constexpr Metric kScore{
    MetricType::gauge,
    "clawvigil_spend_anomaly_score",
    "How unusual the use within the window is by the own past: 0 as usual, 1 the alarm threshold.",
    {"home", "signal", "window"}};
inline constexpr Metric kActivity{MetricType::gauge,
                                  "clawvigil_spend_activity",
                                  "Use within the window: USD, tokens, calls or messages.",
                                  {"home", "signal", "window"}};
inline constexpr Metric kUsual{
    MetricType::gauge,
    "clawvigil_spend_activity_usual",
    "What is usual for the window at this time of the day and the week, by the own past.",
    {"home", "signal", "window"}};
inline constexpr Metric kRecord{
    MetricType::gauge,
    "clawvigil_spend_activity_record",
    "The most there was within such a window until a day ago, in at most 70 days.",
    {"home", "signal", "window"}};
inline constexpr Metric kBaseline{MetricType::gauge,
                                  "clawvigil_spend_baseline_usd",
                                  "Cost within a window by the own past: usual at this time, from "
                                  "where it is an alarm, highest until a day ago.",
                                  {"home", "window", "bound"}};
inline constexpr Metric kExcess{MetricType::gauge,
                                "clawvigil_spend_anomaly_excess_usd",
                                "Cost within the window beyond what is usual at this time.",
                                {"home", "window"}};
inline constexpr Metric kAttended{
    MetricType::gauge,
    "clawvigil_spend_attended",
    "1 if somebody wrote to the agent within the last hour, and not more often than usual.",
    {"home"}};
inline constexpr Metric kHabit{MetricType::gauge,
                               "clawvigil_spend_hour_habit_ratio",
                               "Part of the 28 days before on which somebody wrote to the agent "
                               "within 90 minutes of this time "
                               "of day.",
                               {"home"}};
inline constexpr Metric kHistory{
    MetricType::gauge,
    "clawvigil_spend_history_seconds",
    "How far back the use goes that is compared with, at most 70 days.",
    {"home"}};
inline constexpr Metric kShare{
    MetricType::gauge,
    "clawvigil_spend_share_ratio",
    "Part of the cost (without any: of the tokens) of this and the last clock hour; the largest.",
    {"home", "provider", "model", "agent", "trigger"},
    kMaxHomes* kMaxShares};
inline constexpr Metric kAgentScore{
    MetricType::gauge,
    "clawvigil_agent_anomaly_score",
    "How unusual the last hour of one agent is by its own past: 0 as usual, 1 the alarm threshold.",
    {"home", "agent", "signal"},
    kAgentSeries * 2};
inline constexpr Metric kAgentExcess{MetricType::gauge,
                                     "clawvigil_agent_anomaly_excess_usd",
                                     "Cost of one agent in the last hour beyond what is usual.",
                                     {"home", "agent"},
                                     kAgentSeries};
inline constexpr Metric kVelocity{
    MetricType::gauge,
    "clawvigil_token_velocity_peak",
    "Most tokens (input and output) within one minute of the last hour.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kChain{
    MetricType::gauge,
    "clawvigil_tool_call_chain_length",
    "Model calls since anybody wrote, in the session where they are most; 0 without a session that "
    "was used within 15 minutes.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kChainCost{MetricType::gauge,
                                   "clawvigil_tool_call_chain_usd",
                                   "Cost of the calls since anybody wrote, in the same session.",
                                   {"home", "agent"},
                                   kAgentSeries};
inline constexpr Metric kRepeated{
    MetricType::gauge,
    "clawvigil_repeated_calls",
    "How often the same tool call, or prompt, came since anybody wrote; the session with most.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kRepeatedRatio{
    MetricType::gauge,
    "clawvigil_repeated_calls_ratio",
    "Part of the model calls of that session since anybody wrote that were this one.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kRepeatedUsual{
    MetricType::gauge,
    "clawvigil_repeated_calls_usual",
    "The most on any of the 28 days before today, but those on which it was surely a loop.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kStreak{MetricType::gauge,
                                "clawvigil_failed_calls_streak",
                                "Model calls of one session that failed one after the other.",
                                {"home", "agent"},
                                kAgentSeries};

inline constexpr Metric kNewModelCost{
    MetricType::gauge,
    "clawvigil_new_model_usd",
    "Cost of a model the agent has used for less than 24 hours, and not in the 27 days before.",
    {"home", "agent", "provider", "model"},
    kMaxHomes* kMaxNewModels};
inline constexpr Metric kNewModelPrice{
    MetricType::gauge,
    "clawvigil_new_model_price_ratio",
    "What its tokens cost, in relation to those of the models the agent used before.",
    {"home", "agent", "provider", "model"},
    kMaxHomes* kMaxNewModels};
inline constexpr Metric kCacheRead{
    MetricType::gauge,
    "clawvigil_cache_read_ratio",
    "Part of the prompts' tokens read from the cache in this and the last clock hour; absent with "
    "fewer than 10 calls.",
    {"home", "agent"},
    kAgentSeries};
inline constexpr Metric kCacheUsual{MetricType::gauge,
                                    "clawvigil_cache_read_usual_ratio",
                                    "The same of the agent's last four weeks.",
                                    {"home", "agent"},
                                    kAgentSeries};

inline constexpr std::array kMetrics{
    kRecord.info(),     kScore.info(),         kActivity.info(),      kUsual.info(),
    kBaseline.info(),   kExcess.info(),        kAttended.info(),      kHistory.info(),
    kShare.info(),      kAgentScore.info(),    kAgentExcess.info(),   kVelocity.info(),
    kChain.info(),      kChainCost.info(),     kRepeated.info(),      kRepeatedRatio.info(),
    kStreak.info(),     kNewModelCost.info(),  kNewModelPrice.info(), kCacheRead.info(),
    kCacheUsual.info(), kRepeatedUsual.info(), kHabit.info()};

}  // namespace clawvigil::spend_families
