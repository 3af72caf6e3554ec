#include "collectors/spend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "collectors/spend/baseline.h"
#include "collectors/spend/past.h"
#include "collectors/spend/wall_clock.h"
#include "collectors/spend/windows.h"
#include "collectors/spend_families.h"
#include "collectors/usage/ledger.h"
#include "tests/support/collector_harness.h"

namespace clawvigil {
namespace {

using test::has;
using test::value;
using usage::Trigger;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

std::vector<std::string> labels(const char* signal, const char* window = "1h") {
  return {"claw", signal, window};
}

class Spend : public testing::Test {
 protected:
  Spend() {
    harness_.add_home("claw");
    harness_.config.owner.time_zone = "Etc/UTC";
  }

  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               harness_.clock.now().wall.time_since_epoch())
        .count();
  }

  struct Call {
    std::int64_t time_ms;
    double usd;
    Trigger trigger = Trigger::user;
    std::string agent = "main";
    bool asked = true;  // somebody wrote before it
    bool failed = false;
    std::uint64_t tools = 0;
    std::uint64_t session = 1;
  };

  void book(const std::vector<Call>& calls, bool complete = true) {
    harness_.with_context([&](const Context& context) {
      auto ledger = usage::Ledger::open(context.store);
      ASSERT_TRUE(ledger) << ledger.error().message;
      std::uint64_t open = 0;
      std::string agent;
      for (const Call& call : calls) {
        if (call.session != open || call.agent != agent) {
          ASSERT_TRUE(ledger->begin_source({.id = static_cast<std::int64_t>(call.session),
                                            .session = call.session,
                                            .home = "claw",
                                            .agent = call.agent,
                                            .starts_anew = false,
                                            .session_id = "s",
                                            .trigger = call.trigger,
                                            .channel = "telegram"}));
          open = call.session;
          agent = call.agent;
        }
        if (call.asked) {
          ledger->prompt({.key = ++key_,
                          .time_ms = call.time_ms - 1'000,
                          .origin = call.trigger,
                          .text = key_},
                         context.now.wall);
        }
        ledger->book({.key = ++key_,
                      .time_ms = call.time_ms,
                      .provider = "fakeai",
                      .model = "fake-large",
                      .tokens = {.input = 1'000, .output = 100},
                      .cost_usd = call.usd,
                      .failed = call.failed,
                      .calls = call.tools},
                     {}, {call.trigger, "telegram"}, context.now.wall);
      }
      ASSERT_TRUE(ledger->commit(context.now.wall));
      if (complete) {
        ASSERT_TRUE(ledger->set_history_complete());
      }
    });
  }

  // Weeks in which a person spends some 0.80 USD between eight and twenty o'clock.
  void book_usual_weeks(int days) {
    std::vector<Call> calls;
    for (int day = days; day >= 1; --day) {
      for (int hour = 8; hour < 20; ++hour) {
        const std::int64_t begin = now_ms() / kDayMs * kDayMs - day * kDayMs + hour * kHourMs;
        for (int call = 0; call < 4; ++call) {
          calls.push_back({.time_ms = begin + call * 15 * kMinuteMs + (day % 5) * kMinuteMs,
                           .usd = 0.18 + 0.01 * ((day + hour + call) % 5)});
        }
      }
    }
    book(calls);
  }

  Batch run() { return harness_.run(*collector_); }

  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_spend_collector();
  std::uint64_t key_ = 0;
  Duration start_ = harness_.clock.now().wall.time_since_epoch();
};

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

TEST_F(Spend, ThePastIsToldAsItWasWithoutWhatCameLater) {
  // What the collector says at the end of the first five minutes of some hours, with what was
  // booked by then; and afterwards, of the same times, with all that came later.
  book_usual_weeks(8);
  std::map<SystemTime, Batch> said;
  std::uint64_t session = 100;
  for (int day = 0; day < 4; ++day) {
    for (const int hour : {2, 10, 15}) {
      harness_.clock.advance(std::chrono::days(day) + std::chrono::hours(hour) +
                             std::chrono::seconds(299) -
                             (harness_.clock.now().wall.time_since_epoch() - start_));
      std::vector<Call> calls;
      for (int i = 0; i < 6 + 5 * day; ++i) {
        calls.push_back({.time_ms = now_ms() - (40 - i) * 7'000,
                         .usd = 0.05 * (day + 1) * (hour == 2 ? 9 : 1),
                         .trigger = hour == 10 ? Trigger::user : Trigger::cron,
                         .agent = day > 1 && hour == 15 ? "coder" : "main",
                         .asked = i == 0 && hour == 10,
                         .failed = i % 4 > 1,
                         .tools = 77,
                         .session = session});
      }
      ++session;
      book(calls);
      said[harness_.clock.now().wall + std::chrono::seconds(1)] =
          harness_.run(*make_spend_collector());
    }
  }
  std::size_t compared = 0;
  std::size_t families = 0;
  harness_.with_context([&](const Context& context) {
    const auto visit = [&](SystemTime time, const Batch& past) {
      const auto then = said.find(time);
      if (then == said.end()) return;
      ++compared;
      for (const MetricInfo& metric : spend_families::kMetrics) {
        if (metric.name == spend_families::kShare.name() ||
            metric.name == spend_families::kVelocity.name()) {
          continue;
        }
        const Family* const told = past.find(metric.name);
        const Family* const was = then->second.find(metric.name);
        ASSERT_EQ(told == nullptr, was == nullptr) << metric.name;
        if (was == nullptr) continue;
        ++families;
        ASSERT_EQ(told->samples.size(), was->samples.size()) << metric.name;
        for (const auto& [labels, value] : was->samples) {
          EXPECT_NEAR(told->samples.at(labels), value, 1e-9)
              << metric.name << testing::PrintToString(labels);
        }
      }
    };
    const auto clock = spend::wall_clock("Etc/UTC");
    ASSERT_TRUE(clock);
    ASSERT_TRUE(spend::each_past_report(context.store, *clock, said.begin()->first,
                                        context.now.wall + std::chrono::minutes(1), visit));
  });
  EXPECT_EQ(compared, said.size());
  EXPECT_GT(families, compared * 12);
}

TEST(SpendWindows, AreTheSumsOfEachMoment) {
  std::mt19937 random(7);
  spend::Windows windows;
  std::vector<usage::PaceOfUsage> rows;
  constexpr std::int64_t kBegin = 29'000'000;
  for (std::int64_t now = kBegin; now < kBegin + 4'000; ++now) {
    // Some come late, by up to more than a day.
    if (random() % 9 == 0) {
      const std::int64_t minute = now - (random() % 5 == 0 ? random() % 1'500 : 0);
      const usage::Pace pace{0.25 * (random() % 9), random() % 900, 1 + random() % 3, random() % 2,
                             random() % 2};
      const Trigger trigger = random() % 2 == 0 ? Trigger::cron : Trigger::user;
      rows.push_back({"claw", "main", trigger, minute, pace});
      spend::Use use;
      use.add(pace, trigger);
      windows.add(minute, use);
    }
    windows.advance(now);
    if (now % 7 != 0) continue;
    const auto recent = spend::recent_use(rows, now);
    const auto found = recent.find("claw");
    const spend::Recent expected = found == recent.end() ? spend::Recent() : found->second;
    for (std::size_t i = 0; i < spend::kWatched.size(); ++i) {
      ASSERT_NEAR(windows.sums()[i], expected.sums[i], 1e-9) << i << " at " << now - kBegin;
    }
    ASSERT_EQ(windows.last_turn(), expected.last_turn);
    ASSERT_EQ(windows.requests(),
              expected.agents.empty() ? 0 : expected.agents.at("main").requests);
  }
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
