#include "alerts/engine/engine.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/rule_world.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::alerts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::RuleWorld;

const char kHigh[] = R"(  - alert: High
    expr: clawvigil_test_value > 5
    for: 10s
    labels: {severity: critical, area: host, control: H1}
    annotations:
      summary: "{{ $labels.name }} is {{ $value }}"
      action: repair it
)";
const char kEvents[] = R"(  - alert: Many
    expr: increase(clawvigil_test_events_total[1h]) > 5
)";

std::vector<std::string> shown(const test::Evaluated& outcome) {
  std::vector<std::string> out;
  for (const Alert& alert : outcome.alerts) {
    const char* const state = alert.state == AlertState::pending  ? "pending"
                              : alert.state == AlertState::firing ? "firing"
                                                                  : "resolved";
    out.push_back(std::string(alert.name()) + " " + std::string(alert.labels.get("name")) + " " +
                  state + (alert.frozen ? " frozen" : ""));
  }
  return out;
}

using Shown = std::vector<std::string>;

TEST(Engine, PendingThenFiringThenResolvedThenForgotten) {
  RuleWorld world(kHigh);
  world.values = {{"a", 3}, {"b", 9}};
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"High b pending"});
  EXPECT_EQ(shown(world.run(seconds(9))), Shown{"High b pending"});
  const auto fired = world.run(seconds(1));
  EXPECT_EQ(shown(fired), Shown{"High b firing"});
  EXPECT_TRUE(fired.changed);
  const Alert& alert = fired.alerts.front();
  EXPECT_EQ(alert.labels.get("job"), "clawvigil");
  EXPECT_EQ(alert.labels.get("instance"), "127.0.0.1:9842");
  EXPECT_EQ(alert.labels.get("__name__"), "");
  EXPECT_EQ(alert.annotations.at("summary"), "b is 9");
  EXPECT_EQ(alert.severity, Severity::critical);
  EXPECT_EQ(*alert.fired_at - alert.active_at, seconds(10));
  EXPECT_FALSE(world.run(seconds(1)).changed);
  world.values["b"] = 7;
  EXPECT_EQ(world.run(seconds(1)).alerts.front().annotations.at("summary"), "b is 7");
  world.values.erase("b");
  const auto resolved = world.run(seconds(1));
  EXPECT_EQ(shown(resolved), Shown{"High b resolved"});
  EXPECT_TRUE(resolved.changed);
  EXPECT_EQ(shown(world.run(minutes(15))), Shown{"High b resolved"});
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{});
}

TEST(Engine, OkRulesShowWhatWasMeasured) {
  RuleWorld world(kHigh);
  world.values = {{"a", 3}, {"b", 4}};
  world.run(seconds(1));
  const PostureEntry entry = world.posture("High");
  EXPECT_EQ(entry.status, RuleStatus::ok);
  EXPECT_EQ(entry.value, 4);
  EXPECT_EQ(entry.area, "host");
  EXPECT_EQ(entry.control, "H1");
  EXPECT_EQ(entry.summary, "clawvigil_test_value > 5");
}

TEST(Engine, NothingIsOkBeforeTheCollectorHasRun) {
  RuleWorld world(kHigh);
  world.evaluate();
  EXPECT_EQ(world.posture("High").status, RuleStatus::unknown);
  EXPECT_EQ(world.posture("High").reason, "the collector first has not run yet");
  world.fail_first();
  world.evaluate();
  EXPECT_EQ(world.posture("High").reason, "the collector first fails: not allowed");
  world.run(seconds(1));
  EXPECT_EQ(world.posture("High").status, RuleStatus::ok);
}

TEST(Engine, FailureFreezesAlertsAndRecoveryThawsThem) {
  RuleWorld world(kHigh);
  world.values = {{"b", 9}};
  world.run(seconds(20));
  world.fail_first();
  world.clock.advance(minutes(1));
  EXPECT_EQ(shown(world.evaluate()), Shown{"High b firing"});  // the batch is still valid
  for (int i = 0; i < 20; ++i) {
    world.clock.advance(minutes(1));
    world.evaluate();
  }
  const auto frozen = world.evaluate();  // the batch has expired
  EXPECT_EQ(shown(frozen), Shown{"High b firing frozen"});
  EXPECT_EQ(world.posture("High").reason, "kept as it was: the collector first fails: not allowed");
  world.values = {};
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"High b resolved"});
}

TEST(Engine, WhatMissingInputCouldMakeTrueIsNotEvaluatedWithoutIt) {
  RuleWorld world(R"(  - alert: Open
    expr: clawvigil_test_value == 1 unless on (name) clawvigil_other_value == 1
  - alert: Gone
    expr: absent(clawvigil_other_value)
  - alert: Both
    expr: clawvigil_test_value == 1 or clawvigil_other_value == 1
)");
  world.values = {{"a", 1}};
  world.publish_first();
  EXPECT_EQ(shown(world.evaluate()), Shown{"Both a firing"});
  EXPECT_EQ(world.posture("Open").reason, "the collector second has not run yet");
  EXPECT_EQ(world.posture("Gone").reason, "the collector second has not run yet");
  world.others = {{"a", 1}};
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"Both a firing"});
  EXPECT_EQ(world.posture("Open").status, RuleStatus::ok);
  EXPECT_EQ(world.posture("Gone").status, RuleStatus::ok);
  world.others = {{"b", 0}};
  world.run(seconds(1));
  EXPECT_EQ(world.posture("Open").status, RuleStatus::broken);
}

TEST(Engine, UnknownsOfACollectorMakeItsRulesUnknown) {
  RuleWorld world(kHigh);
  auto batch = std::make_shared<Batch>();
  batch->unknown({Errc::denied, "state directory"});
  world.publish_first(batch);
  world.evaluate();
  EXPECT_EQ(world.posture("High").reason,
            "the collector first could not determine it: state directory");
  batch = std::make_shared<Batch>();
  batch->set(test::kTestValue, 1, "a");
  batch->unknown({Errc::denied, "state directory"});
  world.publish_first(batch);
  world.evaluate();
  EXPECT_EQ(world.posture("High").status, RuleStatus::ok);  // there is something to judge
  batch = std::make_shared<Batch>(*batch);
  batch->unknown({Errc::denied, "half of it"}, {test::kTestValue.name()});
  world.publish_first(batch);
  world.evaluate();
  EXPECT_EQ(world.posture("High").reason, "the collector first could not determine it: half of it");
  batch = std::make_shared<Batch>();
  batch->unknown({Errc::denied, "other"}, {test::kTestEvents.name()});
  world.publish_first(batch);
  world.evaluate();
  EXPECT_EQ(world.posture("High").status, RuleStatus::ok);  // empty, and that is known
}

TEST(Engine, UnheardOfFamiliesAreUnknown) {
  RuleWorld world("  - alert: A\n    expr: node_load1 > 5\n");
  world.run(seconds(1));
  EXPECT_EQ(world.posture("A").reason, "nothing here exports node_load1");
}

TEST(Engine, OwnFamiliesAreNeverUnknown) {
  RuleWorld world("  - alert: A\n    expr: clawvigil_collector_success == 0\n");
  world.evaluate();
  EXPECT_EQ(world.posture("A").status, RuleStatus::ok);
  world.fail_first();
  EXPECT_EQ(world.evaluate().alerts.size(), 1U);
}

TEST(Engine, RulesThatLookBackNeedTwoSamplings) {
  RuleWorld world(kEvents);
  world.events = {{"a", 10}};
  world.publish();
  world.evaluate();
  EXPECT_EQ(world.posture("Many").status, RuleStatus::unknown);
  EXPECT_EQ(world.posture("Many").reason.substr(0, 13), "needs history");
  world.run(seconds(30));
  EXPECT_EQ(world.posture("Many").status, RuleStatus::ok);
  world.events["a"] = 20;
  world.run(seconds(11));
  EXPECT_EQ(world.posture("Many").status, RuleStatus::broken);
}

TEST(Engine, OffsetLooksAtWhatWas) {
  RuleWorld world(R"(  - alert: New
    expr: clawvigil_test_value unless clawvigil_test_value offset 15m and on () clawvigil_other_value offset 15m
)");
  world.values = {{"a", 1}};
  world.others = {{"x", 1}};
  EXPECT_EQ(shown(world.run(minutes(16))), Shown{});
  EXPECT_EQ(world.posture("New").status, RuleStatus::ok);
  world.values["b"] = 1;
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"New b firing"});
  EXPECT_EQ(shown(world.run(minutes(14))), Shown{"New b firing"});
  EXPECT_EQ(shown(world.run(minutes(2))), Shown{"New b resolved"});
}

TEST(Engine, KeepsFiringForAWhile) {
  RuleWorld world("  - alert: A\n    expr: clawvigil_test_value > 5\n    keep_firing_for: 1m\n");
  world.values = {{"a", 9}};
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"A a firing"});
  world.values["a"] = 1;
  EXPECT_EQ(shown(world.run(seconds(60))), Shown{"A a firing"});
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"A a resolved"});
}

TEST(Engine, ClockJumpsAndSuspendsFireAndResolveNothing) {
  RuleWorld world(R"(  - alert: Slow
    expr: clawvigil_test_value > 5
    for: 10m
  - alert: Fast
    expr: clawvigil_test_value > 5
)");
  world.values = {{"a", 9}};
  const Shown expected{"Slow a pending", "Fast a firing"};
  EXPECT_EQ(shown(world.run(minutes(1))), expected);
  world.clock.set_wall(world.clock.now().wall +
                       hours(10));  // suspended: only the wall clock went on
  EXPECT_EQ(shown(world.run(seconds(1))), expected);
  EXPECT_EQ(shown(world.run(minutes(8))), expected);
  world.clock.set_wall(world.clock.now().wall - hours(48));
  EXPECT_EQ(shown(world.run(seconds(10))), expected);
  world.clock.advance(hours(3));  // stopped: both went on
  EXPECT_EQ(shown(world.run(seconds(10))), expected);
  EXPECT_EQ(shown(world.run(seconds(45))), (Shown{"Slow a firing", "Fast a firing"}));
}

TEST(Engine, StateSurvivesARestart) {
  const test::TempDir directory;
  RuleWorld world(std::string(kHigh) + kEvents);
  auto store = store::Store::open(directory.path(), world.clock.now().wall);
  world.restart(store);
  world.values = {{"b", 9}, {"c", 1}};
  world.events = {{"a", 0}};
  for (int minute = 0; minute < 10; ++minute) {
    if (minute == 5) world.events["a"] = 100;
    world.run(minutes(1));
    world.save(store);
  }
  world.values["c"] = 9;
  const auto before = world.run(seconds(4));
  EXPECT_EQ(shown(before).size(), 3U);
  ASSERT_EQ(world.engine->must_save(world.clock.now()), Engine::Saving::states);
  world.save(store);
  EXPECT_EQ(world.engine->must_save(world.clock.now()), Engine::Saving::nothing);
  world.clock.advance(minutes(30));
  world.restart(store);
  const auto first = world.evaluate();  // no collector has run yet
  EXPECT_FALSE(first.changed);
  std::map<std::string, std::string> texts;
  for (const Alert& alert : first.alerts) {
    EXPECT_EQ(alert.frozen, alert.name() == "High");  // the other is known from history
    if (alert.name() == "High")
      texts[std::string(alert.labels.get("name"))] = alert.annotations.at("summary");
  }
  EXPECT_EQ(texts, (std::map<std::string, std::string>{{"b", "b is 9"}, {"c", "c is 9"}}));
  const auto second = world.run(seconds(1));
  EXPECT_FALSE(second.changed);
  EXPECT_EQ(shown(second), shown(before));  // c is still pending: nobody watched for half an hour
  for (const Alert& alert : second.alerts) {
    if (alert.state != AlertState::firing) continue;
    const auto same = std::ranges::find(before.alerts, alert.fingerprint, &Alert::fingerprint);
    ASSERT_NE(same, before.alerts.end());
    EXPECT_EQ(alert.fired_at, same->fired_at);
  }
  EXPECT_EQ(world.posture("Many").status, RuleStatus::broken);  // the past is known
  EXPECT_EQ(shown(world.run(seconds(5))), shown(before));
  EXPECT_EQ(shown(world.run(seconds(1))),  // c has been pending for 10 s
            (Shown{"High b firing", "High c firing", "Many a firing"}));
}

TEST(Engine, AlertsOfRulesThatAreGoneResolve) {
  const test::TempDir directory;
  RuleWorld world(std::string(kHigh) + "  - alert: Other\n    expr: clawvigil_test_value > 5\n");
  auto store = store::Store::open(directory.path(), world.clock.now().wall);
  world.values = {{"b", 9}};
  world.run(seconds(20));
  world.save(store);
  world.rules = test::rules_of(kHigh);
  world.engine->replace_rules(world.rules);
  const auto replaced = world.run(seconds(1));
  EXPECT_TRUE(replaced.changed);
  EXPECT_EQ(shown(replaced), (Shown{"High b firing", "Other b resolved"}));
  world.restart(store);  // what was stored still had the other rule
  const auto restarted = world.run(seconds(1));
  EXPECT_TRUE(restarted.changed);
  EXPECT_EQ(shown(restarted), (Shown{"High b firing", "Other b resolved"}));
  EXPECT_EQ(shown(world.run(minutes(16))), Shown{"High b firing"});
}

TEST(Engine, AnAlertOfARuleThatCameBackIsThereOnce) {
  const std::string other = "  - alert: Other\n    expr: clawvigil_test_value > 5\n";
  RuleWorld world(std::string(kHigh) + other);
  world.values = {{"b", 9}};
  world.run(seconds(20));
  const auto both = world.rules;
  world.rules = test::rules_of(kHigh);
  world.engine->replace_rules(world.rules);
  EXPECT_EQ(shown(world.run(seconds(1))), (Shown{"High b firing", "Other b resolved"}));
  world.rules = both;
  world.engine->replace_rules(world.rules);
  EXPECT_EQ(shown(world.run(seconds(1))), (Shown{"High b firing", "Other b firing"}));
}

TEST(Engine, DuplicateResultsAreAnErrorThatIsSeen) {
  RuleWorld world("  - alert: A\n    expr: clawvigil_test_value > 0\n    labels: {name: same}\n");
  world.values = {{"a", 1}};
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"A same firing"});
  world.values["b"] = 1;
  EXPECT_EQ(shown(world.run(seconds(1))), Shown{"A same firing"});
  Batch batch;
  world.engine->export_metrics(batch);
  const Family* const failures = batch.find("clawvigil_rule_evaluation_failures_total");
  ASSERT_NE(failures, nullptr);
  EXPECT_EQ(failures->samples.at({"test"}), 1);
}

TEST(Engine, MetricsAndApiShowTheStates) {
  RuleWorld world(kHigh);
  world.values = {{"b", 9}};
  world.run(seconds(1));
  Batch batch;
  world.engine->export_metrics(batch);
  const Family* const states = batch.find("clawvigil_rule_state");
  ASSERT_NE(states, nullptr);
  EXPECT_EQ(states->samples.size(), 1U);
  EXPECT_EQ(states->samples.at({"High", "critical", "host"}), 2);
  const auto rules = world.engine->api_rules();
  EXPECT_EQ(rules["groups"][0]["rules"][0]["state"], "pending");
  EXPECT_EQ(rules["groups"][0]["rules"][0]["alerts"][0]["value"], "9e+00");
  EXPECT_EQ(world.engine->api_alerts()["alerts"].size(), 1U);
}

TEST(Engine, PostureCountsAndNamesWhatIsAccepted) {
  RuleWorld world(kHigh);
  world.values = {{"b", 9}, {"c", 9}};
  world.run(seconds(15));
  const auto accept_b = [](const promql::Labels& labels) -> std::optional<Silenced> {
    if (labels.get("name") != "b") return std::nullopt;
    return Silenced{true, "my own"};
  };
  const Posture posture = world.engine->posture(world.clock.now().wall, accept_b);
  const auto json = to_json(posture);
  EXPECT_EQ(json["summary"]["accepted"], 1);
  EXPECT_EQ(json["summary"]["broken"], 1);
  EXPECT_EQ(json["summary"].size(), 6U);
  EXPECT_EQ(json["host"], "vps");
  EXPECT_EQ(json["time"], "2026-11-22T00:00:15Z");
  for (const auto& rule : json["rules"]) {
    EXPECT_EQ(rule.size(), 13U);
    EXPECT_EQ(rule["since"], "2026-11-22T00:00:01Z");
    EXPECT_EQ(rule["until"], nullptr);
    EXPECT_EQ(rule["action"], "repair it");
    EXPECT_EQ(rule["reason"], rule["labels"]["name"] == "b" ? "my own" : "");
  }
}

}  // namespace
}  // namespace clawvigil::alerts
