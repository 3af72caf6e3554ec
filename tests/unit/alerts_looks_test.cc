// Rules are looked at when news concern them: over a random history an engine says the same as one
// that looks at every rule every time.
#include <gtest/gtest.h>

#include <random>

#include "tests/support/rule_world.h"

namespace clawvigil::alerts {
namespace {

const char kRules[] = R"t(  - alert: Now
    expr: clawvigil_test_value > 5
    annotations: {text: '{{ $value }} {{ with query "sum(clawvigil_other_value)" }}x{{ end }}'}
  - alert: Held
    expr: clawvigil_test_value > 5
    for: 20s
    keep_firing_for: 15s
  - alert: Without
    expr: clawvigil_test_value > 5 unless on (name) clawvigil_other_value > 0
  - alert: Gone
    expr: absent(clawvigil_other_value)
    for: 10s
  - alert: Any
    expr: count({name="a"}) > 2
  - alert: Nobody
    expr: clawvigil_of_nobody > 1
)t";
// What depends on the time is evaluated once a minute or more often.
const char kTimed[] = R"t(  - alert: Burst
    expr: increase(clawvigil_test_events_total[20m]) > 3
  - alert: Clock
    expr: vector(time() % 240) > 60 and on () clawvigil_other_value > 3
  - alert: Before
    expr: clawvigil_test_value unless clawvigil_test_value offset 15m
)t";

// What everybody can see of an engine.
std::string shown(const Engine& engine, SystemTime now) {
  std::string out;
  for (const PostureEntry& entry : engine.posture(now).entries) {
    out += entry.alertname + " " + std::string(to_string(entry.status)) + " " +
           entry.labels.to_string() + " " + entry.reason + "\n";
  }
  for (const Alert& alert : engine.alerts()) {
    out += alert.labels.to_string() + " " + std::to_string(static_cast<int>(alert.state)) + " " +
           std::to_string(alert.value) + (alert.frozen ? " frozen" : "") + "\n";
  }
  return out;
}

// Steps of a random history, and how often something else is to be seen.
std::size_t states_of(const std::string& rules, std::chrono::seconds step, int steps) {
  std::mt19937 random(20261122);
  const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most)(random); };
  test::RuleWorld world(rules);
  test::RuleWorld thorough(rules);
  world.values = {{"a", 3}, {"b", 3}};
  std::size_t states = 0;
  std::string before;
  for (int i = 0; i < steps; ++i) {
    world.clock.advance(pick(40) == 0 ? std::chrono::seconds(130) : step);
    if (pick(300) == 0) world.clock.advance(std::chrono::minutes(11));  // batches expire
    const std::string name = pick(1) == 0 ? "a" : "b";
    switch (pick(30)) {
      case 0:
        world.values[name] = pick(9);
        break;
      case 1:
        world.values.erase(name);
        break;
      case 2:
        world.events[name] += pick(4);
        break;
      case 3:
        world.others[name] = pick(6);
        break;
      case 4:
        world.others.erase(name);
        break;
      case 5:
        world.fail_first();
        break;
      case 6:
        world.fail_second();
        break;
      default:
        break;
    }
    if (pick(5) == 0) world.publish_first();
    if (pick(5) == 0) world.publish();
    const auto snapshot = world.hub->snapshot(world.clock.now());
    world.engine->evaluate(*snapshot, world.clock.now());
    Snapshot anew = *snapshot;
    anew.version = 0;
    thorough.engine->replace_rules(thorough.rules);  // every rule is a new one
    thorough.engine->evaluate(anew, world.clock.now());
    const std::string seen = shown(*world.engine, world.clock.now().wall);
    EXPECT_EQ(seen, shown(*thorough.engine, world.clock.now().wall)) << "step " << i;
    if (testing::Test::HasFailure()) return 0;
    if (seen != before) ++states;
    before = seen;
  }
  return states;
}

TEST(Looks, AtWhatNewsConcernAreEnough) {
  EXPECT_GT(states_of(kRules, std::chrono::seconds(1), 3000), 200U);
}

TEST(Looks, AtWhatDependsOnTheTimeAreEnough) {
  EXPECT_GT(states_of(std::string(kRules) + kTimed, std::chrono::seconds(60), 1500), 200U);
}

}  // namespace
}  // namespace clawvigil::alerts
