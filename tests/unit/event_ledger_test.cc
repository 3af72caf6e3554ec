#include "exporter/collect/event_ledger.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace clawvigil {

namespace {

constexpr Metric kFailures{MetricType::counter,
                           "clawvigil_test_failures_total",
                           "Failures of the test.",
                           {"home", "reason"},
                           4};
constexpr Metric kPlain{MetricType::counter, "clawvigil_test_events_total", "Events of the test."};

SystemTime at(int seconds) { return SystemTime(std::chrono::seconds(seconds)); }

class EventLedgerTest : public ::testing::Test {
 protected:
  EventLedger opened(const std::string& component = "test") {
    return *EventLedger::open(store_, component);
  }
  void reopen() { store_ = store::Store::open(directory_.path(), SystemTime{}); }

  test::TempDir directory_;
  store::Store store_ = store::Store::open(directory_.path(), SystemTime{});
};

TEST_F(EventLedgerTest, SeriesAreBornAtZero) {
  EventLedger ledger = opened();
  ledger.declare(kFailures, "claw", "token");
  ledger.declare(kPlain);
  Batch out;
  ledger.export_to(kFailures, out);
  ledger.export_to(kPlain, out);
  EXPECT_EQ(out.find(kFailures.name())->samples.at({"claw", "token"}), 0);
  EXPECT_EQ(out.find(kPlain.name())->samples.at({}), 0);
}

TEST_F(EventLedgerTest, KeepsWhatWasCommittedAndNothingElse) {
  {
    EventLedger ledger = opened();
    ledger.declare(kFailures, "claw", "token");
    ledger.add(kFailures, 3, "claw", "token");
    ledger.add(kFailures, 1, "claw", "");
    ledger.see("senders", 42, at(10));
    ASSERT_TRUE(ledger.set_position("log", "here"));
    ASSERT_TRUE(ledger.commit(store_));
    ledger.add(kFailures, 100, "claw", "token");
    ASSERT_TRUE(ledger.set_position("log", "further"));
  }
  reopen();
  EventLedger ledger = opened();
  EXPECT_EQ(ledger.total(kFailures, "claw", "token"), 3);
  EXPECT_EQ(ledger.total(kFailures, "claw", ""), 1);
  EXPECT_EQ(ledger.position("log"), "here");
  EXPECT_EQ(ledger.member("senders", 42)->first_seen, at(10));
  ledger.declare(kFailures, "claw", "token");
  EXPECT_EQ(ledger.total(kFailures, "claw", "token"), 3) << "declared again after a restart";
}

TEST_F(EventLedgerTest, ComponentsDoNotSeeEachOther) {
  EventLedger one = opened("one");
  one.add(kPlain, 5);
  ASSERT_TRUE(one.commit(store_));
  EXPECT_EQ(opened("two").total(kPlain), 0);
  EXPECT_EQ(opened("one").total(kPlain), 5);
}

TEST_F(EventLedgerTest, AFailedCommitLosesNothing) {
  EventLedger ledger = opened();
  ledger.add(kPlain, 2);
  {
    auto blocked = store_.begin();
    ASSERT_TRUE(blocked);
    EXPECT_FALSE(ledger.commit(store_)) << "a transaction within a transaction";
  }
  ledger.add(kPlain, 1);
  ASSERT_TRUE(ledger.commit(store_));
  EXPECT_EQ(opened().total(kPlain), 3);
}

TEST_F(EventLedgerTest, ForgetsPositionsAndMembers) {
  EventLedger ledger = opened();
  ASSERT_TRUE(ledger.set_position("a", "1"));
  ASSERT_TRUE(ledger.set_position("b", "2"));
  ledger.see("set", 1, at(10));
  ledger.see("set", 2, at(20));
  ASSERT_TRUE(ledger.commit(store_));
  ledger.forget_position("a");
  ledger.forget_unseen("set", at(15));
  ASSERT_TRUE(ledger.commit(store_));
  const EventLedger again = opened();
  EXPECT_FALSE(again.position("a"));
  EXPECT_EQ(again.position("b"), "2");
  EXPECT_FALSE(again.member("set", 1));
  EXPECT_TRUE(again.member("set", 2));
}

TEST_F(EventLedgerTest, CountsWhoWasSeenSince) {
  EventLedger ledger = opened();
  EXPECT_EQ(ledger.seen_since("set", at(0)), 0U);
  EXPECT_TRUE(ledger.see("set", 1, at(10)));
  EXPECT_FALSE(ledger.see("set", 1, at(30)));
  EXPECT_FALSE(ledger.see("set", 1, at(5))) << "told late";
  EXPECT_TRUE(ledger.see("set", 2, at(20)));
  EXPECT_EQ(ledger.seen_since("set", at(20)), 2U);
  EXPECT_EQ(ledger.seen_since("set", at(21)), 1U);
  EXPECT_EQ(ledger.member("set", 1)->first_seen, at(5));
  EXPECT_EQ(ledger.member("set", 1)->last_seen, at(30));
}

TEST_F(EventLedgerTest, ASetIsBounded) {
  EventLedger ledger = opened();
  constexpr int kMany = static_cast<int>(EventLedger::kMaxMembers) + 500;
  for (int i = 0; i < kMany; ++i) ledger.see("set", static_cast<std::uint64_t>(i), at(i));
  EXPECT_LE(ledger.seen_since("set", at(0)), EventLedger::kMaxMembers);
  EXPECT_FALSE(ledger.member("set", 0)) << "the longest unseen goes first";
  EXPECT_TRUE(ledger.member("set", kMany - 1));
  ASSERT_TRUE(ledger.commit(store_));
  EXPECT_EQ(opened().seen_since("set", at(0)), ledger.seen_since("set", at(0)));
}

TEST_F(EventLedgerTest, LabelSetsBeyondTheFamilysBoundAreSaidToBeDropped) {
  EventLedger ledger = opened();
  for (int i = 0; i < 100; ++i) ledger.add(kFailures, 1, "claw", std::to_string(i));
  Batch out;
  ledger.export_to(kFailures, out);
  EXPECT_EQ(out.find(kFailures.name())->samples.size(), 4U);
  EXPECT_EQ(out.find(kFailures.name())->dropped, 1U);
}

TEST_F(EventLedgerTest, ExportsOneHomeOnly) {
  EventLedger ledger = opened();
  ledger.add(kFailures, 1, "claw", "token");
  ledger.add(kFailures, 1, "gone", "token");
  Batch out;
  ledger.export_to(kFailures, out, "claw");
  EXPECT_EQ(out.find(kFailures.name())->samples.size(), 1U);
}

TEST_F(EventLedgerTest, PositionsAreBounded) {
  EventLedger ledger = opened();
  ASSERT_TRUE(ledger.set_position("a", "1"));
  EXPECT_EQ(
      ledger.set_position("a", std::string(EventLedger::kMaxPositionBytes + 1, 'x')).error().code,
      Errc::too_large);
  EXPECT_EQ(ledger.position("a"), "1");
}

}  // namespace

}  // namespace clawvigil
