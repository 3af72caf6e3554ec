// How far a ledger of numbered rows is read: the last row's number, its id and its time.
//
//   "41 1795334470562 2026-11-22T08:01:10.562Z:config.external:cc2f8bf8-…"
//
// While that very row is there, all rows with a higher number are new. When it is gone (pruned, or
// another database in the place of the old one) the rows of a later time are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil {

struct LedgerCursor {
  std::int64_t number = 0;
  std::int64_t time_ms = 0;  // Unix time
  std::string id;            // "": nothing was there, only the time counts
  bool operator==(const LedgerCursor&) const = default;

  // For a ledger that holds nothing yet: what comes after `now` is new.
  [[nodiscard]] static LedgerCursor from(SystemTime now);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<LedgerCursor> parse(std::string_view text);
};

// That a ledger is not there is noted with the time. True if that was lately: the note then stays
// as it is, because renewing it in every run would write to the state database all day.
[[nodiscard]] bool is_recent_note(SystemTime noted, SystemTime now);

}  // namespace clawvigil
