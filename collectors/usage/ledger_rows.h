// The ledger's tables, and how their rows become plain data.
#pragma once

#include "collectors/usage/totals.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

// Creates the ledger's tables, and brings those of earlier versions up to date. Errors: those of
// the database.
[[nodiscard]] Result<> create_tables(store::Store& store);
[[nodiscard]] Result<bool> has_column(store::Store& store, std::string_view table,
                                      std::string_view column);

inline constexpr const char* kTotalsColumns =
    "input, output, cache_read, cache_write, requests, failed, unpriced_tokens, recorded_usd, "
    "recorded_correction, estimated_usd, estimated_correction";
inline constexpr int kTotalsColumnCount = 11;
// Those columns, the row's first.
[[nodiscard]] Totals read_totals(const store::Statement& row);

inline constexpr const char* kSessionColumns =
    "session_id, home, agent, trigger, channel, first_ms, last_ms, input, output, cache_read, "
    "cache_write, requests, failed, unpriced_tokens, usd, chain, chain_since_ms, chain_usd, "
    "chain_tokens, repeats, failed_streak";
inline constexpr int kSessionColumnCount = 21;
// Those columns, the row's first.
[[nodiscard]] SessionSum read_session(const store::Statement& row);

}  // namespace clawvigil::usage
