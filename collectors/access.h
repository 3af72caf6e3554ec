// access: who was turned away, by OpenClaw's log, its pairing store and its ledgers.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kAccessInfo;
[[nodiscard]] std::unique_ptr<Collector> make_access_collector();

}  // namespace clawvigil
