// The metric reference (collectors/METRICS.md), written from the descriptors in the code.
#pragma once

#include <span>
#include <string>

#include "exporter/collect/collector.h"

namespace clawvigil::cli {

// Markdown: one section per collector in the order given, then what the hub exports about all of
// them.
[[nodiscard]] std::string metric_reference(std::span<const CollectorInfo* const> collectors,
                                           std::span<const MetricInfo> hub);

}  // namespace clawvigil::cli
