#include "exporter/cli/transcript_history.h"

#include <gtest/gtest.h>

#include "collectors/usage/ledger.h"
#include "exporter/cli/replay_reach.h"
#include "exporter/cli/terminal.h"
#include "tests/support/rule_world.h"

namespace clawvigil::cli {
namespace {

using promql::TimeMs;

constexpr TimeMs kMinute = 60'000;
constexpr TimeMs kHour = 60 * kMinute;
constexpr std::int64_t kFirstHour = 494'000;

promql::Labels labels_of(std::string_view metric, std::vector<promql::Label> labels) {
  labels.push_back({std::string(promql::kMetricName), std::string(metric)});
  return promql::Labels(std::move(labels));
}

promql::Matcher named(const char* metric) {
  return *promql::Matcher::create(promql::Matcher::Kind::equal, "__name__", metric);
}

TEST(Curve, IsEvenWithinAnHourAndFlatBetween) {
  usage::Curve curve;
  curve.add(10 * 60, 60, 60);
  curve.add(12 * 60, 60, 30);
  EXPECT_FALSE(curve.begun(10 * kHour - 1));
  EXPECT_EQ(curve.at(9 * kHour), 0);
  EXPECT_EQ(curve.at(10 * kHour + 30 * kMinute), 30);
  EXPECT_EQ(curve.at(11 * kHour + 30 * kMinute), 60);
  EXPECT_EQ(curve.at(12 * kHour + 20 * kMinute), 70);
  EXPECT_EQ(curve.at(100 * kHour), 90);
}

// Two hours of use, two dollars each.
store::Store with_usage() {
  store::Store store = store::Store::in_memory();
  const auto ledger = usage::Ledger::open(store);
  EXPECT_TRUE(ledger);
  EXPECT_TRUE(
      store.execute("INSERT INTO usage_series VALUES (1, 'claw', 'main', 'p', 'm', "
                    "'cron', 'telegram')"));
  for (const std::int64_t hour : {kFirstHour, kFirstHour + 1}) {
    EXPECT_TRUE(store.execute("INSERT INTO usage_hour VALUES (1, " + std::to_string(hour) +
                              ", 600, 60, 0, 0, 6, 0, 0, 2.0, 0, 0, 0)"));
  }
  return store;
}

TEST(TranscriptHistory, CountersAndWindowsComeFromTheHours) {
  store::Store store = with_usage();
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const TimeMs end = (kFirstHour + 2) * kHour;
  std::map<std::string, double> last;
  const std::vector<promql::Matcher> spend{named("clawvigil_spend_usd")};
  history->select(spend, end - kMinute, end, [&](const auto& labels, auto points) {
    ASSERT_EQ(points.size(), 1U);
    last[std::string(labels.get("window"))] = points.back().value;
  });
  EXPECT_EQ(last, (std::map<std::string, double>{{"1h", 2}, {"24h", 4}, {"7d", 4}, {"30d", 4}}));
  const std::vector<promql::Matcher> tokens{
      named("clawvigil_model_tokens_total"),
      *promql::Matcher::create(promql::Matcher::Kind::equal, "token_type", "input")};
  history->select(tokens, kFirstHour * kHour - kHour, end, [&](const auto&, auto points) {
    EXPECT_EQ(points.size(), 121U);  // nothing before the first hour
    EXPECT_EQ(points.front().value, 0);
    EXPECT_EQ(points.back().value, 1200);
  });
}

TEST(TranscriptHistory, WhatWasSpentIsKnownBySlotsWhereTheyAreKept) {
  store::Store store = with_usage();
  // Of the second hour: all of it within five minutes.
  const std::int64_t slot = (kFirstHour + 1) * 12;
  for (const std::int64_t of_slot : {slot - 1, slot + 3}) {
    ASSERT_TRUE(store.execute("INSERT INTO usage_slot VALUES (" + std::to_string(of_slot) +
                              ", 'claw', 'main', 'cron', 2.0, 660, 6, 0, 0, 0)"));
  }
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const std::vector<promql::Matcher> spend{
      named("clawvigil_spend_usd"),
      *promql::Matcher::create(promql::Matcher::Kind::equal, "window", "24h")};
  std::vector<double> values;
  const TimeMs begin = kFirstHour * kHour;
  for (const TimeMs minute : {30, 60, 75, 80, 120}) {
    const TimeMs at = begin + minute * kMinute;
    history->select(spend, at - kMinute, at,
                    [&](const auto&, auto points) { values.push_back(points.back().value); });
  }
  EXPECT_EQ(values, (std::vector<double>{1, 2, 2, 4, 4}));
}

TEST(TranscriptHistory, TriggersHaveTheirShare) {
  store::Store store = with_usage();
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const std::vector<promql::Matcher> cost{named("clawvigil_trigger_cost_usd_total")};
  const TimeMs end = (kFirstHour + 2) * kHour;
  int found = 0;
  history->select(cost, end - kMinute, end, [&](const auto& labels, auto points) {
    ++found;
    EXPECT_EQ(labels.get("trigger"), "cron");
    EXPECT_EQ(labels.get("channel"), "telegram");
    EXPECT_EQ(points.back().value, 4);
  });
  EXPECT_EQ(found, 1);
}

TEST(TranscriptHistory, WhatIsNotAskedForIsNotKept) {
  store::Store store = with_usage();
  const auto history = TranscriptHistory::load(store, {"clawvigil_model_tokens_total"}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_TRUE(history->tells_of("clawvigil_model_tokens_total"));
  EXPECT_FALSE(history->tells_of("clawvigil_model_requests_total"));
  EXPECT_FALSE(history->tells_of("clawvigil_spend_usd"));
  const TimeMs end = (kFirstHour + 2) * kHour;
  std::map<std::string, double> last;
  const std::vector<promql::Matcher> tokens{named("clawvigil_model_tokens_total")};
  history->select(tokens, end - kMinute, end, [&](const auto& labels, auto points) {
    last[std::string(labels.get("token_type"))] = points.back().value;
  });
  EXPECT_EQ(last, (std::map<std::string, double>{
                      {"input", 1200}, {"output", 120}, {"cache_read", 0}, {"cache_write", 0}}));
  const auto spend = TranscriptHistory::load(store, {"clawvigil_spend_usd"}, labels_of);
  ASSERT_TRUE(spend) << spend.error().message;
  EXPECT_TRUE(spend->tells_of("clawvigil_spend_usd"));
  EXPECT_FALSE(spend->tells_of("clawvigil_model_tokens_total"));
}

// As when the daemon books a new series while the ledger is read.
TEST(TranscriptHistory, HoursOfASeriesThatWasNotThereYetAreLeftOut) {
  store::Store store = with_usage();
  ASSERT_TRUE(
      store.execute("INSERT INTO usage_hour SELECT 2, hour, 5, 5, 0, 0, 1, 0, 0, 9.0, 0, 0, 0 "
                    "FROM usage_hour"));
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const TimeMs end = (kFirstHour + 2) * kHour;
  const std::vector<promql::Matcher> cost{named("clawvigil_trigger_cost_usd_total")};
  history->select(cost, end - kMinute, end,
                  [](const auto&, auto points) { EXPECT_EQ(points.back().value, 4); });
}

TEST(TranscriptHistory, WithoutALedgerThereIsNothing) {
  store::Store store = store::Store::in_memory();
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const std::vector<promql::Matcher> all{named("clawvigil_spend_usd")};
  history->select(all, 0, INT32_MAX, [](const auto&, auto) { FAIL(); });
}

TEST(ReplayReach, RulesAreJudgedFromWhereTheirInputIsKnown) {
  store::Store store = with_usage();
  const auto history = TranscriptHistory::load(store, {""}, labels_of);
  ASSERT_TRUE(history) << history.error().message;
  const auto rules = alerts::parse_rule_file("r.yml", test::rule_file_of(R"t(  - alert: Told
    expr: clawvigil_spend_usd{window="1h"} > 10
  - alert: Recorded
    expr: clawvigil_spend_usd > 10 unless on (home) clawvigil_spend_attended > 0
  - alert: Beside
    expr: clawvigil_spend_attended > 0 unless on (home) clawvigil_audit_last_success_timestamp_seconds > 5
  - alert: Watchdog
    expr: vector(1)
)t"));
  ASSERT_TRUE(rules);
  const SystemTime begin{std::chrono::hours(kFirstHour + 5)};
  const ReplayReach::Known told = [&](std::string_view metric) {
    return history->tells_of(metric) ? std::optional(SystemTime::min()) : std::nullopt;
  };
  const ReplayReach reach(begin, told);
  std::vector<SystemTime> known;
  for (const alerts::Rule& rule : rules->groups[0].rules) known.push_back(reach.known_from(rule));
  EXPECT_EQ(known, (std::vector{SystemTime::min(), begin, SystemTime::max(), SystemTime::min()}));
  const std::span files(&*rules, 1);
  const std::string never = "Not replayed, what they read is not recorded: Beside.";
  EXPECT_EQ(reach.gaps(files, begin), std::vector{never});
  const auto before = reach.gaps(files, begin - std::chrono::hours(1));
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0], "1 rule could be replayed only since records begin, at " +
                           local_time(begin) + ". From the transcripts: Told.");
  EXPECT_EQ(before[1], never);
  EXPECT_EQ(ReplayReach(std::nullopt, told).gaps(files, begin),
            std::vector<std::string>{"Nothing is recorded yet: 2 rules could not be replayed. From "
                                     "the transcripts: Told."});
  // What is computed begins later than the transcripts.
  const SystemTime computed = begin - std::chrono::hours(2);
  const ReplayReach further(begin, [&](std::string_view metric) {
    return metric == "clawvigil_spend_attended" ? computed : told(metric);
  });
  const auto partly = further.gaps(files, begin - std::chrono::hours(3));
  ASSERT_EQ(partly.size(), 2U);
  EXPECT_EQ(partly[0],
            "From the transcripts, but only since " + local_time(computed) + ": Recorded.");
  EXPECT_EQ(further.gaps(files, computed), std::vector{never});
}

class Fixed final : public promql::Source {
 public:
  explicit Fixed(std::vector<promql::Point> points) : points_(std::move(points)) {}
  void select(std::span<const promql::Matcher>, TimeMs after, TimeMs until,
              const Visitor& visit) const override {
    std::vector<promql::Point> within;
    for (const promql::Point& point : points_) {
      if (point.time > after && point.time <= until) within.push_back(point);
    }
    if (!within.empty()) visit(labels_of("x", {}), within);
  }

 private:
  std::vector<promql::Point> points_;
};

TEST(PastSource, TheRecordWinsFromItsBeginningOn) {
  const Fixed transcripts({{10, 1}, {20, 2}, {30, 3}});
  const Fixed recorded({{20, 20}, {30, 30}});
  const PastSource past(recorded, 20, {&transcripts});
  std::vector<double> values;
  past.select({}, 0, 30, [&](const auto&, auto points) {
    for (const promql::Point& point : points) values.push_back(point.value);
  });
  EXPECT_EQ(values, (std::vector<double>{1, 20, 30}));
}

}  // namespace
}  // namespace clawvigil::cli
