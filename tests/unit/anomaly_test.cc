#include "collectors/spend/anomaly.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <vector>

namespace clawvigil::spend {
namespace {

constexpr double kStep = 300;
constexpr int kDay = 288;  // steps

double noise(std::mt19937& random, double sigma) {
  return std::normal_distribution<>(0, sigma)(random);
}

// Calm by night, busy by day, less at weekends.
double working_week(int i) {
  const int day = i / kDay % 7;
  const double hour = i % kDay / 12.0;
  const bool works = hour >= 8 && hour < 18;
  return works ? (day < 5 ? 100 : 30) : 10;
}

struct Watched {
  Detector detector;
  double time = 0;
  int alarms = 0;
  Assessment last;
  explicit Watched(DetectorOptions options = {}) : detector(options) {}

  double next(double value) {
    last = detector.learn(time, value);
    time += kStep;
    alarms += last.known && last.score >= kAlarm ? 1 : 0;
    return last.known ? last.score : std::numeric_limits<double>::quiet_NaN();
  }
  void feed(int count, const std::function<double(int)>& value) {
    for (int i = 0; i < count; ++i) next(value(i));
  }
};

TEST(Anomaly, SaysNothingWithoutHistory) {
  Watched run;
  run.feed(199, [](int i) { return i % 7; });
  EXPECT_FALSE(run.last.known);
  run.feed(2, [](int i) { return i % 7; });
  EXPECT_TRUE(run.last.known);
}

TEST(Anomaly, IsSilentOverWeeksOfNoiseOfAnyKind) {
  std::mt19937 random(1);
  const std::vector<std::function<double(int)>> kinds{
      [&](int) { return noise(random, 1); },
      [&](int) { return std::exp(noise(random, 1)); },
      [&](int) { return std::uniform_real_distribution<>(-5, 5)(random); },
      [&](int) { return static_cast<double>(std::poisson_distribution<>(2)(random)); },
      [&](int i) { return working_week(i) + noise(random, i % kDay < 96 ? 0.5 : 5); },
      [x = 0.0, &random](int) mutable { return x += noise(random, 1); },
      [](int) { return 7.0; },
  };
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    Watched run;
    run.feed(9 * kDay, kinds[kind]);
    run.alarms = 0;  // of the first days and the first weekend: they were new
    run.feed(28 * kDay, kinds[kind]);
    EXPECT_LE(run.alarms, 16) << "kind " << kind << ", of " << 28 * kDay << " values";
  }
}

TEST(Anomaly, FindsWhatIsUnusualForItsOwnHour) {
  std::mt19937 random(2);
  Watched run;
  run.feed(28 * kDay, [&](int i) { return working_week(i) + noise(random, 2); });
  Watched day = run;
  day.feed(12 * 12, [&](int i) { return working_week(i) + noise(random, 2); });
  EXPECT_LT(day.next(101), kAlarm) << "usual at noon";
  EXPECT_GT(day.next(10), kAlarm) << "nobody works on a Monday";
  run.feed(3 * 12, [&](int i) { return working_week(i) + noise(random, 2); });
  EXPECT_GT(run.next(100), 2 * kAlarm) << "usual at noon, but it is night";
  EXPECT_NEAR(run.last.usual, 10, 3);
  EXPECT_GT(run.last.high, run.last.usual);
  EXPECT_LT(run.last.high, 60);
}

TEST(Anomaly, GrowsWithTheDistance) {
  std::mt19937 random(3);
  Watched run;
  run.feed(10 * kDay, [&](int) { return 50 + noise(random, 3); });
  const Bounds bounds = run.detector.bounds(run.time);
  double before = 0;
  for (double value = bounds.lines[1].centre; value < 500; value += 5) {
    const double score = bounds.assess(value).score;
    EXPECT_GE(score, before) << value;
    before = score;
  }
  EXPECT_GT(before, 10);
  EXPECT_LT(bounds.assess(50).score, 0.5);
}

TEST(Anomaly, FindsDropsShiftsUnrestAndFrozenValues) {
  struct Case {
    const char* name;
    std::function<double(int, std::mt19937&)> after;
    int within;
  };
  const std::vector<Case> cases{
      {"drop to zero", [](int, std::mt19937&) { return 0.0; }, 1},
      {"shift of two sigma", [](int, std::mt19937& r) { return 56 + noise(r, 3); }, 48},
      {"unrest", [](int, std::mt19937& r) { return 50 + noise(r, 9); }, 24},
      {"frozen", [](int, std::mt19937&) { return 50.5; }, 60},
  };
  for (const Case& each : cases) {
    std::mt19937 random(4);
    Watched run;
    run.feed(14 * kDay, [&](int) { return 50 + noise(random, 3); });
    run.alarms = 0;
    run.feed(each.within, [&](int i) { return each.after(i, random); });
    EXPECT_GT(run.alarms, 0) << each.name;
  }
}

TEST(Anomaly, TakesANewLevelForUsualAfterAWhile) {
  std::mt19937 random(5);
  Watched run;
  run.feed(14 * kDay, [&](int) { return 50 + noise(random, 1); });
  run.feed(5 * kDay, [&](int) { return 80 + noise(random, 1); });
  EXPECT_GT(run.alarms, 10);
  run.alarms = 0;
  run.feed(5 * kDay, [&](int) { return 80 + noise(random, 1); });
  EXPECT_LE(run.alarms, 3);
}

TEST(Anomaly, LessIsNoAnomalyWhereOnlyMoreIs) {
  std::mt19937 random(6);
  Watched run({.step_seconds = kStep, .only_up = true});
  run.feed(14 * kDay, [&](int) { return 50 + noise(random, 3); });
  run.alarms = 0;
  run.feed(kDay, [](int) { return 0.0; });
  EXPECT_EQ(run.alarms, 0);
  EXPECT_GT(run.next(200), kAlarm);
}

TEST(Anomaly, FindsARhythmNobodyTold) {
  std::mt19937 random(7);
  Watched run({.step_seconds = 1});
  const auto wave = [&](int i) { return std::sin(i / 47.0 * 2 * M_PI) + noise(random, 0.05); };
  for (int i = 0; i < 3000; ++i) {
    run.last = run.detector.learn(i, wave(i));
  }
  EXPECT_LT(run.detector.learn(3000, wave(3000)).score, kAlarm);
  // Within all that ever was, but not now.
  const double wrong = -wave(3000 + 12);
  EXPECT_GT(run.detector.bounds(3000 + 12).assess(wrong).score, kAlarm);
}

TEST(Anomaly, BearsGapsDuplicatesDisorderAndNaN) {
  std::mt19937 random(8);
  Detector detector({});
  double worst = 0;
  for (int i = 0; i < 20 * kDay; ++i) {
    double time = i * kStep;
    if (i % 1000 > 950) continue;         // an outage
    if (i % 97 == 0) time -= 50 * kStep;  // late
    const double value = i % 50 == 0 ? NAN : working_week(i) + noise(random, 2);
    if (i % 97 != 0) {
      const Assessment found = detector.learn(time, value);
      if (found.known && i > 15 * kDay) worst = std::max(worst, found.score);
    } else {
      detector.learn(time, 20);
    }
    if (i % 33 == 0) detector.learn(time, working_week(i));  // twice the same time
  }
  EXPECT_LT(worst, 2 * kAlarm);
  EXPECT_FALSE(detector.learn(1e6, NAN).known);
}

TEST(Anomaly, OneIncidentDoesNotHideTheNext) {
  std::mt19937 random(9);
  Watched run;
  const auto usual = [&](int i) { return working_week(i) + noise(random, 2); };
  run.feed(21 * kDay, usual);
  double first = 0;
  for (int i = 0; i < 12; ++i) first = std::max(first, run.next(400));
  run.feed(2 * kDay - 12, usual);
  EXPECT_GT(first, 2 * kAlarm);
  EXPECT_GT(run.next(400), 1.5 * kAlarm);
}

TEST(Slots, ForgetWhatIsOlderThanTheirCapacity) {
  Slots slots(300);  // 512
  for (int i = 0; i < 1000; i += 2) slots.put(i, i);
  EXPECT_EQ(slots.at(998), 998);
  EXPECT_TRUE(std::isnan(slots.at(997)));
  EXPECT_EQ(slots.at(488), 488);
  EXPECT_TRUE(std::isnan(slots.at(486)));
  EXPECT_TRUE(std::isnan(slots.at(1000)));
  slots.put(100, 5);  // forgotten already
  EXPECT_TRUE(std::isnan(slots.at(100)));
  slots.put(998, 1000);
  EXPECT_EQ(slots.at(998), 999) << "the mean of one slot's values";
  slots.put(5000, 1);
  EXPECT_TRUE(std::isnan(slots.at(998)));
  EXPECT_EQ(slots.first(), 5000);
}

}  // namespace
}  // namespace clawvigil::spend
