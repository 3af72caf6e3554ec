// Tokens and cost of every model call, from OpenClaw's own transcripts: complete from the first
// start, exact, and unaffected by restarts, pruning, resets, forks, cold storage and the migration
// from .jsonl files to SQLite.
// Families: usage_families.h.
//
// While the history is read for the first time nothing but its progress is exported: counters that
// grow by years of spend would look like an emergency.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kUsageInfo;
std::unique_ptr<Collector> make_usage_collector();

}  // namespace clawvigil
