// The ledger's tables, for whoever looks back: what was used when, complete from the first
// transcript on. Reads with a store of its own; never waits for the collector. Everything is empty
// while the tables do not exist yet.
// Errors: those of the database; too_large beyond the bound named.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "collectors/usage/ledger.h"

namespace clawvigil::usage {

struct HourOfUsage {
  SeriesKey series;
  std::int64_t hour = 0;  // since the epoch
  Totals totals;          // of this hour alone
};
// From `from_hour` on, by series, then by hour. At most two million hours.
[[nodiscard]] Result<std::vector<HourOfUsage>> hour_history(store::Store& store,
                                                            std::int64_t from_hour = 0);

// The pace at which an agent worked for one reason.
struct PaceOfUsage {
  std::string home;
  std::string agent;
  Trigger trigger = Trigger::unknown;
  std::int64_t slot = 0;  // slots (5 minutes) or minutes since the epoch
  Pace pace;
};
// From `from` on, by slot. At most two million slots; those older than kSlotsKept are gone.
[[nodiscard]] Result<std::vector<PaceOfUsage>> slot_history(store::Store& store, std::int64_t from);
// The same row by row, without keeping them.
[[nodiscard]] Result<> each_slot(store::Store& store, std::int64_t from,
                                 const std::function<void(const PaceOfUsage&)>& use);
// The same by minutes; those older than kMinutesKept are gone.
[[nodiscard]] Result<std::vector<PaceOfUsage>> minute_history(store::Store& store,
                                                              std::int64_t from);

// Sessions used since `from_ms` (Unix time), the newest first, at most `limit`.
[[nodiscard]] Result<std::vector<SessionSum>> session_history(store::Store& store,
                                                              std::int64_t from_ms,
                                                              std::int64_t limit);

// Whether everything there was at the first start has been read; what is older than that may
// still be missing before.
[[nodiscard]] Result<bool> is_complete(store::Store& store);

// Another number whenever something was booked since; 0 before anything was. Costs one seek.
[[nodiscard]] Result<std::int64_t> ledger_generation(store::Store& store);

}  // namespace clawvigil::usage
