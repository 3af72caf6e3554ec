#include "alerts/engine/history.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "alerts/engine/replay.h"
#include "tests/support/recorder_fixture.h"
#include "tests/support/rule_world.h"

namespace clawvigil::alerts {
namespace {

using promql::Point;
using promql::TimeMs;
using std::chrono::minutes;
using std::chrono::seconds;

std::vector<TimeMs> times(const std::vector<Point>& points) {
  std::vector<TimeMs> out;
  for (const Point& point : points) out.push_back(point.time);
  return out;
}

TEST(Runs, GiveBackWhatWasPushed) {
  Runs runs;
  for (TimeMs time = 0; time <= 100; time += 10) runs.push(time, time < 50 ? 1 : 2, 10);
  std::vector<Point> points;
  runs.points(15, 70, 10, points);
  EXPECT_EQ(times(points), (std::vector<TimeMs>{20, 30, 40, 50, 60, 70}));
  EXPECT_EQ(points[2].value, 1);
  EXPECT_EQ(points[3].value, 2);
  runs.drop_until(25, 10);
  points.clear();
  runs.points(-1, 40, 10, points);
  EXPECT_EQ(times(points), (std::vector<TimeMs>{30, 40}));
  runs.drop_after(65, 10);
  points.clear();
  runs.points(55, 1000, 10, points);
  EXPECT_EQ(times(points), std::vector<TimeMs>{60});
  runs.push(60, 5, 10);  // not later: left out
  EXPECT_EQ(runs.last_time(), 60);
  EXPECT_LE(runs.bytes(), 200U);
}

TEST(SeriesNames, ComeBackAsTheyWere) {
  const std::vector<std::string> values{"a b"};
  const std::string name = series_name(test::kTestValue.info(), values);
  const SeriesName parsed = parse_series_name(name);
  EXPECT_EQ(parsed.metric, "clawvigil_test_value");
  ASSERT_EQ(parsed.labels.size(), 1U);
  EXPECT_EQ(parsed.labels[0].first, "name");
  EXPECT_EQ(parsed.labels[0].second, "a b");
  EXPECT_EQ(parse_series_name("m").metric, "m");
}

TEST(History, IsGivenUpBeyondItsBoundAndSaysSo) {
  test::RuleWorld world(
      "  - alert: A\n    expr: increase(clawvigil_test_events_total[1h]) > 1e9\n");
  for (int i = 0; i < 4000; ++i) world.events["series" + std::to_string(i)] = i;
  bool given_up = false;
  for (int i = 0; i < 240 && !given_up; ++i) {
    world.clock.advance(seconds(15));
    for (auto& [name, value] : world.events) value += 1;
    world.publish();
    world.evaluate();
    EXPECT_LE(world.engine->history_bytes(), kMaxHistoryBytes);
    given_up = world.posture("A").status == RuleStatus::unknown && i > 3;
  }
  EXPECT_EQ(world.posture("A").reason, "its past has more series than the 4 MB for history hold");
}

TEST(History, WhatOnlyExplainsIsGivenUpFirst) {
  test::RuleWorld world(R"t(  - alert: A
    expr: increase(clawvigil_other_value[1h]) > 1e9
    annotations: {a: '{{ with query "sum(increase(clawvigil_test_events_total[1h]))" }}x{{ end }}'}
)t");
  for (int i = 0; i < 2500; ++i) {
    world.others["series" + std::to_string(i)] = i;
    world.events["series" + std::to_string(i)] = i;
  }
  std::size_t most = 0;
  for (int i = 0; i < 30; ++i) {
    world.clock.advance(seconds(15));
    for (auto& [name, value] : world.others) value += 1;
    for (auto& [name, value] : world.events) value += 1;
    world.publish();
    world.evaluate();
    most = std::max(most, world.engine->history_bytes());
  }
  EXPECT_LT(world.engine->history_bytes(), most) << "something was given up";
  EXPECT_EQ(world.posture("A").status, RuleStatus::ok);
}

class Recording : public test::RecorderFixture {
 protected:
  std::shared_ptr<const Batch> batch(double value, bool with_b = true) const {
    auto out = std::make_shared<Batch>();
    out->set(test::kTestValue, value, "a");
    if (with_b) out->set(test::kTestValue, 1, "b");
    return out;
  }
  void write(const std::shared_ptr<const Batch>& current) {
    const std::vector batches{current};
    recorder_.observe(batches, now_);
    save(&Recorder::write);
  }
};

TEST_F(Recording, WritesOnlyWhatChanged) {
  ASSERT_TRUE(recorder_.restore(store_));
  for (int minute = 0; minute < 30; ++minute) {
    write(batch(minute < 10 ? 1 : 2, minute < 20));
    now_ += minutes(1);
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 4);  // a, a, b, end of b
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_sessions"), 1);
  const RecordedHistory history = load();
  ASSERT_EQ(history.series().size(), 2U);
  const auto matcher = promql::Matcher::create(promql::Matcher::Kind::equal, "name", "a");
  ASSERT_TRUE(matcher);
  const TimeMs start = TimeMs{1000} * 3600 * 1000;
  std::size_t seen = 0;
  history.select({&*matcher, 1}, start - 1, start + TimeMs{15} * 60'000,
                 [&](const promql::Labels&, std::span<const Point> points) {
                   seen = points.size();
                   EXPECT_EQ(points.front().value, 1);
                   EXPECT_EQ(points.back().value, 2);
                 });
  EXPECT_EQ(seen, 16U);
}

TEST_F(Recording, KnowsWhatWasRecordedAfterARestart) {
  ASSERT_TRUE(recorder_.restore(store_));
  write(batch(1));
  now_ += minutes(1);
  write(batch(1));
  recorder_ = Recorder();
  ASSERT_TRUE(recorder_.restore(store_));
  EXPECT_EQ(recorder_.last_seen(), now_);
  now_ += minutes(30);
  write(std::make_shared<const Batch>());  // no collector has run: nothing has ended
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 2);
  write(batch(1));
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_sessions"), 2);
}

TEST_F(Recording, ForgetsAfterFifteenDays) {
  ASSERT_TRUE(recorder_.restore(store_));
  write(batch(1));
  now_ += minutes(20);
  write(batch(2, false));
  now_ += std::chrono::days(16);
  write(batch(2, false));
  now_ += std::chrono::hours(2);
  write(batch(3, false));
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_series"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples"), 2);  // 2, which held, and 3
}

TEST_F(Recording, WhatWasForgottenInVainIsStillKnown) {
  ASSERT_TRUE(recorder_.restore(store_));
  write(batch(1));
  now_ += minutes(20);
  write(batch(1, false));
  now_ += std::chrono::days(16);
  {
    auto transaction = store_.begin();
    ASSERT_TRUE(transaction);
    const std::vector<std::shared_ptr<const Batch>> batches{batch(1, false)};
    recorder_.observe(batches, now_);
    ASSERT_TRUE(recorder_.write(store_));
    EXPECT_EQ(number("SELECT COUNT(*) FROM history_series"), 1);
  }  // not committed
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_series"), 2);
  for (int i = 0; i < 2; ++i) {
    now_ += minutes(1);
    write(batch(1));
  }
  EXPECT_EQ(number("SELECT MAX(id) FROM history_series"), 2);
  EXPECT_EQ(number("SELECT COUNT(*) FROM history_samples WHERE series NOT IN "
                   "(SELECT id FROM history_series)"),
            0);
}

TEST_F(Recording, AClockThatWentBackLeavesNoFuture) {
  ASSERT_TRUE(recorder_.restore(store_));
  write(batch(1));
  now_ += std::chrono::hours(10);
  write(batch(2));
  now_ -= std::chrono::hours(9);
  write(batch(3));
  const TimeMs now = now_.time_since_epoch() / std::chrono::milliseconds(1);
  EXPECT_EQ(number("SELECT MAX(time) FROM history_samples"), now);
  EXPECT_EQ(number("SELECT MAX(until) FROM history_sessions"), now);
}

TEST_F(Recording, WhoeverOnlyReadsFindsNothingBeforeAnythingWasRecorded) {
  auto reader = store::Store::open_to_read(directory_.path());
  ASSERT_TRUE(reader) << reader.error().message;
  const auto empty = RecordedHistory::load(*reader, {""}, 0, 1, [](auto, auto) {
    ADD_FAILURE();
    return promql::Labels();
  });
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_TRUE(empty->sessions().empty());
}

TEST_F(Recording, ReplayTellsWhatWouldHaveFired) {
  ASSERT_TRUE(recorder_.restore(store_));
  const SystemTime begin = now_;
  for (int minute = 0; minute < 60; ++minute) {
    write(batch(minute >= 20 && minute < 40 ? 9 : 1));
    now_ += minutes(1);
  }
  const auto rules = parse_rule_file("r.yml", test::rule_file_of(R"t(  - alert: High
    expr: clawvigil_test_value > 5
    for: 5m
    annotations:
      text: '{{ $value }} beside {{ with query "topk(1, clawvigil_test_value{name!=\"a\"})" }}
        {{- . | first | label "name" }}{{ end }}'
  - alert: Never
    expr: clawvigil_test_value > 50
)t"));
  ASSERT_TRUE(rules);
  double progress = 0;
  const ReplayOptions options{begin, now_, minutes(1), [&](double part) { progress = part; }};
  const auto result = replay(*rules, load(), options);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->alerts.size(), 1U);
  const ReplayedAlert& alert = result->alerts.front();
  EXPECT_EQ(alert.labels.get("name"), "a");
  EXPECT_EQ(alert.active_at, begin + minutes(20));
  EXPECT_EQ(alert.fired_at, begin + minutes(25));
  EXPECT_EQ(alert.resolved_at, begin + minutes(40));
  EXPECT_EQ(alert.value, 9);
  EXPECT_EQ(alert.annotations.at("text"), "9 beside b");
  EXPECT_EQ(progress, 1);
  const auto late =
      replay(*rules, load(), {.from = begin, .until = now_, .known_from = [&](const Rule& rule) {
                                EXPECT_TRUE(rule.alertname == "High" || rule.alertname == "Never");
                                return begin + minutes(30);
                              }});
  ASSERT_TRUE(late);
  ASSERT_EQ(late->alerts.size(), 1U);
  EXPECT_EQ(late->alerts.front().active_at, begin + minutes(30));
  EXPECT_FALSE(replay(*rules, load(), {begin, now_, seconds(0), {}}));
}

TEST_F(Recording, ReplayLeavesOutOnlyWhatChangesNothing) {
  ASSERT_TRUE(recorder_.restore(store_));
  const SystemTime begin = now_;
  std::mt19937 random(3);
  const auto one_of = [&](int count) {
    return std::uniform_int_distribution(1, count)(random) == 1;
  };
  double value = 1;
  for (int written = 0; written < 900; ++written) {
    if (one_of(12)) value = one_of(2) ? 9 : 1;
    write(batch(value));
    now_ += one_of(60) ? minutes(14) : minutes(1) + seconds(one_of(5) ? 7 : 0);
  }
  const auto rules = parse_rule_file("r.yml", test::rule_file_of(R"t(  - alert: High
    expr: clawvigil_test_value > 5
    for: 5m
    keep_firing_for: 3m
  - alert: Gone
    expr: absent(clawvigil_test_value{name="a"})
  - alert: Moved
    expr: changes(clawvigil_test_value[10m]) > 1
)t"));
  ASSERT_TRUE(rules);
  const RecordedHistory history = load();
  ReplayOptions options{.from = begin, .until = now_, .fine_from = begin + minutes(200)};
  const auto whole = replay(*rules, history, options);
  std::size_t left_out = 0;
  options.changed = [&](std::string_view metric, SystemTime before, SystemTime now) {
    const bool changed = history.changed(metric, to_milliseconds(before), to_milliseconds(now));
    if (!changed) ++left_out;
    return changed;
  };
  const auto quick = replay(*rules, history, options);
  ASSERT_TRUE(whole && quick);
  EXPECT_GT(left_out, 800U);
  EXPECT_GT(whole->alerts.size(), 30U);
  ASSERT_EQ(quick->alerts.size(), whole->alerts.size());
  for (std::size_t i = 0; i < whole->alerts.size(); ++i) {
    const auto shown = [](const ReplayedAlert& alert) {
      return std::tuple(alert.labels.to_string(), alert.active_at, alert.fired_at,
                        alert.resolved_at, alert.value);
    };
    EXPECT_EQ(shown(quick->alerts[i]), shown(whole->alerts[i])) << i;
  }
}

}  // namespace
}  // namespace clawvigil::alerts
