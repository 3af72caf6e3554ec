// retention: how long OpenClaw's sessions and logs are kept, by what is there. What is read:
// collectors/retention/{sessions,logs}.h.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kRetentionInfo;
[[nodiscard]] std::unique_ptr<Collector> make_retention_collector();

}  // namespace clawvigil
