// Since when something has been waiting, remembered over restarts: apt's lists do not say when an
// update came out, so what counts is when this host first knew of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/collect/event_ledger.h"

namespace clawvigil::updates {

// Notes in the ledger's set `name` that exactly these are waiting at `now`, and returns when the
// one known longest was first noted; nullopt when nothing waits. The ledger is left as it is while
// the same ones wait.
[[nodiscard]] std::optional<SystemTime> waiting_since(EventLedger& ledger, std::string_view name,
                                                      std::span<const std::uint64_t> waiting,
                                                      SystemTime now);

}  // namespace clawvigil::updates
