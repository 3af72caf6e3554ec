#include "tests/support/rule_world.h"

#include <gtest/gtest.h>

namespace clawvigil::test {

using alerts::Engine;

std::string rule_file_of(const std::string& rules) {
  return "groups:\n- name: test\n  rules:\n" + rules;
}

std::shared_ptr<const alerts::RuleSet> rules_of(const std::string& rules) {
  alerts::RuleSources sources{{}, {}, {{"test.yml", rule_file_of(rules)}}};
  auto loaded = alerts::load_rules(sources, AlertsConfig{});
  if (loaded) return *loaded;
  for (const auto& problem : loaded.error()) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const alerts::RuleSet>();
}

RuleWorld::RuleWorld(const std::string& text, ManualClock start)
    : clock(start), rules(rules_of(text)) {
  create();
}

void RuleWorld::create() {
  hub = std::make_unique<Hub>(std::vector<const CollectorInfo*>{&kTestCollector, &kOtherCollector});
  alerts::EngineOptions options;
  options.host = "vps";
  options.instance = "127.0.0.1:9842";
  options.collectors = {&kTestCollector, &kOtherCollector};
  engine = std::make_unique<Engine>(rules, std::move(options));
}

void RuleWorld::publish_first() {
  auto batch = std::make_shared<Batch>();
  for (const auto& [name, value] : values) batch->set(kTestValue, value, name);
  for (const auto& [name, value] : events) batch->set(kTestEvents, value, name);
  publish_first(std::move(batch));
}

void RuleWorld::publish_first(std::shared_ptr<const Batch> batch) {
  hub->publish_success(kTestCollector, std::move(batch), clock.now(), Duration{});
}

void RuleWorld::publish() {
  publish_first();
  auto batch = std::make_shared<Batch>();
  for (const auto& [name, value] : others) batch->set(kOtherValue, value, name);
  hub->publish_success(kOtherCollector, std::move(batch), clock.now(), Duration{});
}

void RuleWorld::fail_first() {
  hub->publish_failure(kTestCollector, {Errc::denied, "not allowed"}, Duration{});
}

void RuleWorld::fail_second() {
  hub->publish_failure(kOtherCollector, {Errc::denied, "not allowed"}, Duration{});
}

Evaluated RuleWorld::evaluate() {
  const Engine::Outcome outcome = engine->evaluate(*hub->snapshot(clock.now()), clock.now());
  return {outcome, engine->alerts()};
}

Evaluated RuleWorld::run(std::chrono::seconds duration) {
  Evaluated last;
  for (std::chrono::seconds i{0}; i < duration; ++i) {
    clock.advance(std::chrono::seconds(1));
    publish();
    last = evaluate();
  }
  return last;
}

void RuleWorld::save(store::Store& store, Engine::Saving what) {
  auto transaction = store.begin();
  ASSERT_TRUE(transaction);
  const auto saved = engine->save(store, clock.now(), what);
  ASSERT_TRUE(saved) << saved.error().message;
  ASSERT_TRUE(transaction->commit());
  engine->saved();
}

void RuleWorld::restart(store::Store& store) {
  create();
  const auto restored = engine->restore(store, clock.now());
  ASSERT_TRUE(restored) << restored.error().message;
}

alerts::PostureEntry RuleWorld::posture(const std::string& alertname) const {
  for (const auto& entry : engine->posture(clock.now().wall).entries) {
    if (entry.alertname == alertname) return entry;
  }
  return {};
}

}  // namespace clawvigil::test
