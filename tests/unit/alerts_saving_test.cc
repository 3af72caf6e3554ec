// When the engine writes, and what a kill in between leaves.
#include <gtest/gtest.h>

#include "alerts/engine/engine.h"
#include "tests/support/rule_world.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::alerts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::RuleWorld;

// What made an alert fire is known after a kill; what made it pending will be seen again.
TEST(EngineSaving, HistoryIsWrittenWhenAnAlertFires) {
  const test::TempDir directory;
  RuleWorld world("  - alert: High\n    expr: clawvigil_test_value > 5\n    for: 10s\n");
  auto store = store::Store::open(directory.path(), world.clock.now().wall);
  world.restart(store);
  const auto samples = [&] {
    auto count = store.prepare(
        "SELECT COUNT(*) FROM history_samples JOIN history_series ON id = series "
        "WHERE name LIKE 'clawvigil_test_value%'");
    EXPECT_TRUE(count && count->step().value_or(false));
    return count->integer(0);
  };
  const auto run = [&](double value, seconds duration) {
    world.values = {{"b", value}};
    for (seconds i{0}; i < duration; ++i) {
      world.run(seconds(1));
      const auto what = world.engine->must_save(world.clock.now());
      if (what != Engine::Saving::nothing) world.save(store, what);
    }
    return samples();
  };
  EXPECT_EQ(run(1, seconds(5)), 1);
  EXPECT_EQ(run(8, seconds(5)), 1);  // pending
  EXPECT_EQ(run(9, seconds(7)), 3);  // firing: 8 and 9
  EXPECT_EQ(run(2, seconds(1)), 4);  // resolved
  EXPECT_EQ(run(3, seconds(200)), 4);
  EXPECT_EQ(run(4, seconds(150)), 6);  // five minutes later, all of it
}

// The database may have refused at the start: nothing was read then, and no alert need ever ask to
// be saved.
TEST(EngineSaving, HistoryIsRecordedOnceTheDatabaseCanBeRead) {
  RuleWorld world("  - alert: High\n    expr: clawvigil_test_value > 5\n");
  auto store = store::Store::in_memory();
  world.values = {{"b", 1}};
  world.run(seconds(2));
  ASSERT_EQ(world.engine->must_save(world.clock.now()), Engine::Saving::all);
  world.save(store);
  EXPECT_EQ(world.engine->must_save(world.clock.now()), Engine::Saving::nothing);
  auto count = store.prepare("SELECT COUNT(*) FROM history_samples");
  ASSERT_TRUE(count && count->step().value_or(false));
  EXPECT_GT(count->integer(0), 0);
}

// Killed every four minutes, before any of its history is written, an alert still gets on.
TEST(EngineSaving, TimeThatCountsIsKeptToTheMinute) {
  const test::TempDir directory;
  RuleWorld world("  - alert: Slow\n    expr: clawvigil_test_value > 5\n    for: 12m\n");
  auto store = store::Store::open(directory.path(), world.clock.now().wall);
  world.restart(store);
  int marks = 0;
  int whole = 0;
  bool firing = false;
  int watched = 0;
  world.values = {{"b", 1}};
  const auto watch = [&](seconds duration) {
    for (seconds i{0}; i < duration && !firing; ++i) {
      const auto alerts = world.run(seconds(1)).alerts;
      firing = alerts.size() == 1 && alerts.front().state == AlertState::firing;
      const auto what = world.engine->must_save(world.clock.now());
      if (what == Engine::Saving::nothing) continue;
      ++(what == Engine::Saving::mark ? marks : whole);
      world.save(store, what);
    }
  };
  watch(minutes(11));
  EXPECT_EQ(marks, 0);  // nothing is pending
  EXPECT_EQ(whole, 3);
  world.values = {{"b", 9}};
  for (whole = 0; !firing && watched < 10; ++watched) {
    watch(minutes(4) - seconds(1));
    world.restart(store);
  }
  EXPECT_EQ(watched, 4);  // of each four minutes at most one is lost
  EXPECT_GE(marks, 2 * watched);
  EXPECT_LE(whole, 2 * watched + 2);
}

}  // namespace
}  // namespace clawvigil::alerts
