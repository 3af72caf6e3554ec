#include "alerts/engine/alert_log.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace clawvigil::alerts
