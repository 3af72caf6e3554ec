// Texts of alerts that ask: what the engine answers, when it does, and what it must keep for it.
#include <gtest/gtest.h>

#include "alerts/engine/engine.h"
#include "tests/support/hostile_labels.h"
#include "tests/support/rule_world.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::alerts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::RuleWorld;

const char kExplained[] = R"t(  - alert: High
    expr: clawvigil_test_value > 5
    for: 10s
    labels: {severity: critical, area: host}
    annotations:
      summary: '{{ with printf "topk(1, clawvigil_other_value{name=%q})" $labels.name | query -}}
        {{ . | first | label "name" }} has {{ . | first | value }}
        {{- else }}nothing is known{{ end }}'
      description: '{{ with printf "increase(clawvigil_test_events_total{name=%q}[10m])"
        $labels.name | query }}{{ . | first | value | printf "%.0f" }} events{{ end }}'
)t";

std::string summary(const test::Evaluated& outcome) {
  return outcome.alerts.empty() ? "no alert" : outcome.alerts.front().annotations.at("summary");
}

TEST(Explanation, IsMadeWhenAnAlertAppearsFiresAndChangesItsValue) {
  RuleWorld world(kExplained);
  world.values = {{"a", 1}, {"b", 9}};
  world.others = {{"a", 100}, {"b", 4}};
  EXPECT_EQ(summary(world.run(seconds(1))), "b has 4");
  world.others["b"] = 5;
  EXPECT_EQ(summary(world.run(seconds(8))), "b has 4");
  const auto fires = world.run(seconds(2));
  EXPECT_EQ(fires.alerts.front().state, AlertState::firing);
  EXPECT_EQ(summary(fires), "b has 5");
  world.others["b"] = 6;
  EXPECT_EQ(summary(world.run(minutes(1))), "b has 5");
  world.values["b"] = 10;
  EXPECT_EQ(summary(world.run(seconds(1))), "b has 6");
  world.others.erase("b");
  world.values["b"] = 11;
  EXPECT_EQ(summary(world.run(seconds(1))), "nothing is known");
}

TEST(Explanation, LooksBackAtTheSeriesOfTheAlertOnly) {
  const test::TempDir directory;
  RuleWorld world(kExplained);
  auto store = store::Store::open(directory.path(), world.clock.now().wall);
  world.restart(store);
  world.values = {{"b", 1}};
  world.events = {{"a", 0}, {"b", 0}};
  world.run(minutes(6));
  world.save(store);
  world.events = {{"a", 1000}, {"b", 8}};
  world.run(minutes(4));
  world.save(store);
  world.values["b"] = 9;
  const auto description = [](const test::Evaluated& outcome) {
    return outcome.alerts.front().annotations.at("description");
  };
  EXPECT_EQ(description(world.run(seconds(1))), "8 events");
  world.restart(store);
  world.values["b"] = 10;
  EXPECT_EQ(description(world.run(seconds(1))), "8 events");
}

// What explains an alert says nothing about whether its rule can be judged.
TEST(Explanation, ThatCannotBeGivenLeavesTheRuleAsItIs) {
  RuleWorld world(kExplained);
  world.values = {{"b", 1}};
  world.publish_first();
  world.fail_second();
  world.evaluate();
  EXPECT_EQ(world.posture("High").status, RuleStatus::ok);
  world.values["b"] = 9;
  world.publish_first();
  const auto outcome = world.evaluate();
  EXPECT_EQ(summary(outcome), "nothing is known");
  EXPECT_FALSE(outcome.alerts.front().frozen);
}

TEST(Explanation, IsOfTheLabelHoweverHostile) {
  RuleWorld world(kExplained);
  for (std::size_t i = 0; i < test::kHostileLabels.size(); ++i) {
    world.values[test::kHostileLabels[i]] = 9;
    world.others[test::kHostileLabels[i]] = static_cast<double>(i);
  }
  const auto outcome = world.run(seconds(1));
  ASSERT_EQ(outcome.alerts.size(), test::kHostileLabels.size());
  for (const Alert& alert : outcome.alerts) {
    const std::string name(alert.labels.get("name"));
    const auto value = static_cast<int>(world.others.at(name));
    EXPECT_EQ(alert.annotations.at("summary"), name + " has " + std::to_string(value));
  }
}

TEST(Explanation, IsCheckedWhenTheFileIsRead) {
  const auto problem = [](const std::string& rules) {
    const auto file = parse_rule_file("r.yml", test::rule_file_of(rules));
    return file ? std::string("none") : to_string(file.error().front());
  };
  EXPECT_EQ(problem(R"t(  - alert: A
    expr: up
    annotations:
      a: text
      b: '{{ with query "sum(up))" }}{{ end }}'
)t"),
            "r.yml:8:33: query: unexpected \")\", expected an operator or the end");
  EXPECT_EQ(problem(R"t(  - alert: A
    expr: up
    annotations:
      b: |
        first
        é {{ with printf "up{job=~%q}" $labels.job | query }}{{ end }}
)t")
                .substr(0, 30),
            "r.yml:9:27: query: a label mus");
  EXPECT_EQ(
      problem("  - {alert: A, expr: up, labels: {x: '{{ query \"up\" | first | value }}'}}\n"),
      "r.yml:4:38: the label x asks a query: every other answer would be another alert");
}

}  // namespace
}  // namespace clawvigil::alerts
