// Tokens and cost of every model call, from OpenClaw's own transcripts: complete from the first
// start, exact, and unaffected by restarts, pruning, resets, forks, cold storage and the migration
// from .jsonl files to SQLite.
//
// Families: clawvigil_model_tokens_total, model_requests_total, model_requests_failed_total,
// model_cost_usd_total, model_unpriced_tokens_total, spend_usd, usage_ingested_bytes_total,
// usage_ingest_lag_seconds, usage_history_complete, usage_records_skipped_total.
// While the history is read for the first time nothing but its progress is exported: counters that
// grow by years of spend would look like an emergency.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kUsageInfo;
std::unique_ptr<Collector> make_usage_collector();

}  // namespace clawvigil
