// The visible list of all collectors: `self`, which always runs, then those of list.def in their
// order. Nothing registers itself.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "collectors/self.h"
#include "exporter/collect/collector.h"

namespace clawvigil {

// Every collector, `self` first. Static storage.
[[nodiscard]] std::span<const CollectorInfo* const> collector_infos();

// The collectors the owner can switch: all but `self`.
[[nodiscard]] std::span<const CollectorInfo* const> optional_collector_infos();

// An explicit choice wins; else disable_defaults, else the collector's own default. `self` is
// always enabled.
[[nodiscard]] bool is_enabled(const CollectorInfo& info, const CollectorsConfig& config);

// What to construct and run, in the order of collector_infos().
[[nodiscard]] std::vector<CollectorEntry> enabled_collectors(const CollectorsConfig& config,
                                                             SelfSources self);

}  // namespace clawvigil
