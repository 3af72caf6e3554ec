// Requests for the owner's approval, counted when they end: operator_approvals of
// state/openclaw.sqlite (since 2026.8).
//
//   status     terminal_reason                            decision here
//   allowed    user                                       allowed
//   denied     user, malformed-verdict, storage-corrupt   denied
//   denied     no-route (a run nobody can answer)         unanswered
//   expired    timeout                                    expired
//   cancelled  run-aborted, gateway-restart               cancelled
//
// A command that was refused this way is an exec denial as well: reason approval (denied, expired)
// or unattended (no-route).
#pragma once

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/collect/homes.h"
#include "exporter/host/sqlite.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

// Counts what has ended since the last call. At most 8,000 requests that ended within one hour, or
// since the last call: more is too_large. not_found when there is no such table.
[[nodiscard]] Result<> count_approvals(host::ReadOnlyDatabase& database, const Home& home,
                                       SystemTime now, EventLedger& ledger,
                                       const store::KeyedHash& hash);

// The table does not exist: the first rows it will hold are new then.
[[nodiscard]] Result<> note_no_approvals(const Home& home, SystemTime now, EventLedger& ledger);

}  // namespace clawvigil
