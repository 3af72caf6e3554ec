// channels: who may talk to the agent, by openclaw.json and the pairing stores.
#pragma once

#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kChannelsInfo;
[[nodiscard]] std::unique_ptr<Collector> make_channels_collector();

}  // namespace clawvigil
