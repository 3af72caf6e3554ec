#include "exporter/cli/spend_days.h"

#include <gtest/gtest.h>

#include <string>

#include "collectors/usage/ledger.h"

namespace clawvigil::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2026-11-22 00:00 UTC
constexpr SystemTime kMidnight{std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)};

class SpendDaysTest : public testing::Test {
 protected:
  SpendDaysTest() { EXPECT_TRUE(usage::Ledger::open(store_)); }

  void book(SystemTime time, double usd) {
    const auto slot = std::chrono::floor<minutes>(time).time_since_epoch() / minutes(5);
    EXPECT_TRUE(store_.execute("INSERT INTO usage_slot VALUES (" + std::to_string(slot) +
                               ", 'claw', 'main', 'user', " + std::to_string(usd) +
                               ", 660, 6, 0, 0, 0)"));
  }
  void tell_of_it() {
    ++generation_;
    EXPECT_TRUE(store_.execute("INSERT OR REPLACE INTO usage_generation VALUES (1, " +
                               std::to_string(generation_) + ")"));
  }
  // About two dollars a day, at noon, in the `count` days before midnight.
  void book_usual_days(int count) {
    for (int day = count; day > 0; --day) {
      book(kMidnight - days(day) + hours(12), 2 + 0.1 * (day % 3));
    }
    tell_of_it();
  }
  std::vector<web::SpendDay> at(Duration since_midnight, const std::string& zone = "Etc/UTC") {
    auto found = days_.of(
        store_, zone,
        {kMidnight + since_midnight, SteadyTime(std::chrono::duration_cast<SteadyTime::duration>(
                                         hours(100) + since_midnight))});
    EXPECT_TRUE(found) << found.error().message;
    return *std::move(found);
  }

  store::Store store_ = store::Store::in_memory();
  SpendDays days_;
  int generation_ = 0;
};

TEST_F(SpendDaysTest, ThereAreNoneBeforeAnythingWasUsed) {
  EXPECT_TRUE(at(hours(1)).empty());
  book(kMidnight + hours(2), 3);
  tell_of_it();
  const auto found = at(hours(2) + minutes(10));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_DOUBLE_EQ(found.front().usd, 3);
  EXPECT_FALSE(found.front().known);
}

TEST_F(SpendDaysTest, ADayIsBesideWhatWasUsualWhenItBegan) {
  book_usual_days(40);
  book(kMidnight - days(1) + hours(15), 40);  // what it cost itself changes nothing
  book(kMidnight + hours(1), 0.5);
  const auto found = at(hours(20));
  ASSERT_EQ(found.size(), 30U);
  EXPECT_EQ(found.front().day, 24);
  EXPECT_EQ(found.front().month, 10);
  EXPECT_EQ(found.back().day, 22);
  EXPECT_EQ(found.back().month, 11);
  EXPECT_EQ(found.back().year, 2026);
  EXPECT_DOUBLE_EQ(found.back().usd, 0.5);
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    ASSERT_TRUE(found[i].known) << i;
    EXPECT_NEAR(found[i].usual, 2.1, 0.4) << i;
    const bool dear = i + 2 == found.size();
    EXPECT_EQ(found[i].usd >= found[i].high, dear) << i << ": " << found[i].high;
  }
}

TEST_F(SpendDaysTest, WhatIsUsualIsKnownAfterThreeDays) {
  book_usual_days(5);  // from noon of the 17th on
  for (const web::SpendDay& day : at(hours(20))) EXPECT_EQ(day.known, day.day > 20) << day.day;
}

TEST_F(SpendDaysTest, TodayIsSummedAgainWhenSomethingWasBookedAndSomeTimeWentBy) {
  book_usual_days(10);
  EXPECT_DOUBLE_EQ(at(hours(9)).back().usd, 0);
  book(kMidnight + hours(8), 1.5);
  EXPECT_DOUBLE_EQ(at(hours(9) + minutes(5)).back().usd, 0);  // nobody said so
  tell_of_it();
  EXPECT_DOUBLE_EQ(at(hours(9) + minutes(10)).back().usd, 1.5);
  book(kMidnight + hours(9), 1);
  tell_of_it();
  EXPECT_DOUBLE_EQ(at(hours(9) + minutes(10) + seconds(20)).back().usd, 1.5);
  EXPECT_DOUBLE_EQ(at(hours(9) + minutes(10) + seconds(40)).back().usd, 2.5);
}

TEST_F(SpendDaysTest, ADayBeginsWhenItDoesForItsOwner) {
  book_usual_days(10);
  // 23:50 and 00:10 in Kolkata, within one hour of UTC.
  EXPECT_EQ(at(hours(18) + minutes(20), "Asia/Kolkata").back().day, 22);
  EXPECT_EQ(at(hours(18) + minutes(40), "Asia/Kolkata").back().day, 23);
  // Of another zone at once.
  EXPECT_EQ(at(hours(18) + minutes(41), "Etc/UTC").back().day, 22);
  EXPECT_EQ(at(hours(18) + minutes(42), "No/Such").size(), at(hours(18) + minutes(43), "").size());
}

}  // namespace
}  // namespace clawvigil::cli
