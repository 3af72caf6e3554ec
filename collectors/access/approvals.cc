#include "collectors/access/approvals.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "collectors/access/ledger_cursor.h"
#include "collectors/access_families.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil {

namespace {

using namespace access_families;
using std::chrono::milliseconds;

// Rows are told apart by id over this time, so that one which became visible late, or whose clock
// was set back, is still found.
constexpr std::chrono::hours kOverlap{1};
constexpr std::int64_t kMaxRows = 8'000;

std::string source_of(const Home& home) { return "approvals/" + home.label; }

std::optional<SystemTime> read_until(const EventLedger& ledger, const Home& home) {
  const auto position = ledger.position(source_of(home));
  if (!position) return std::nullopt;
  std::int64_t value = 0;
  const auto [last, error] =
      std::from_chars(position->data(), position->data() + position->size(), value);
  if (error != std::errc{}) return std::nullopt;
  return from_milliseconds(value);
}

Result<> set_read_until(EventLedger& ledger, const Home& home, SystemTime time) {
  return ledger.set_position(source_of(home), std::to_string(to_milliseconds(time)));
}

std::string_view decision_of(std::string_view status, std::string_view reason) {
  if (status == "allowed" || status == "expired" || status == "cancelled") return status;
  return reason == "no-route" ? "unanswered" : "denied";
}

void count(const host::Query& row, const Home& home, EventLedger& ledger) {
  const std::string_view decision = decision_of(row.text(2), row.text(3));
  ledger.add(kApprovals, 1, home.label, decision);
  if (row.text(4) != "exec") return;
  if (decision == "unanswered") ledger.add(kExecDenials, 1, home.label, "unattended");
  if (decision == "denied" || decision == "expired") {
    ledger.add(kExecDenials, 1, home.label, "approval");
  }
}

void declare(const Home& home, EventLedger& ledger) {
  for (const std::string_view decision : kApprovalDecisions) {
    ledger.declare(kApprovals, home.label, decision);
  }
  for (const std::string_view reason : kExecDenialReasons) {
    ledger.declare(kExecDenials, home.label, reason);
  }
}

}  // namespace

Result<> count_approvals(host::ReadOnlyDatabase& database, const Home& home, SystemTime now,
                         EventLedger& ledger, const store::KeyedHash& hash) {
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT approval_id, resolved_at_ms, status, terminal_reason, kind "
                              "FROM operator_approvals WHERE resolved_at_ms >= ?1 "
                              "AND status != 'pending' ORDER BY resolved_at_ms LIMIT ?2"));
  const auto known = read_until(ledger, home);
  const SystemTime since = std::min(known.value_or(now), now) - kOverlap;
  query.bind(1, to_milliseconds(since)).bind(2, kMaxRows);
  declare(home, ledger);
  const std::string set = "approvals/" + home.label;
  SystemTime until = known ? std::min(*known, now) : now;
  for (std::int64_t rows = 1;; ++rows) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) break;
    if (rows == kMaxRows) return fail(Errc::too_large, "operator_approvals: too many at once");
    const SystemTime resolved = from_milliseconds(query.integer(1));
    const bool is_new = ledger.see(set, hash.short_digest("approval", query.text(0)), resolved);
    if (is_new && known) count(query, home, ledger);
    until = std::max(until, std::min(resolved, now));
  }
  ledger.forget_unseen(set, since - kOverlap);
  return set_read_until(ledger, home, until);
}

Result<> note_no_approvals(const Home& home, SystemTime now, EventLedger& ledger) {
  const auto known = read_until(ledger, home);
  if (known && is_recent_note(*known, now)) return {};
  return set_read_until(ledger, home, now);
}

}  // namespace clawvigil
