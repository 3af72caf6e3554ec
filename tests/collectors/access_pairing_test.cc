#include "collectors/access/pairing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "collectors/access/senders.h"
#include "collectors/access_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {

namespace {

using access_families::kRejected;

// As `openclaw-lab telegram 111 text` leaves it in 2026.9.6: three messages, one request.
constexpr std::string_view kSchema = R"sql(
CREATE TABLE channel_pairing_requests (
  channel_key TEXT NOT NULL, account_id TEXT NOT NULL, request_id TEXT NOT NULL, code TEXT NOT NULL,
  created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, meta_json TEXT,
  PRIMARY KEY (channel_key, account_id, request_id)) STRICT)sql";

class AccessPairingTest : public ::testing::Test {
 protected:
  AccessPairingTest() {
    harness_.add_home();
    for (const char* name : {"state", "credentials"}) {
      std::filesystem::create_directories(harness_.home_path() / name);
    }
  }
  void create() { sql(std::string(kSchema)); }
  void sql(const std::string& text) {
    test::WritingConnection(harness_.home_path() / "state/openclaw.sqlite").execute(text);
  }
  void knock(const std::string& id, const std::string& time,
             const std::string& channel = "telegram", const std::string& account = "default") {
    sql("INSERT INTO channel_pairing_requests VALUES ('" + channel + "','" + account + "','" + id +
        "','EZN8XCQL','2026-11-21T23:59:00.000Z','2026-11-22T" + time +
        "Z',NULL) ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at");
  }
  void store(const std::string& requests) {
    std::ofstream(harness_.home_path() / "credentials/telegram-pairing.json")
        << R"({"version":1,"requests":[)" << requests << "]}";
  }
  static std::string request(const std::string& id, const std::string& time) {
    return R"({"id":")" + id +
           R"(","code":"ABCD","createdAt":"2026-11-21T23:59:00.000Z","lastSeenAt":"2026-11-22T)" +
           time + R"(Z","meta":{"accountId":"default"}})";
  }
  void look(bool restart = false) {
    harness_.clock.advance(std::chrono::seconds(10));
    if (restart) {
      harness_.restart_store();
      ledger_.reset();
    }
    harness_.with_context([this](const Context& context) {
      if (!ledger_) ledger_ = *EventLedger::open(context.store, "access");
      const auto hash = store::KeyedHash::open(context.store);
      ASSERT_TRUE(hash);
      out_ = Batch();
      PairingRejections().read(context, context.homes.front(), {"telegram"}, *ledger_, *hash, out_);
      ASSERT_TRUE(ledger_->commit(context.store));
    });
  }
  [[nodiscard]] double total(std::string_view channel = "telegram") const {
    return ledger_->total(kRejected, "claw", channel, "pairing");
  }
  [[nodiscard]] std::size_t senders(std::string_view channel = "telegram") const {
    const SystemTime since = harness_.clock.now().wall - std::chrono::hours(24);
    return ledger_->seen_since(sender_set(harness_.home(), channel), since);
  }

  test::CollectorHarness harness_;
  std::optional<EventLedger> ledger_;
  Batch out_;
};

TEST_F(AccessPairingTest, EachMoveOfARequestIsAMessage) {
  create();
  look();
  EXPECT_EQ(total(), 0);
  knock("111", "00:00:15.215");
  look();
  look();
  EXPECT_EQ(total(), 1);
  knock("111", "00:00:15.845");  // within the same second
  knock("222", "00:00:16.000");
  look(true);
  look(true);
  EXPECT_EQ(total(), 3);
  EXPECT_EQ(senders(), 2U);
  sql("DELETE FROM channel_pairing_requests");  // expired
  look();
  knock("111", "00:00:59.000");
  look();
  EXPECT_EQ(total(), 4);
  EXPECT_EQ(senders(), 2U);
}

TEST_F(AccessPairingTest, HistoryIsNoBurstButItsSendersAreKnown) {
  create();
  knock("111", "00:00:01.000");
  knock("222", "00:00:02.000");
  look();
  EXPECT_EQ(total(), 0);
  EXPECT_EQ(senders(), 2U);
  harness_.clock.advance(std::chrono::hours(25));
  look();
  EXPECT_EQ(senders(), 0U);
}

TEST_F(AccessPairingTest, TheOlderLayoutAndItsMigration) {
  look();
  store(request("111", "00:00:11.000"));
  look();
  EXPECT_EQ(total(), 1);
  store(request("111", "00:00:12.000") + "," + request("222", "00:00:12.500"));
  look(true);
  EXPECT_EQ(total(), 3);
  create();  // a newer OpenClaw takes the file over
  knock("111", "00:00:12.000");
  knock("222", "00:00:12.500");
  look();
  EXPECT_EQ(total(), 3);
  knock("222", "00:00:30.000");
  look();
  EXPECT_EQ(total(), 4);
}

TEST_F(AccessPairingTest, TwoAccountsOfAChannelAreOneSender) {
  create();
  look();
  knock("111", "00:00:15.000");
  knock("111", "00:00:16.000", "telegram", "work");
  look();
  const double once = total();
  look();
  EXPECT_EQ(total(), once);
  knock("111", "00:00:17.000");
  look();
  EXPECT_EQ(total(), once + 1);
  EXPECT_EQ(senders(), 1U);
}

TEST_F(AccessPairingTest, AChannelNobodyConfiguredIsOther) {
  create();
  look();
  knock("111", "00:00:15.000", "made-up");
  knock("222", "00:00:15.000", std::string(4000, 'x'));
  look();
  EXPECT_EQ(total("other"), 2);
  EXPECT_EQ(total("made-up"), 0);
}

TEST_F(AccessPairingTest, WhatCannotBeReadIsUnknown) {
  store("{");
  look();
  ASSERT_EQ(out_.unknowns().size(), 1U);
  EXPECT_EQ(out_.unknowns().front().reason, Errc::parse);
  EXPECT_NE(std::ranges::find(out_.unknowns().front().families, kRejected.name()),
            out_.unknowns().front().families.end());
  store(request("111", "00:00:15.000"));
  look();  // the first time it is readable: history
  EXPECT_EQ(total(), 0);
  EXPECT_TRUE(out_.unknowns().empty());
}

}  // namespace

}  // namespace clawvigil
