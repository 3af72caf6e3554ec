// The ledgers as an agent would forge them: it owns the database.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "collectors/access/ledgers.h"
#include "collectors/access/pairing.h"
#include "collectors/access_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {

namespace {

using namespace access_families;

class HostileLedgers : public ::testing::Test {
 protected:
  HostileLedgers() {
    harness_.add_home();
    std::filesystem::create_directories(harness_.home_path() / "state");
    look();
  }
  void write(const std::string& sql) {
    test::WritingConnection(harness_.home_path() / "state/openclaw.sqlite").execute(sql);
  }
  void look() {
    harness_.clock.advance(std::chrono::seconds(10));
    harness_.with_context([this](const Context& context) {
      if (!ledger_) ledger_ = *EventLedger::open(context.store, "access");
      const auto hash = store::KeyedHash::open(context.store);
      ASSERT_TRUE(hash);
      out_ = Batch();
      ledgers_.read(context, context.homes.front(), *ledger_, *hash, out_);
      pairing_.read(context, context.homes.front(), {"telegram"}, *ledger_, *hash, out_);
      ASSERT_TRUE(ledger_->commit(context.store));
    });
  }
  [[nodiscard]] double total(const Metric<1>& metric) const {
    return ledger_->total(metric, "claw");
  }
  [[nodiscard]] bool says_unknown(std::string_view family) const {
    return std::ranges::any_of(out_.unknowns(), [&](const Unknown& unknown) {
      return std::ranges::find(unknown.families, family) != unknown.families.end();
    });
  }

  test::CollectorHarness harness_;
  AccessLedgers ledgers_;
  PairingRejections pairing_;
  std::optional<EventLedger> ledger_;
  Batch out_;
};

TEST_F(HostileLedgers, OtherTypesAndAbsurdNumbers) {
  write(
      "CREATE TABLE gateway_boot_lifecycle (boot_id, pid, started_at_ms, completed_at_ms, "
      "startup_reason);"
      "CREATE TABLE audit_events (sequence, event_id, occurred_at, error_code);"
      "CREATE TABLE operator_approvals (approval_id, kind, status, terminal_reason, "
      "resolved_at_ms);"
      "CREATE TABLE diagnostic_events (scope, event_key, payload_json, created_at, sequence);"
      "INSERT INTO gateway_boot_lifecycle VALUES (NULL, 'x', 9e99, NULL, x'00'),"
      " (x'ff', -1, -9223372036854775808, 'never', 1);"
      "INSERT INTO audit_events VALUES (9223372036854775807, NULL, 9e99, 'tool_blocked');"
      "INSERT INTO operator_approvals VALUES (NULL, 1, 2, x'00', 9223372036854775807);"
      "INSERT INTO diagnostic_events VALUES ('config-audit', NULL, x'ff00', 'soon', 1e300);");
  look();
  look();
  EXPECT_GE(total(kStarts), 0);
  EXPECT_GE(total(kUncleanStops), 0);
  EXPECT_EQ(ledger_->total(kApprovals, "claw", "denied"), 1);  // counted once
  for (int i = 0; i < 3; ++i) look();
  EXPECT_EQ(ledger_->total(kApprovals, "claw", "denied"), 1);
}

TEST_F(HostileLedgers, ViewsAreNoTables) {
  write(
      "CREATE TABLE t (n);"
      "CREATE VIEW audit_events AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
      "SELECT n AS sequence, n AS event_id, n AS occurred_at, 'tool_blocked' AS error_code FROM c;"
      "CREATE VIEW operator_approvals AS SELECT 1 AS approval_id, 2 AS resolved_at_ms, 'denied' AS "
      "status, '' AS terminal_reason, 'exec' AS kind FROM t;");
  look();
  EXPECT_TRUE(says_unknown(kToolBlocks.name()) || total(kToolBlocks) == 0);
  EXPECT_EQ(ledger_->total(kApprovals, "claw", "denied"), 0);
  EXPECT_TRUE(says_unknown(kApprovals.name()));
}

TEST_F(HostileLedgers, ThousandsOfRequests) {
  write(
      "CREATE TABLE operator_approvals (approval_id TEXT, kind TEXT, status TEXT, terminal_reason "
      "TEXT, resolved_at_ms INTEGER);"
      "CREATE TABLE channel_pairing_requests (channel_key TEXT, request_id TEXT, last_seen_at "
      "TEXT);"
      "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) "
      "INSERT INTO operator_approvals SELECT n, 'exec', 'denied', 'user', 1795305600000 + 9000000 "
      "FROM c;"
      "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) "
      "INSERT INTO channel_pairing_requests SELECT 'telegram', n, '2026-11-22T00:00:15.000Z' FROM "
      "c;");
  look();
  EXPECT_TRUE(says_unknown(kApprovals.name()));
  EXPECT_TRUE(says_unknown(kRejected.name()));
  EXPECT_EQ(ledger_->total(kRejected, "claw", "telegram", "pairing"), 0);
}

TEST_F(HostileLedgers, ALinkOutsideIsNotFollowed) {
  const auto outside = harness_.directory() / "outside.sqlite";
  test::WritingConnection(outside).execute(
      "CREATE TABLE gateway_boot_lifecycle (boot_id, pid, started_at_ms, completed_at_ms, "
      "startup_reason); INSERT INTO gateway_boot_lifecycle VALUES ('b', 1, 1, NULL, NULL)");
  std::filesystem::create_symlink(outside, harness_.home_path() / "state/openclaw.sqlite");
  look();
  EXPECT_TRUE(says_unknown(kStarts.name()));
  EXPECT_EQ(total(kStarts), 0);
}

}  // namespace

}  // namespace clawvigil
