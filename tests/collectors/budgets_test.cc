// Budgets over a ledger: calendar periods, filters, and what they will come to.
#include "collectors/budgets.h"

#include <gtest/gtest.h>

#include "collectors/budgets/past.h"
#include "collectors/usage/amounts.h"
#include "collectors/usage/ledger.h"
#include "exporter/base/milliseconds.h"
#include "tests/support/collector_harness.h"
#include "tests/support/unknown_text.h"

namespace clawvigil::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

SystemTime utc(unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(2026) / std::chrono::month(month) /
                               std::chrono::day(day));
}

class Budgets : public testing::Test {
 protected:
  Budgets() : collector_(make_budgets_collector()) {
    harness_.add_home();
    harness_.config.owner.time_zone = "UTC";
    at(utc(11, 22) + hours(12));
  }

  void at(SystemTime now) { harness_.clock.set_wall(now); }

  BudgetConfig& budget(const std::string& name, CalendarUnit period, double usd) {
    BudgetConfig& budget = harness_.config.spend.budgets.emplace_back();
    budget.name = name;
    budget.period = period;
    budget.usd = usd;
    return budget;
  }

  // What was used, as the usage collector books it.
  struct Use {
    SystemTime time;
    double usd;
    std::int64_t tokens = 1000;
    std::string agent = "main";
    std::string model = "large";
  };
  void use(const std::vector<Use>& uses) {
    harness_.with_context([&](const Context& context) {
      usage::Ledger ledger = *usage::Ledger::open(context.store);
      for (const Use& use : uses) {
        const usage::Ledger::Source source{.id = ledger.new_id(),
                                           .session = ++session_,
                                           .home = "claw",
                                           .agent = use.agent,
                                           .starts_anew = true,
                                           .session_id = "s",
                                           .trigger = usage::Trigger::user,
                                           .channel = "webchat"};
        ASSERT_TRUE(ledger.begin_source(source));
        parse::UsageRecord record;
        record.key = session_;
        record.time_ms = to_milliseconds(use.time);
        record.provider = "anthropic";
        record.model = use.model;
        record.tokens.input = use.tokens;
        record.tokens.cache_read = 1'000'000;
        record.cost_usd = use.usd;
        ledger.book(record, std::nullopt, {usage::Trigger::user, "webchat"}, context.now.wall);
      }
      ASSERT_TRUE(ledger.commit(context.now.wall));
      ASSERT_TRUE(ledger.set_history_complete());
    });
  }

  Batch run() { return harness_.run(*collector_); }

  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_;
  std::uint64_t session_ = 0;
};

TEST_F(Budgets, SpentIsThatOfTheCalendarPeriod) {
  harness_.config.owner.time_zone = "America/New_York";
  budget("day", CalendarUnit::day, 10).tokens = 5000;
  budget("week", CalendarUnit::week, 10);
  budget("month", CalendarUnit::month, 10);
  // Midnight there is 05:00 here; Monday was the 16th.
  use({{utc(11, 22) + hours(5), 1},
       {utc(11, 22) + hours(4) + minutes(59), 2},
       {utc(11, 16) + hours(5), 4},
       {utc(11, 16) + hours(4), 8},
       {utc(11, 1) + hours(4), 16},  // the first began at 04:00, before the clocks changed
       {utc(11, 1) + hours(3), 32}});
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"day", "day"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"week", "week"}), 7);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"month", "month"}), 31);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_ratio", {"month", "month", "usd"}), 3.1);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_tokens", {"day", "day"}), 1000);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_ratio", {"day", "day", "tokens"}), 0.2);
  EXPECT_EQ(value(batch, "clawvigil_budget_period_end_timestamp_seconds", {"day", "day"}),
            to_unix_seconds(utc(11, 23) + hours(5)));
}

TEST_F(Budgets, ANamedOneCountsOnlyWhatItNames) {
  budget("helper", CalendarUnit::day, 10).agent = "helper";
  budget("small", CalendarUnit::day, 10).model = "small";
  budget("elsewhere", CalendarUnit::day, 10).home = "other";
  use({{utc(11, 22) + hours(1), 1, 1000, "main", "small"},
       {utc(11, 22) + hours(2), 2, 1000, "helper", "large"}});
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"helper", "day"}), 2);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"small", "day"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"elsewhere", "day"}), 0);
}

TEST_F(Budgets, PeriodsOfZonesWithHalfHoursAreExact) {
  harness_.config.owner.time_zone = "Asia/Kolkata";
  budget("day", CalendarUnit::day, 10);
  use({{utc(11, 21) + hours(18) + minutes(31), 1}, {utc(11, 21) + hours(18) + minutes(29), 2}});
  EXPECT_EQ(value(run(), "clawvigil_budget_spent_usd", {"day", "day"}), 1);
}

TEST_F(Budgets, WithAHistoryTheOwnWeeksSayWhatIsToCome) {
  budget("week", CalendarUnit::week, 100);
  std::vector<Use> uses;
  // One USD at ten o'clock on working days, nothing at the weekend.
  for (SystemTime day = utc(10, 19); day < utc(11, 18); day += days(1)) {
    const auto weekday = std::chrono::weekday(std::chrono::floor<days>(day)).iso_encoding();
    if (weekday < 6) uses.push_back({day + hours(10), 1});
  }
  use(uses);
  at(utc(11, 18) + hours(12));  // Wednesday after ten, without that day's
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_budget_spent_usd", {"week", "week"}), 2);
  EXPECT_NEAR(value(batch, "clawvigil_budget_projected_usd", {"week", "week", "profile"}), 4, 1e-9);
  EXPECT_NEAR(value(batch, "clawvigil_budget_projected_usd", {"week", "week", "run_rate"}),
              2 * 168 / 60.0, 1e-9);
  EXPECT_NEAR(value(batch, "clawvigil_budget_projected_ratio", {"week", "week", "usd"}), 0.04,
              1e-9);
}

TEST_F(Budgets, WithoutAHistoryThePaceSaysItFromAFifthOn) {
  budget("day", CalendarUnit::day, 10);
  use({{utc(11, 22) + hours(1), 3}});
  at(utc(11, 22) + hours(4));
  EXPECT_FALSE(has(run(), "clawvigil_budget_projected_ratio", {"day", "day", "usd"}));
  at(utc(11, 22) + hours(6));
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_budget_projected_usd", {"day", "day", "run_rate"}), 12);
  EXPECT_EQ(value(batch, "clawvigil_budget_projected_ratio", {"day", "day", "usd"}), 1.2);
}

TEST_F(Budgets, WhileTheHistoryIsReadNothingIsKnown) {
  budget("day", CalendarUnit::day, 10);
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_budget_spent_usd", {"day", "day"}));
  EXPECT_NE(details(batch).find("being read for the first time"), std::string::npos);
}

TEST_F(Budgets, WithoutBudgetsThereIsNothingToSay) {
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_budgets"), 0);
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Budgets, ThePastIsToldAsItWasWithoutWhatCameLater) {
  harness_.config.owner.time_zone = "Europe/Paris";
  budget("day", CalendarUnit::day, 10).agent = "main";
  budget("month", CalendarUnit::month, 300).tokens = 5'000'000;
  // What the collector says at full hours, with what was booked by then; and afterwards, of the
  // same times, with all that came later.
  std::map<SystemTime, Batch> said;
  SystemTime booked = utc(10, 10);
  for (const SystemTime now : {utc(10, 20), utc(10, 25) + hours(2), utc(11, 1) + hours(7),
                               utc(11, 22) + hours(13), utc(11, 30) + hours(23)}) {
    std::vector<Use> uses;
    for (; booked < now; booked += hours(1) + minutes(30)) {
      uses.push_back({booked, 0.5, 1'000 * (1 + usage::hour_of(booked) % 5),
                      usage::hour_of(booked) % 4 == 0 ? "other" : "main"});
    }
    at(now);
    use(uses);
    said[now] = harness_.run(*make_budgets_collector());
  }
  std::size_t compared = 0;
  harness_.with_context([&](const Context& context) {
    const auto zone = host::TimeZone::load("Europe/Paris");
    ASSERT_TRUE(zone);
    const auto visit = [&](SystemTime time, const Batch& past) {
      const auto then = said.find(time);
      if (then == said.end()) return;
      ++compared;
      ASSERT_EQ(past.families().size(), then->second.families().size());
      for (const auto& [name, family] : then->second.families()) {
        for (const auto& [labels, value] : family.samples) {
          EXPECT_NEAR(past.find(name)->samples.at(labels), value, 1e-9 * std::max(1.0, value))
              << name << testing::PrintToString(labels);
        }
      }
    };
    ASSERT_TRUE(budgets::each_past_report(context.store, context.config.spend.budgets, *zone,
                                          utc(10, 15), context.now.wall, visit));
  });
  EXPECT_EQ(compared, said.size());
  EXPECT_TRUE(
      has(said.rbegin()->second, "clawvigil_budget_projected_usd", {"month", "month", "profile"}));
}

}  // namespace
}  // namespace clawvigil::test
