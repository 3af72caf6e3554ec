#include "alerts/engine/alert_log.h"

#include <gtest/gtest.h>

#include <array>

#include "alerts/engine/readable.h"

namespace clawvigil::alerts {
namespace {

using std::chrono::hours;

constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

ActiveAlert fired(const std::string& name, SystemTime at, std::uint64_t print = 1) {
  ActiveAlert active;
  active.alert.labels = promql::Labels({{"alertname", name}});
  active.alert.annotations["summary"] = name + " is so";
  active.alert.translated["summary"] = name + " est ainsi";
  active.alert.fired_at = at;
  active.alert.fingerprint = print;
  return active;
}

TEST(AlertLog, KeepsOneRowForEachFiring) {
  store::Store store = store::Store::in_memory();
  EXPECT_TRUE(logged_alerts(store, 5)->empty());
  EXPECT_TRUE(last_ends(store)->empty());
  EXPECT_FALSE(*store.has_table("alert_log")) << "looking writes nothing";
  ActiveAlert first = fired("A", kNow - hours(5));
  const ActiveAlert second = fired("A", kNow - hours(1));
  ActiveAlert pending = fired("B", kNow, 2);
  pending.alert.fired_at.reset();
  const ActiveAlert watchdog = fired(std::string(kWatchdog), kNow, 3);
  ASSERT_TRUE(log_alerts(store, {&first, &pending, &watchdog}));
  first.alert.resolved_at = kNow - hours(4);
  ASSERT_TRUE(log_alerts(store, {&first}));
  ASSERT_TRUE(log_alerts(store, {&second}));
  const auto logged = logged_alerts(store, 5);
  ASSERT_TRUE(logged);
  ASSERT_EQ(logged->size(), 2U);
  EXPECT_EQ(logged->at(0).fired_at, kNow - hours(1));
  EXPECT_FALSE(logged->at(0).resolved_at);
  EXPECT_EQ(logged->at(1).resolved_at, kNow - hours(4));
  EXPECT_EQ(logged->at(1).english, "A is so");
  EXPECT_EQ(logged->at(1).french, "A est ainsi");
  EXPECT_EQ(last_ends(store)->at("A"), kNow - hours(4));
  EXPECT_EQ(logged_alerts(store, 1)->size(), 1U);
}

TEST(AlertLog, ForgetsWhatIsOldOrTooMuch) {
  store::Store store = store::Store::in_memory();
  const ActiveAlert old = fired("Old", kNow - kLogKept - hours(1), 7);
  ASSERT_TRUE(log_alerts(store, {&old}));
  for (std::size_t i = 0; i < kMaxLogged + 20; ++i) {
    const ActiveAlert one = fired("Many", kNow - hours(1), 100 + i);
    ASSERT_TRUE(log_alerts(store, {&one}));
  }
  ASSERT_TRUE(prune_log(store, kNow));
  const auto logged = logged_alerts(store, 10'000);
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->size(), kMaxLogged);
  EXPECT_EQ(logged->back().alertname, "Many");
}

TEST(Readable, ShowsDurationsInTheirTwoLargestUnits) {
  const std::vector<std::array<std::string_view, 3>> cases{
      {"253d 16h 33m 48s", "253d 16h", "253 j 16 h"},
      {"90d 0h 0m 0s", "90d", "90 j"},
      {"2h 59m 59s", "2h 59m", "2 h 59 min"},
      {"20m 0s", "20m", "20 min"},
      {"33m 48s", "33m 48s", "33 min 48 s"},
      {"it is 1d 2h 3m 4s old, more than 4h 0m 0s.", "it is 1d 2h old, more than 4h.",
       "it is 1 j 2 h old, more than 4 h."},
      {"in -3d 4h 5m 6s, v1d 2h 3m 4s", "in -3d 4h, v1d 2h 3m 4s", "in -3 j 4 h, v1d 2h 3m 4s"}};
  for (const auto& [text, english, french] : cases) {
    EXPECT_EQ(with_coarse_durations(text, false), english);
    EXPECT_EQ(with_coarse_durations(text, true), french);
  }
  for (const std::string_view other :
       {"", "48s", "1.5s", "1d", "1d 2h", "1d 2h 3m", "1d 3m 4s", "1h 2m 3sec", "4s 1m", "d h m s",
        "7d 0h 0m", "--for=2h", "1d 2h 3m 4"}) {
    EXPECT_EQ(with_coarse_durations(other, true), other);
  }
}

TEST(Readable, TheLogKeepsWhatIsShown) {
  store::Store store = store::Store::in_memory();
  ActiveAlert old = fired("KeyOld", kNow);
  old.alert.annotations["summary"] = "The key is 253d 16h 33m 48s old";
  old.alert.translated["summary"] = "La clé a 253d 16h 33m 48s";
  ASSERT_TRUE(log_alerts(store, {&old}));
  const auto logged = logged_alerts(store, 1);
  EXPECT_EQ(logged->at(0).english, "The key is 253d 16h old");
  EXPECT_EQ(logged->at(0).french, "La clé a 253 j 16 h");
}

}  // namespace
}  // namespace clawvigil::alerts
