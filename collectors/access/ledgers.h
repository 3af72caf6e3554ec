// What OpenClaw itself books: requests for approval, blocked tool calls, edits of openclaw.json
// from outside, starts and ends of the gateway. Tables of state/openclaw.sqlite:
//
//   operator_approvals      since 2026.8, approvals.h
//   audit_events            since 2026.7; one row per run and tool call, error_code tool_blocked
//   when
//                           a call was stopped before it ran (a plugin's hook, a loop); what the
//                           policy of exec refuses is "tool_failed" like any failure, and a tool
//                           that tools.deny removed leaves no row: only log lines tell of those
//   diagnostic_events       since 2026.8 with scope config-audit: {"event":"config.external",…} in
//                           payload_json for each edit that was not OpenClaw's own, seen while it
//                           ran or at its next start
//   gateway_boot_lifecycle  since 2026.7, boots.h
//
// Each event is counted once, over restarts of both programs, pruned rows, a database that was
// replaced or could not be read for a while. What is there when a home's ledgers are read for the
// first time is history and counts nothing. An older OpenClaw books none of this (its
// logs/config-audit.jsonl holds its own writes only): the families concerned are unknown then
// (unsupported), and as long as OpenClaw has not been started (not_found).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/access/boots.h"
#include "collectors/state_database.h"
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

  // Counts into `ledger` what was booked since the last call, without committing; declares the
  // series of what it can tell, names the rest unknown in `out`. Costs three stats and one read of
  // /proc while nothing changes. Call it about every five seconds: see boots.h.
  void read(const Context& context, const Home& home, EventLedger& ledger,
            const store::KeyedHash& hash, Batch& out);

  [[nodiscard]] Coverage coverage(const Home& home) const;

 private:
  struct State {
    std::optional<DatabaseAppearance> read_at;  // of the database as it was read to its end
    Coverage coverage;
    std::vector<Unknown> unknowns;
  };
  class Reading;
  std::map<std::string, State> states_;  // by label of the home
};

}  // namespace clawvigil
