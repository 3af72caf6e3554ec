// What the collector "spend" would have said in the past: from what the ledger still has, told in
// the order in which it happened. At no time anything later is looked at, with two exceptions, both
// of which the ledger keeps no more of: a session is known by its last chain of calls, which is
// taken to have grown evenly; and use is known when it happened, not when it was booked.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "collectors/spend/baseline.h"
#include "exporter/base/clock.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil::spend {

// True for the families of the collector that are told. Left out are spend_share_ratio (shares.h
// tells it for any hour), token_velocity_peak (of minutes, of which only a day is kept), and what
// models.h tells of new models and prompt caches.
[[nodiscard]] bool past_tells_of(std::string_view metric);

// Where the pace begins that is kept; nullopt while there is none.
[[nodiscard]] Result<std::optional<SystemTime>> past_begin(store::Store& store);

// Calls `visit` from `from` on to `until`, every five minutes, and every minute of the last day.
// Takes about a second for seventy days of a home. Errors: those of the database; too_large beyond
// two million sessions or minutes.
[[nodiscard]] Result<> each_past_report(store::Store& store, const WallClock& clock,
                                        SystemTime from, SystemTime until,
                                        const std::function<void(SystemTime, const Batch&)>& visit);

}  // namespace clawvigil::spend
