// A small world for rules: a hub with two collectors whose values a test sets, and an engine that
// looks at it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/engine/engine.h"
#include "exporter/collect/hub.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::test {

inline constexpr Metric kTestValue{
    MetricType::gauge, "clawvigil_test_value", "A value for the test.", {"name"}, 4096};
inline constexpr Metric kTestEvents{
    MetricType::counter, "clawvigil_test_events_total", "Events for the test.", {"name"}, 4096};
inline constexpr Metric kOtherValue{
    MetricType::gauge, "clawvigil_other_value", "Another collector's value.", {"name"}, 4096};
inline constexpr std::array kTestMetrics{kTestValue.info(), kTestEvents.info()};
inline constexpr std::array kOtherMetrics{kOtherValue.info()};
inline const CollectorInfo kTestCollector{"first",
                                          "Test.",
                                          std::chrono::seconds(1),
                                          std::chrono::seconds(1),
                                          std::chrono::minutes(10),
                                          kTestMetrics};
inline const CollectorInfo kOtherCollector{"second",
                                           "Test.",
                                           std::chrono::seconds(1),
                                           std::chrono::seconds(1),
                                           std::chrono::minutes(10),
                                           kOtherMetrics};

// The text of a rule file with one group; `rules` is indented by two spaces.
[[nodiscard]] std::string rule_file_of(const std::string& rules);
// Loads it as an owner's file; fails the test when it has a problem.
[[nodiscard]] std::shared_ptr<const alerts::RuleSet> rules_of(const std::string& rules);

// One evaluation, with the alerts after it.
struct Evaluated : alerts::Engine::Outcome {
  std::vector<alerts::Alert> alerts;
};

class RuleWorld {
 public:
  explicit RuleWorld(const std::string& rules, ManualClock clock = ManualClock());

  // By name; what is not set is not exported.
  std::map<std::string, double> values;
  std::map<std::string, double> events;
  std::map<std::string, double> others;

  void publish();        // both collectors succeed
  void publish_first();  // only the one with values and events
  void publish_first(std::shared_ptr<const Batch> batch);
  void fail_first();
  void fail_second();
  Evaluated evaluate();
  // Publishes and evaluates once a second.
  Evaluated run(std::chrono::seconds duration);
  // A new engine with the same rules over the same store, as after a restart.
  void restart(store::Store& store);
  void save(store::Store& store, alerts::Engine::Saving what = alerts::Engine::Saving::all);

  [[nodiscard]] alerts::PostureEntry posture(const std::string& alertname) const;

  ManualClock clock;
  std::shared_ptr<const alerts::RuleSet> rules;
  std::unique_ptr<Hub> hub;
  std::unique_ptr<alerts::Engine> engine;

 private:
  void create();
};

}  // namespace clawvigil::test
