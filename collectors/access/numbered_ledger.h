// Counts the new rows of a table whose rows are only ever added, each with a higher number than
// those before, and pruned from the oldest on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/access/ledger_cursor.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/sqlite.h"

namespace clawvigil {

// SQL fragments, chosen by the program.
struct NumberedLedger {
  std::string_view table;
  std::string_view number;  // columns
  std::string_view id;
  std::string_view time_ms;
  std::string_view rows;   // which rows there are at all: a condition, "1" for all
  std::string_view count;  // which of them are counted
};

struct LedgerReading {
  std::int64_t counted = 0;
  LedgerCursor cursor;  // for the next call
};

// What was added since `cursor`; nullopt means never read before: nothing is counted then. One
// statement, so one snapshot. not_found when the table or a column does not exist.
[[nodiscard]] Result<LedgerReading> read_numbered_ledger(host::ReadOnlyDatabase& database,
                                                         const NumberedLedger& ledger,
                                                         const std::optional<LedgerCursor>& cursor,
                                                         SystemTime now);

}  // namespace clawvigil
