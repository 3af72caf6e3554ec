#include "exporter/cli/computed_past.h"

#include <gtest/gtest.h>

#include "collectors/usage/ledger.h"

namespace clawvigil::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kFirstHour = 494'000;
constexpr std::int64_t kDays = 9;
constexpr std::int64_t kBurst = kFirstHour + 8 * 24 + 3;  // when nobody works

SystemTime hour(std::int64_t number) { return SystemTime(hours(number)); }

promql::Labels labels_of(std::string_view metric, std::vector<promql::Label> labels) {
  labels.push_back({std::string(promql::kMetricName), std::string(metric)});
  return promql::Labels(std::move(labels));
}

// A dollar in each hour of the second half of nine days (from 20:00 on), and twenty in one of the
// first half of the last.
store::Store with_usage() {
  store::Store store = store::Store::in_memory();
  EXPECT_TRUE(usage::Ledger::open(store));
  EXPECT_TRUE(store.execute(
      "INSERT INTO usage_series VALUES (1, 'claw', 'main', 'p', 'm', 'cron', 'webchat')"));
  const auto book = [&](std::int64_t at, double usd) {
    const std::string cost = std::to_string(usd);
    EXPECT_TRUE(store.execute("INSERT INTO usage_hour VALUES (1, " + std::to_string(at) +
                              ", 600, 60, 0, 0, 6, 0, 0, " + cost + ", 0, 0, 0)"));
    EXPECT_TRUE(store.execute("INSERT INTO usage_slot VALUES (" + std::to_string(at * 12 + 2) +
                              ", 'claw', 'main', 'cron', " + cost + ", 660, 6, 0, 0, 0)"));
  };
  for (std::int64_t at = kFirstHour; at < kFirstHour + kDays * 24; ++at) {
    if (at == kBurst) book(at, 20);
    if ((at - kFirstHour) % 24 >= 12) book(at, 1);
  }
  EXPECT_TRUE(store.execute("INSERT INTO usage_generation VALUES (1, 1)"));
  // Two hours of the last chain of calls; it is known by its end.
  const std::int64_t begin = kBurst * 3'600'000;
  EXPECT_TRUE(store.execute(
      "INSERT INTO usage_session_sum VALUES (1, 's', 'claw', 'main', 'cron', "
      "'webchat', " +
      std::to_string(begin) + ", " + std::to_string(begin + 7'200'000) +
      ", 0, 0, 0, 0, 600, 0, 0, 20, 600, " + std::to_string(begin) + ", 20, 0, 40, 3, x'')"));
  return store;
}

class ComputedPastTest : public testing::Test {
 protected:
  ComputedPastTest() {
    config_.owner.time_zone = "Etc/UTC";
    BudgetConfig& budget = config_.spend.budgets.emplace_back();
    budget.name = "all";
    budget.period = CalendarUnit::day;
    budget.usd = 10;
  }
  ComputedPast load(std::set<std::string, std::less<>> metrics) {
    auto past = ComputedPast::load(
        store_, config_,
        {.metrics = std::move(metrics), .from = hour(kFirstHour), .until = hour(kBurst + 12)},
        labels_of, [this](double part) { progress_ = part; });
    EXPECT_TRUE(past) << past.error().message;
    return *std::move(past);
  }
  // The values of the metric at a time, by what they say.
  static std::map<std::string, double> at(const ComputedPast& past, const char* metric,
                                          SystemTime time) {
    const std::vector<promql::Matcher> matchers{
        *promql::Matcher::create(promql::Matcher::Kind::equal, "__name__", metric)};
    const promql::TimeMs now = time.time_since_epoch() / std::chrono::milliseconds(1);
    std::map<std::string, double> values;
    past.select(matchers, now - 60'000, now, [&](const promql::Labels& labels, auto points) {
      values[labels.to_string().substr(std::string_view(metric).size())] = points.back().value;
    });
    return values;
  }

  store::Store store_ = with_usage();
  Config config_;
  double progress_ = 0;
};

TEST_F(ComputedPastTest, TellsWhatWasUnusualAndWhy) {
  const ComputedPast past = load({""});
  EXPECT_GT(progress_, 0.99);
  const char* const score = "clawvigil_spend_anomaly_score";
  const std::string cost = R"({home="claw", signal="cost", window="1h"})";
  EXPECT_TRUE(at(past, score, hour(kFirstHour + 50)).empty()) << "nothing to compare with yet";
  EXPECT_EQ(at(past, score, hour(kBurst)).at(cost), 0) << "nobody knew then";
  EXPECT_GT(at(past, score, hour(kBurst) + minutes(15)).at(cost), 2);
  EXPECT_EQ(at(past, score, hour(kBurst) + minutes(75)).at(cost), 0);
  EXPECT_EQ(at(past, "clawvigil_spend_share_ratio", hour(kBurst) + minutes(15)),
            (std::map<std::string, double>{
                {R"({agent="main", home="claw", model="m", provider="p", trigger="cron"})", 1}}));
  const std::string agent = R"({agent="main", home="claw"})";
  const auto chain = [&](std::int64_t minute) {
    return at(past, "clawvigil_tool_call_chain_length", hour(kBurst) + minutes(minute)).at(agent);
  };
  EXPECT_EQ(chain(0), 0);
  EXPECT_EQ(chain(60), 300);
  EXPECT_EQ(chain(120), 600);
  EXPECT_EQ(chain(140), 0);
  EXPECT_EQ(at(past, "clawvigil_failed_calls_streak", hour(kBurst) + minutes(115)).at(agent), 0);
  EXPECT_EQ(at(past, "clawvigil_failed_calls_streak", hour(kBurst) + minutes(125)).at(agent), 3);
}

TEST_F(ComputedPastTest, TellsWhatBecameOfBudgets) {
  const ComputedPast past = load({"clawvigil_budget_spent_ratio"});
  const auto spent = [&](std::int64_t at_hour) {
    return at(past, "clawvigil_budget_spent_ratio", hour(at_hour))
        .at(R"({budget="all", period="day", unit="usd"})");
  };
  const std::int64_t midnight = kBurst / 24 * 24;
  EXPECT_NEAR(spent(kBurst + 1) - spent(kBurst), 2, 1e-9);
  EXPECT_NEAR(spent(midnight - 1), 1.1, 1e-9) << "until eight, and from twenty on";
  EXPECT_EQ(spent(midnight), 0) << "another day";
  EXPECT_TRUE(at(past, "clawvigil_budget_limit_usd", hour(kBurst)).empty()) << "not asked for";
}

TEST_F(ComputedPastTest, SaysSinceWhenItKnows) {
  const ComputedPast past = load({"up"});
  EXPECT_EQ(past.known_from("clawvigil_spend_attended"), hour(kFirstHour + 12) + minutes(10));
  EXPECT_EQ(past.known_from("clawvigil_budget_spent_ratio"), SystemTime::min());
  EXPECT_EQ(past.known_from("clawvigil_token_velocity_peak"), std::nullopt);
  EXPECT_EQ(past.known_from("up"), std::nullopt);
  EXPECT_TRUE(at(past, "clawvigil_spend_attended", hour(kBurst)).empty()) << "not asked for";
  EXPECT_EQ(progress_, 0);
}

}  // namespace
}  // namespace clawvigil::cli
