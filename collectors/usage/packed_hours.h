// The hours of days that are over, once more and closely packed: a day in one row of usage_pack, so
// that years can be summed in a fraction of the time their single rows take. Whatever is written to
// a packed day's hours takes its pack away (triggers of the schema); the hours themselves stay what
// counts. Pure but for what takes a Store.
//
// Row: flags, hour of the day, series, input, output, cache_read, cache_write, requests, failed,
// unpriced_tokens as varints; then, of recorded_usd, its correction, estimated_usd and its
// correction, those that are not 0 (bits 0 to 3 of the flags) as doubles of this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "collectors/usage/totals.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

inline constexpr std::int64_t kHoursPerDay = 24;

// Appends a row.
void pack_row(std::int64_t series, std::int64_t hour_of_day, const Totals& totals,
              std::string& bytes);

// In the order they were packed. Errc::parse for what pack_row() did not write.
using VisitHour = std::function<void(std::int64_t series, std::int64_t hour, const Totals& totals)>;
[[nodiscard]] Result<> unpack_rows(std::string_view packed, std::int64_t day,
                                   const VisitHour& visit);

// Packs days (of UTC, since the epoch) before `until` that are not packed, from `next` on, at most
// `most`; `next` is where to go on. True when there are no more. Errors: those of the database;
// nothing is packed then, and `next` stays.
[[nodiscard]] Result<bool> pack_days(store::Store& store, std::int64_t until, std::int64_t most,
                                     std::int64_t& next);

// The hours of [from, until) from their single rows, by hour, then by series. `visit` must not come
// here again.
[[nodiscard]] Result<> each_single_hour(store::Store& store, std::int64_t from, std::int64_t until,
                                        const VisitHour& visit);

}  // namespace clawvigil::usage
