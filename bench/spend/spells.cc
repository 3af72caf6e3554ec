// Incidents that make the usual use dearer: the wrong model, a cache that no longer works, a
// context that grows from week to week.
#include <algorithm>
#include <cmath>

#include "bench/spend/incidents.h"

namespace clawvigil::spend_world {
namespace {

void expensive_model(Scene& scene, Random& random, const Place& place) {
  const std::size_t agent = scene.some_agent(random, place.from);
  const auto day = scene.host->day_at(place.from / 60);
  const std::size_t usual = scene.host->agents[agent].model_on(day);
  std::vector<double> weights(models().size(), 0);
  for (std::size_t other = 0; other < weights.size(); ++other) {
    const double factor = dearness(other, usual);
    if (factor >= 5 && factor <= 20) weights[other] = 1;
  }
  if (std::ranges::count(weights, 1.0) == 0) return;  // uses a dear one already
  const std::size_t wrong = random.pick(weights);
  const std::size_t label = scene.label(place, "expensive_model", true);
  scene.ledger->add_spell({place.from, place.to, label, [=](Call& call) {
                             if (call.agent == agent && call.model == usual) call.model = wrong;
                           }});
}

void cache_broken(Scene& scene, Random&, const Place& place) {
  const std::size_t label = scene.label(place, "cache_broken", true);
  scene.ledger->add_spell({place.from, place.to, label, [](Call& call) {
                             call.tokens.input += call.tokens.cache_read + call.tokens.cache_write;
                             call.tokens.cache_read = call.tokens.cache_write = 0;
                           }});
}

void drift(Scene& scene, Random& random, const Place& place) {
  const double most = random.uniform(2, 5);
  const std::size_t label = scene.label(place, "drift", true);
  scene.ledger->add_spell(
      {place.from, place.to, label, [=](Call& call) {
         const double share = static_cast<double>(call.second - place.from) /
                              static_cast<double>(place.to - place.from);
         const double factor = 1 + (most - 1) * share;
         for (auto* count :
              {&call.tokens.input, &call.tokens.cache_read, &call.tokens.cache_write}) {
           *count = static_cast<std::int64_t>(std::floor(static_cast<double>(*count) * factor));
         }
       }});
}

}  // namespace

void plan_spells(Scene& scene) {
  scene.stage("drift", 0.4, between(14, 42, kDaySeconds), drift);
  scene.stage("expensive_model", 0.9, between(1, 14, kDaySeconds), expensive_model);
  scene.stage("cache_broken", 0.8, between(1, 10, kDaySeconds), cache_broken);
}

}  // namespace clawvigil::spend_world
