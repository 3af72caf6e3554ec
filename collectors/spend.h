// spend: is what the agents use usual at this time? From the ledger of the collector `usage` only
// (collectors/usage/history.h): the pace of seventy days is the baseline, complete at the first
// start because it comes from the transcripts; the last day by minutes is what is judged. Learns
// once an hour, and when a home is used for the first time; reads again when something was booked,
// each minute while a window slides over something, otherwise every five minutes: what is usual
// moves on.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kSpendInfo;
[[nodiscard]] std::unique_ptr<Collector> make_spend_collector();

}  // namespace clawvigil
