// What OpenClaw itself books: requests for approval, blocked tool calls, edits of openclaw.json
// from outside, starts and ends of the gateway. Tables of state/openclaw.sqlite, all since 2026.7
// or 8:
//
//   operator_approvals      one row per request; status pending, then allowed|denied|expired|
//                           cancelled with a terminal_reason; kept 30 days
//   audit_events            sequence grows for ever; kind tool_action, error_code tool_blocked
//   diagnostic_events       scope config-audit: {"event":"config.external",…} in payload_json
//   gateway_boot_lifecycle  one row per start, kept one day; completed_at_ms NULL while it runs,
//                           and for ever when it crashed
//
// Each event is counted once, over restarts of both programs, pruned rows, a database that was
// replaced or could not be read for a while. What is there when a ledger is read for the first time
// is history and counts nothing.
#pragma once

#include <map>
#include <string>

#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

class AccessLedgers {
 public:
  // Which of the events that log lines tell as well are counted here: the reader of the logs leaves
  // those out. As of the last read(); nothing for a home whose OpenClaw keeps no ledgers.
  struct Coverage {
    bool approvals = false;    // exec denials of the reasons approval and unattended
    bool tool_blocks = false;  // clawvigil_tool_blocks_total
  };

  // Every series of `home` this class counts, at 0.
  static void declare(const Home& home, EventLedger& ledger);

  // Counts into `ledger` what was booked since the last call, without committing. What cannot be
  // told is unknown in `out`. Costs two stats while nothing changes. Call it about every five
  // seconds: a crash is told from a clean stop by what the ledger says before the next start.
  void read(const Context& context, const Home& home, EventLedger& ledger,
            const store::KeyedHash& hash, Batch& out);

  [[nodiscard]] Coverage coverage(const Home& home) const;
};

}  // namespace clawvigil
