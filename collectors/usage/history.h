// The ledger's tables, for whoever looks back: what was used when, complete from the first
// transcript on. Reads with a store of its own; never waits for the collector. Everything is empty
// while the tables do not exist yet.
// Errors: those of the database; too_large beyond the bound named.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/usage/packed_hours.h"
#include "collectors/usage/totals.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

struct HourOfUsage {
  SeriesKey series;
  std::int64_t hour = 0;  // since the epoch
  Totals totals;          // of this hour alone
};
// Of [from_hour, until_hour), by series, then by hour. At most two million hours.
[[nodiscard]] Result<std::vector<HourOfUsage>> hour_history(store::Store& store,
                                                            std::int64_t from_hour = 0,
                                                            std::int64_t until_hour = INT64_MAX);

// The same without a copy of anything, for whoever sums millions of hours: the series by number,
// and hour for hour, ascending, what each of them used in [from_hour, until_hour).
struct NumberedSeries {
  std::int64_t id = 0;
  SeriesKey key;
};
[[nodiscard]] Result<std::vector<NumberedSeries>> series_of_ledger(store::Store& store);
[[nodiscard]] Result<> each_hour(store::Store& store, std::int64_t from_hour,
                                 std::int64_t until_hour, const VisitHour& visit);

// The pace at which an agent worked for one reason.
struct PaceOfUsage {
  std::string home;
  std::string agent;
  Trigger trigger = Trigger::unknown;
  std::int64_t slot = 0;  // slots (5 minutes) or minutes since the epoch
  Pace pace;
};
// The first slot that is kept; nullopt when there is none.
[[nodiscard]] Result<std::optional<std::int64_t>> first_slot(store::Store& store);
// From `from` on, ascending, row by row; those older than kSlotsKept are gone.
[[nodiscard]] Result<> each_slot(store::Store& store, std::int64_t from,
                                 const std::function<void(const PaceOfUsage&)>& use);
// The same by minutes, all at once, at most two million; those older than kMinutesKept are gone.
[[nodiscard]] Result<std::vector<PaceOfUsage>> minute_history(store::Store& store,
                                                              std::int64_t from);

// Sessions used since `from_ms` (Unix time), the newest first, at most `limit` (-1: all of them, up
// to two million).
[[nodiscard]] Result<std::vector<SessionSum>> session_history(store::Store& store,
                                                              std::int64_t from_ms,
                                                              std::int64_t limit);

struct SessionFilter {  // "" is every one
  std::string home;
  std::string agent;
  std::string trigger;
};
// Sessions used in [from_ms, until_ms), the most expensive first, at most `limit` (-1: all of them,
// up to two million); and the sum of all there are, each whole, from its first call to its last.
struct SessionsByCost {
  std::vector<SessionSum> sessions;
  std::int64_t count = 0;
  SessionSum sum;  // without names, times and chain
};
[[nodiscard]] Result<SessionsByCost> sessions_by_cost(store::Store& store, std::int64_t from_ms,
                                                      std::int64_t until_ms,
                                                      const SessionFilter& filter,
                                                      std::int64_t limit);

// How often an agent made the same call within a chain, at most, on a day (UTC).
struct LoopDay {
  std::int64_t day = 0;  // since the epoch
  std::string home;
  std::string agent;
  std::int64_t repeats = 0;
};
using LoopDays = std::vector<LoopDay>;
// From `from_day` on, ascending; days older than the slots are gone.
[[nodiscard]] Result<LoopDays> loop_days(store::Store& store, std::int64_t from_day);

// Whether all there was at the first start has been read, and how much by now.
struct ReadingState {
  bool complete = false;
  std::int64_t sessions = 0;
};
[[nodiscard]] Result<ReadingState> reading_state(store::Store& store);

// Whether everything there was at the first start has been read; what is older than that may
// still be missing before.
[[nodiscard]] Result<bool> is_complete(store::Store& store);

// Another number whenever something was booked since; 0 before anything was. Costs one seek.
[[nodiscard]] Result<std::int64_t> ledger_generation(store::Store& store);

}  // namespace clawvigil::usage
