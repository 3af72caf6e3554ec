// What spending would have been called in the past, beside what the collector says.
#include "collectors/spend/past.h"

#include <gtest/gtest.h>

#include <random>

#include "collectors/spend/wall_clock.h"
#include "collectors/spend/windows.h"
#include "collectors/spend_families.h"
#include "tests/collectors/spend_fixture.h"

namespace clawvigil {
namespace {

using usage::Trigger;
using SpendPast = test::SpendFixture;

TEST_F(SpendPast, ThePastIsToldAsItWasWithoutWhatCameLater) {
  // What the collector says at the end of the first five minutes of some hours, with what was
  // booked by then; and afterwards, of the same times, with all that came later.
  book_usual_weeks(8);
  const SystemTime start = harness_.clock.now().wall;
  std::map<SystemTime, Batch> said;
  std::uint64_t session = 100;
  for (int day = 0; day < 4; ++day) {
    for (const int hour : {2, 10, 15}) {
      harness_.clock.advance(std::chrono::days(day) + std::chrono::hours(hour) +
                             std::chrono::seconds(299) - (harness_.clock.now().wall - start));
      std::vector<Call> calls;
      for (int i = 0; i < 6 + 5 * day; ++i) {
        calls.push_back({.time_ms = now_ms() - (40 - i) * 7'000,
                         .usd = 0.05 * (day + 1) * (hour == 2 ? 9 : 1),
                         .trigger = hour == 10 ? Trigger::user : Trigger::cron,
                         .agent = day > 1 && hour == 15 ? "coder" : "main",
                         .asked = i == 0 && hour == 10,
                         .failed = i % 4 > 1,
                         .tools = 77,
                         .session = session,
                         .channel = day % 2 == 0 ? "webchat" : "telegram"});
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
        if (!spend::past_tells_of(metric.name)) continue;
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
  const auto draw = [&](std::int64_t below) {
    return std::uniform_int_distribution<std::int64_t>(0, below - 1)(random);
  };
  spend::Windows windows;
  std::vector<usage::PaceOfUsage> rows;
  constexpr std::int64_t kBegin = 29'000'000;
  for (std::int64_t now = kBegin; now < kBegin + 4'000; ++now) {
    // Some come late, by up to more than a day.
    if (draw(9) == 0) {
      const std::int64_t minute = now - (draw(5) == 0 ? draw(1'500) : 0);
      const usage::Pace pace{
          0.25 * static_cast<double>(draw(9)), draw(900), 1 + draw(3), draw(2), draw(2), draw(3)};
      const Trigger trigger = draw(2) == 0 ? Trigger::cron : Trigger::user;
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

}  // namespace
}  // namespace clawvigil
