// The families of the usage collector.
#pragma once

#include <array>

#include "exporter/collect/collector.h"
#include "exporter/model/metric.h"

namespace clawvigil::usage {

// Combinations of agent, provider and model shown by name, per home; the rest is "other".
inline constexpr std::size_t kMaxCombinations = 64;
// Agents by reason and channel, per home.
inline constexpr std::size_t kMaxReasons = 100;
inline constexpr std::size_t kMaxSeries = kMaxHomes * (kMaxCombinations + 1);
inline constexpr std::size_t kTokenTypes = 4;

inline constexpr Metric kTokens{MetricType::counter,
                                "clawvigil_model_tokens_total",
                                "Tokens used, from the transcripts; input excludes cached tokens.",
                                {"home", "provider", "model", "agent", "token_type"},
                                kMaxSeries* kTokenTypes};
inline constexpr Metric kRequests{MetricType::counter,
                                  "clawvigil_model_requests_total",
                                  "Model calls recorded in the transcripts, failed ones included.",
                                  {"home", "provider", "model", "agent"},
                                  kMaxSeries};
inline constexpr Metric kFailed{MetricType::counter,
                                "clawvigil_model_requests_failed_total",
                                "Model calls that ended in an error after all retries.",
                                {"home", "provider", "model", "agent"},
                                kMaxSeries};
inline constexpr Metric kCost{
    MetricType::counter,
    "clawvigil_model_cost_usd_total",
    "Cost in USD; recorded by OpenClaw, or estimated by openclaw.json, your price lists or the one "
    "that is shipped where none was recorded.",
    {"home", "provider", "model", "agent", "basis"},
    kMaxSeries * 2};
inline constexpr Metric kUnpriced{
    MetricType::counter,
    "clawvigil_model_unpriced_tokens_total",
    "Tokens whose cost is recorded as nothing and whose model has no price.",
    {"home", "provider", "model"},
    kMaxSeries};
inline constexpr Metric kTriggerTokens{
    MetricType::counter,
    "clawvigil_trigger_tokens_total",
    "Tokens used, by why the model was called and through which channel.",
    {"home", "agent", "trigger", "channel", "token_type"},
    kMaxHomes* kMaxReasons* kTokenTypes};
inline constexpr Metric kTriggerCost{
    MetricType::counter,
    "clawvigil_trigger_cost_usd_total",
    "Cost in USD, recorded or estimated, by why the model was called and through which channel.",
    {"home", "agent", "trigger", "channel"},
    kMaxHomes* kMaxReasons};
inline constexpr Metric kFolded{
    MetricType::gauge,
    "clawvigil_usage_folded_series",
    "Combinations of agent, provider and model that are summed as other.",
    {"home"}};
inline constexpr Metric kPriceList{
    MetricType::gauge,
    "clawvigil_price_list_timestamp_seconds",
    "As of when the prices are right by which cost is estimated; of several files the oldest.",
    {"list"}};
inline constexpr Metric kSpend{
    MetricType::gauge,
    "clawvigil_spend_usd",
    "Cost within the window before now, from the times in the transcripts.",
    {"home", "window"}};
inline constexpr Metric kBytes{MetricType::counter, "clawvigil_usage_ingested_bytes_total",
                               "Bytes of transcript read since clawvigil started."};
inline constexpr Metric kLag{
    MetricType::gauge, "clawvigil_usage_ingest_lag_seconds",
    "Age of the oldest change in a transcript that is not read yet, or 0."};
inline constexpr Metric kComplete{
    MetricType::gauge, "clawvigil_usage_history_complete",
    "1 once the whole history has been read, 0 while it is being read."};
inline constexpr Metric kSkipped{
    MetricType::counter,
    "clawvigil_usage_records_skipped_total",
    "Transcript entries that could not be read, since clawvigil started.",
    {"reason"}};

inline constexpr std::array kMetrics{
    kTokens.info(),        kRequests.info(),    kFailed.info(), kCost.info(),     kUnpriced.info(),
    kSpend.info(),         kBytes.info(),       kLag.info(),    kComplete.info(), kSkipped.info(),
    kTriggerTokens.info(), kTriggerCost.info(), kFolded.info(), kPriceList.info()};

}  // namespace clawvigil::usage
