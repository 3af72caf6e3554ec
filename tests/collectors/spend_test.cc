#include "collectors/spend.h"

#include <gtest/gtest.h>

#include <cmath>

#include "collectors/spend/baseline.h"
#include "tests/collectors/spend_fixture.h"

namespace clawvigil {
namespace {

using test::has;
using test::kDayMs;
using test::kHourMs;
using test::kMinuteMs;
using test::value;
using usage::Trigger;
using Spend = test::SpendFixture;

std::vector<std::string> labels(const char* signal, const char* window = "1h") {
  return {"claw", signal, window};
}

TEST_F(Spend, WithoutALedgerEverythingIsUnknown) {
  const Batch batch = run();
  EXPECT_TRUE(batch.families().empty());
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::busy);
}

TEST_F(Spend, WhileTheHistoryIsReadEverythingIsUnknown) {
  book({{.time_ms = now_ms() - kMinuteMs, .usd = 100}}, false);
  const Batch batch = run();
  EXPECT_TRUE(batch.families().empty());
  EXPECT_EQ(batch.unknowns().at(0).reason, Errc::busy);
}

TEST_F(Spend, AHostThatWasNeverUsedIsNotUnknown) {
  book({});
  const Batch batch = run();
  EXPECT_TRUE(batch.unknowns().empty());
  EXPECT_EQ(value(batch, "clawvigil_spend_activity", labels("cost")), 0);
  EXPECT_FALSE(has(batch, "clawvigil_spend_anomaly_score", labels("cost")));
}

TEST_F(Spend, TooLittleHistoryIsUnknownWithItsLength) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(1);
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_spend_anomaly_score", labels("cost")));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_NE(batch.unknowns()[0].detail.find("1 of 3 days"), std::string::npos)
      << batch.unknowns()[0].detail;
  EXPECT_TRUE(has(batch, "clawvigil_tool_call_chain_length", {"claw", "main"}));
}

TEST_F(Spend, TheUsualIsSilentAndTheUnusualIsNotAtTheFirstStart) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(22);
  book({{.time_ms = now_ms() - 30 * kMinuteMs, .usd = 0.8}});
  Batch batch = run();
  EXPECT_TRUE(batch.unknowns().empty());
  EXPECT_LT(value(batch, "clawvigil_spend_anomaly_score", labels("cost")), 0.7);
  EXPECT_NEAR(value(batch, "clawvigil_spend_baseline_usd", {"claw", "1h", "usual"}), 0.8, 0.1);
  EXPECT_NEAR(value(batch, "clawvigil_spend_baseline_usd", {"claw", "1h", "record"}), 1, 0.2);
  EXPECT_EQ(value(batch, "clawvigil_spend_activity_record", labels("cost")),
            value(batch, "clawvigil_spend_baseline_usd", {"claw", "1h", "record"}));
  EXPECT_GE(value(batch, "clawvigil_spend_activity_record", labels("requests", "5m")), 1);
  EXPECT_NEAR(value(batch, "clawvigil_spend_history_seconds", {"claw"}), 22 * 86'400, 86'400);
  EXPECT_EQ(value(batch, "clawvigil_spend_attended", {"claw"}), 1);

  // The same money at night would be strange already; twelve dollars are at any time.
  harness_.clock.advance(std::chrono::minutes(1));
  book(
      {{.time_ms = now_ms(), .usd = 11.6, .trigger = Trigger::cron, .asked = false, .session = 2}});
  batch = run();
  EXPECT_GT(value(batch, "clawvigil_spend_anomaly_score", labels("cost")), 3);
  EXPECT_NEAR(value(batch, "clawvigil_spend_activity", labels("cost")), 12.4, 1e-9);
  EXPECT_NEAR(value(batch, "clawvigil_spend_anomaly_excess_usd", {"claw", "1h"}), 11.6, 0.1);
  EXPECT_NEAR(
      value(batch, "clawvigil_spend_share_ratio", {"claw", "fakeai", "fake-large", "main", "cron"}),
      11.6 / 12.4, 1e-9);
}

TEST_F(Spend, WhatIsUsualByDayIsStrangeByNight) {
  harness_.clock.advance(std::chrono::hours(3));
  book_usual_weeks(22);
  book({{.time_ms = now_ms() - 30 * kMinuteMs, .usd = 2.5, .asked = false}});
  const Batch batch = run();
  EXPECT_GT(value(batch, "clawvigil_spend_anomaly_score", labels("cost")), 1);
  EXPECT_NEAR(value(batch, "clawvigil_spend_activity_usual", labels("cost")), 0, 1e-9);
  EXPECT_EQ(value(batch, "clawvigil_spend_attended", {"claw"}), 0);
}

TEST_F(Spend, ManyMessagesAndManyRunsAreStrangeOnTheirOwn) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(22);
  std::vector<Call> calls;
  for (int i = 0; i < 60; ++i) {
    calls.push_back({.time_ms = now_ms() - i * 14'000, .usd = 0.0001});
    calls.push_back({.time_ms = now_ms() - i * 14'000,
                     .usd = 0.0001,
                     .trigger = Trigger::cron,
                     .asked = false,
                     .session = 3});
  }
  book(calls);
  const Batch batch = run();
  EXPECT_LT(value(batch, "clawvigil_spend_anomaly_score", labels("cost")), 1);
  EXPECT_GT(value(batch, "clawvigil_spend_anomaly_score", labels("turns", "15m")), 1);
  EXPECT_GT(value(batch, "clawvigil_spend_anomaly_score", labels("scheduled", "15m")), 1);
  EXPECT_EQ(value(batch, "clawvigil_spend_attended", {"claw"}), 0) << "nobody writes so much";
}

TEST_F(Spend, UseOfTheGatewayItselfHasAPastOfItsOwnAndHoursOfHabit) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(22);
  std::vector<Call> calls;
  for (int i = 0; i < 9; ++i) {
    calls.push_back({.time_ms = now_ms() - i * kMinuteMs, .usd = 0.0001, .channel = "webchat"});
    // Others than people, and other doors, count elsewhere.
    calls.push_back({.time_ms = now_ms() - i * kMinuteMs, .usd = 0.0001});
    calls.push_back({.time_ms = now_ms() - i * kMinuteMs,
                     .usd = 0.0001,
                     .trigger = Trigger::hook,
                     .session = 3,
                     .channel = "webchat"});
  }
  book(calls);
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_spend_activity", labels("gateway", "15m")), 9);
  EXPECT_EQ(value(batch, "clawvigil_spend_activity_record", labels("gateway")), 0);
  EXPECT_GT(value(batch, "clawvigil_spend_anomaly_score", labels("gateway")), 0.3);
  EXPECT_NEAR(value(batch, "clawvigil_spend_hour_habit_ratio", {"claw"}), 1, 0.05);
  harness_.clock.advance(std::chrono::hours(14));  // three in the morning
  EXPECT_EQ(value(run(), "clawvigil_spend_hour_habit_ratio", {"claw"}), 0);
}

TEST_F(Spend, TooFewDaysSayNothingAboutAnHour) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(13);
  const Batch batch = run();
  EXPECT_TRUE(has(batch, "clawvigil_spend_anomaly_score", labels("gateway")));
  EXPECT_FALSE(has(batch, "clawvigil_spend_hour_habit_ratio", {"claw"}));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_NE(batch.unknowns()[0].detail.find("13 of 14 days"), std::string::npos)
      << batch.unknowns()[0].detail;
}

TEST_F(Spend, HowOftenAnAgentRepeatsItselfIsKnownOfFourWeeksButNotOfLoops) {
  harness_.clock.advance(std::chrono::hours(13));
  std::vector<Call> calls;
  const auto poll = [&](int days_ago, int times, const char* agent) {
    for (int i = 0; i < times; ++i) {
      calls.push_back({.time_ms = now_ms() - days_ago * kDayMs - (times - i) * 5'000,
                       .usd = 0.01,
                       .agent = agent,
                       .asked = i == 0,
                       .tools = 77,
                       .session = 7});
    }
  };
  poll(40, 29, "main");  // too long ago
  poll(20, 12, "main");
  poll(19, 9, "main");
  poll(5, 31, "main");  // surely a loop
  poll(4, 6, "coder");
  poll(0, 20, "main");  // what goes on
  book(calls);
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_repeated_calls", {"claw", "main"}), 20);
  EXPECT_EQ(value(batch, "clawvigil_repeated_calls_usual", {"claw", "main"}), 12);
  harness_.clock.advance(std::chrono::days(1));
  book({{.time_ms = now_ms(), .usd = 0.01, .agent = "coder", .session = 8},
        {.time_ms = now_ms(), .usd = 0.01}});
  const Batch later = harness_.run(*make_spend_collector());
  EXPECT_EQ(value(later, "clawvigil_repeated_calls_usual", {"claw", "main"}), 20);
  EXPECT_EQ(value(later, "clawvigil_repeated_calls_usual", {"claw", "coder"}), 6);
}

TEST_F(Spend, LoopsAndRetriesShowByAgent) {
  std::vector<Call> calls;
  for (int i = 0; i < 40; ++i) {
    calls.push_back(
        {.time_ms = now_ms() - (40 - i) * 5'000, .usd = 0.01, .asked = i == 0, .tools = 77});
  }
  for (int i = 0; i < 25; ++i) {
    calls.push_back({.time_ms = now_ms() - (25 - i) * 5'000,
                     .usd = 0,
                     .agent = "coder",
                     .asked = i == 0,
                     .failed = true,
                     .session = 2});
  }
  book(calls);
  Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_tool_call_chain_length", {"claw", "main"}), 40);
  EXPECT_NEAR(value(batch, "clawvigil_tool_call_chain_usd", {"claw", "main"}), 0.4, 1e-9);
  EXPECT_EQ(value(batch, "clawvigil_repeated_calls", {"claw", "main"}), 40);
  EXPECT_EQ(value(batch, "clawvigil_repeated_calls_ratio", {"claw", "main"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_failed_calls_streak", {"claw", "coder"}), 25);
  EXPECT_EQ(value(batch, "clawvigil_failed_calls_streak", {"claw", "main"}), 0);
  EXPECT_GE(value(batch, "clawvigil_token_velocity_peak", {"claw", "main"}), 12 * 1'100);
  // Over, and then nothing of it is left.
  harness_.clock.advance(std::chrono::minutes(20));
  batch = run();
  EXPECT_EQ(value(batch, "clawvigil_tool_call_chain_length", {"claw", "main"}), 0);
}

TEST_F(Spend, OneAgentOfSeveralIsComparedWithItself) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(22);
  std::vector<Call> calls;
  for (int day = 30; day >= 1; --day) {
    calls.push_back(
        {.time_ms = now_ms() - day * kDayMs, .usd = 0.01, .agent = "quiet", .session = 5});
  }
  calls.push_back({.time_ms = now_ms() - 20 * kMinuteMs, .usd = 0.2});
  calls.push_back({.time_ms = now_ms() - 10 * kMinuteMs,
                   .usd = 3,
                   .agent = "quiet",
                   .asked = false,
                   .session = 5});
  book(calls);
  const Batch batch = run();
  EXPECT_GT(value(batch, "clawvigil_agent_anomaly_score", {"claw", "quiet", "cost"}), 1.5);
  EXPECT_NEAR(value(batch, "clawvigil_agent_anomaly_excess_usd", {"claw", "quiet"}), 3, 0.1);
  EXPECT_LT(value(batch, "clawvigil_agent_anomaly_score", {"claw", "main", "cost"}), 1);
}

TEST_F(Spend, AModelIsNewForADayAndHasAPrice) {
  const std::vector<std::string> huge{"claw", "main", "fakeai", "huge"};
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(22);
  book({{.time_ms = now_ms() - 30 * kMinuteMs, .usd = 0.2},
        {.time_ms = now_ms() - kMinuteMs, .usd = 1, .model = "huge"},
        {.time_ms = now_ms(), .usd = 1, .model = "huge"}});
  Batch batch = run();
  EXPECT_NEAR(value(batch, "clawvigil_new_model_usd", huge), 2, 1e-9);
  EXPECT_NEAR(value(batch, "clawvigil_new_model_price_ratio", huge), 5, 0.1);
  EXPECT_EQ(batch.find("clawvigil_new_model_usd")->samples.size(), 1U);
  // What is cheap by the call because it is short is as dear all the same.
  book({{.time_ms = now_ms(), .usd = 0.002, .model = "small", .tokens = {.input = 3}}});
  EXPECT_NEAR(value(run(), "clawvigil_new_model_price_ratio", {"claw", "main", "fakeai", "small"}),
              5, 0.1);
  harness_.clock.advance(std::chrono::hours(25));
  book({{.time_ms = now_ms(), .usd = 1, .model = "huge"}});
  batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_new_model_usd", huge));
}

TEST_F(Spend, AgentsWithoutAPastHaveNoNewModels) {
  book({{.time_ms = now_ms() - 2 * kDayMs, .usd = 0.1},
        {.time_ms = now_ms() - kMinuteMs, .usd = 9, .model = "huge"}});
  const Batch batch = run();
  EXPECT_EQ(batch.find("clawvigil_new_model_usd"), nullptr);
  EXPECT_EQ(batch.find("clawvigil_cache_read_ratio"), nullptr);
}

TEST_F(Spend, APromptCacheThatNoLongerWorksShowsFromTenCallsOn) {
  std::vector<Call> calls;
  for (int day = 8; day >= 2; --day) {
    calls.push_back({.time_ms = now_ms() - day * kDayMs,
                     .usd = 0.1,
                     .tokens = {.input = 100, .output = 9, .cache_read = 800, .cache_write = 100}});
  }
  for (int i = 9; i >= 1; --i) calls.push_back({.time_ms = now_ms() - i * 1'000, .usd = 0.1});
  book(calls);
  EXPECT_FALSE(has(run(), "clawvigil_cache_read_ratio", {"claw", "main"}));
  book({{.time_ms = now_ms(), .usd = 0.1}});
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_cache_read_ratio", {"claw", "main"}), 0);
  EXPECT_NEAR(value(batch, "clawvigil_cache_read_usual_ratio", {"claw", "main"}), 0.8, 1e-9);
}

TEST_F(Spend, AgentsBeyondTwentyAreOneAndItsWorstCounts) {
  std::vector<Call> calls;
  for (int agent = 0; agent < 30; ++agent) {
    for (int call = 0; call <= agent; ++call) {
      calls.push_back({.time_ms = now_ms() - 60'000 + call * 1'000,
                       .usd = 0.01,
                       .agent = "agent" + std::to_string(agent),
                       .asked = call == 0,
                       .session = 100U + static_cast<std::uint64_t>(agent)});
    }
  }
  book(calls);
  const Batch batch = run();
  const Family* chains = batch.find("clawvigil_tool_call_chain_length");
  ASSERT_NE(chains, nullptr);
  EXPECT_EQ(chains->samples.size(), 21U);
  EXPECT_EQ(value(batch, "clawvigil_tool_call_chain_length", {"claw", "agent29"}), 30);
  EXPECT_EQ(value(batch, "clawvigil_tool_call_chain_length", {"claw", "other"}), 10);
}

TEST_F(Spend, SlidesWithoutNewUseAndThenRests) {
  harness_.clock.advance(std::chrono::hours(13));
  book_usual_weeks(20);
  book({{.time_ms = now_ms() - kMinuteMs, .usd = 5}});
  EXPECT_GT(value(run(), "clawvigil_spend_anomaly_score", labels("cost")), 1);
  harness_.clock.advance(std::chrono::minutes(61));
  EXPECT_EQ(value(run(), "clawvigil_spend_activity", labels("cost")), 0);
  EXPECT_EQ(value(run(), "clawvigil_spend_anomaly_score", labels("cost")), 0);
  EXPECT_GT(value(run(), "clawvigil_spend_activity", labels("cost", "24h")), 5);
  harness_.clock.advance(std::chrono::hours(24));
  EXPECT_EQ(value(run(), "clawvigil_spend_activity", labels("cost", "24h")), 0);
  harness_.clock.advance(std::chrono::hours(24));
  EXPECT_EQ(value(run(), "clawvigil_spend_anomaly_score", labels("cost")), 0);
}

TEST(SpendBaseline, FollowsTheClockOnTheWall) {
  // Work at nine by a clock that is put forward in the middle of the history.
  const auto wall = [](std::int64_t slot) {
    return static_cast<double>(slot * 300 + (slot > 288 * 28 ? 3'600 : 0));
  };
  spend::BaselineBuilder builder(spend::BaselineBuilder::Of::home, wall);
  for (std::int64_t slot = 0; slot < 288 * 30; ++slot) {
    const auto of_day = static_cast<std::int64_t>(wall(slot)) % 86'400;
    spend::Use use;
    if (of_day >= 9 * 3'600 && of_day < 10 * 3'600) use.all.usd = 1;
    builder.add(slot, use);
  }
  const spend::Baseline baseline = builder.baseline(288 * 30 + (9 * 12) - 12);
  ASSERT_TRUE(baseline.known);
  EXPECT_NEAR(baseline.slots[11][0].usual, 12, 1) << "just before ten by the wall";
}

}  // namespace
}  // namespace clawvigil
