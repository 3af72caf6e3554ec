// What the recorder has noted and not written yet.
#include <gtest/gtest.h>

#include "tests/support/recorder_fixture.h"
#include "tests/support/rule_world.h"

namespace clawvigil::alerts {
namespace {

using promql::TimeMs;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Batches = std::vector<std::shared_ptr<const Batch>>;

Batches batch_of(double value) {
  auto out = std::make_shared<Batch>();
  out->set(test::kTestValue, value, "a");
  return {std::move(out)};
}

class Unwritten : public test::RecorderFixture {
 protected:
  void SetUp() override { ASSERT_TRUE(recorder_.restore(store_)); }

  // What the engine does in a minute without alerts.
  void minute(double value) {
    if (recorder_.due(now_)) recorder_.observe(batch_of(value), now_);
    if (recorder_.must_write(now_)) save(&Recorder::write);
    now_ += minutes(1);
  }
  void restart() {
    recorder_ = Recorder();
    ASSERT_TRUE(recorder_.restore(store_));
  }
};

TEST_F(Unwritten, IsWrittenFiveMinutesAtATime) {
  int writes = 0;
  for (int i = 0; i < 31; ++i) {
    writes += !recorder_.due(now_) ? 0 : 1;
    minute(i);
    const int written = i / 5 * 5 + 1;
    EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), written) << i;
  }
  EXPECT_EQ(writes, 31);
  EXPECT_EQ(number("SELECT COUNT(DISTINCT time) FROM history_samples WHERE value * 60000 = "
                   "time - 3600000000"),
            31);
  EXPECT_EQ(number("SELECT until - start FROM history_sessions"), 30 * 60'000);
  EXPECT_FALSE(recorder_.must_write(now_ - seconds(1)));
}

TEST_F(Unwritten, IsLostByAKillAndTakenForUnchanged) {
  for (int i = 0; i < 10; ++i) minute(i < 5 ? 1 : i);  // the last write was at 5
  const SystemTime written = now_ - minutes(5);
  restart();
  EXPECT_EQ(recorder_.last_seen(), written);
  const auto history = load();
  ASSERT_EQ(history.sessions().size(), 1U);
  EXPECT_EQ(history.sessions().front().until, to_milliseconds(now_));
  EXPECT_EQ(history.series().front().changes.back().value, 5);
  now_ += hours(1);  // no longer than could have been lost
  EXPECT_EQ(load().sessions().front().until, to_milliseconds(written + minutes(5)));
  minute(9);  // another session, and the one before is as it was written
  EXPECT_EQ(load().sessions().front().until, to_milliseconds(written));
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_sessions"), 2);
}

TEST_F(Unwritten, TheMinuteUntilWhichSomebodyWatchedCanBeWrittenAlone) {
  EXPECT_FALSE(recorder_.must_mark(now_));
  minute(1);
  EXPECT_FALSE(recorder_.must_mark(now_ - seconds(1)));
  minute(2);
  EXPECT_TRUE(recorder_.must_mark(now_ - minutes(1)));
  save(&Recorder::mark);
  EXPECT_FALSE(recorder_.must_mark(now_ - minutes(1)));
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 1);
  for (int i = 3; i < 7; ++i) minute(i);  // what it did not write is not forgotten
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 6);
  restart();
  EXPECT_EQ(recorder_.last_seen(), now_ - minutes(1));
}

TEST_F(Unwritten, IsWrittenAgainWhenTheCommitFailed) {
  recorder_.observe(batch_of(1), now_);
  {
    auto transaction = store_.begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(recorder_.write(store_));
  }  // not committed
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_series"), 0);
  now_ += minutes(1);
  EXPECT_TRUE(recorder_.must_write(now_));
  minute(2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples JOIN history_series ON id = series"), 2);
}

TEST_F(Unwritten, ThinsOutWhileTheDatabaseRefuses) {
  constexpr int kSeries = 4000;
  constexpr int kMinutes = static_cast<int>(kMaxUnwrittenSamples) / kSeries + 1;
  for (int i = 1; i <= kMinutes; ++i) {
    auto batch = std::make_shared<Batch>();
    for (int j = 0; j < kSeries; ++j) batch->set(test::kTestValue, i, std::to_string(j));
    recorder_.observe(Batches{std::move(batch)}, now_);
    now_ += minutes(1);
  }
  save(&Recorder::write);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), kSeries);
  EXPECT_EQ(number("SELECT MIN(value) FROM history_samples"), kMinutes);
}

// The clock may go back over what is written, and over what is not.
TEST_F(Unwritten, AClockThatWentBackKeepsWhatStaysTheSame) {
  for (const double before : {0, 3}) {
    minute(before);
    now_ += hours(1);
    minute(7);
    now_ += seconds(30);
    recorder_.observe(batch_of(8), now_);
    now_ -= minutes(50);
    EXPECT_TRUE(recorder_.due(now_));
    recorder_.observe(batch_of(8), now_);  // as before the clock was set
    EXPECT_TRUE(recorder_.must_write(now_));
    save(&Recorder::write);
    EXPECT_EQ(number("SELECT MAX(time) FROM history_samples"), to_milliseconds(now_));
    EXPECT_EQ(load().series().front().changes.back().value, 8);
    now_ += minutes(6);
  }
}

TEST_F(Unwritten, NothingIsNotedBeforeWhatIsThereWasRead) {
  recorder_ = Recorder();
  EXPECT_FALSE(recorder_.due(now_));
  EXPECT_FALSE(recorder_.must_write(now_));
}

// As versions wrote it that made a commit every minute.
TEST_F(Unwritten, WhatEarlierVersionsRecordedGoesOn) {
  const std::string name = series_name(test::kTestValue.info(), std::vector<std::string>{"a"});
  const TimeMs begun = to_milliseconds(now_ - minutes(20));
  auto series = store_.prepare("INSERT INTO history_series VALUES(17, ?)");
  ASSERT_TRUE(series && series->bind(1, name).run());
  ASSERT_TRUE(store_.execute("INSERT INTO history_samples VALUES(17, " + std::to_string(begun) +
                             ", 4); INSERT INTO history_sessions VALUES(" + std::to_string(begun) +
                             ", " + std::to_string(to_milliseconds(now_ - minutes(1))) + ")"));
  restart();
  minute(4);
  now_ += minutes(4);
  minute(5);
  const auto history = load();
  ASSERT_EQ(history.series().size(), 1U);
  ASSERT_EQ(history.series().front().changes.size(), 2U);
  EXPECT_EQ(history.series().front().changes.front().time, begun);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_sessions"), 2);
}

}  // namespace
}  // namespace clawvigil::alerts
