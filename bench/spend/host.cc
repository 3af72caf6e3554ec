#include "bench/spend/host.h"

#include <algorithm>

#include "bench/spend/characters.h"

namespace clawvigil::spend_world {
namespace {

constexpr std::array kZones{
    Zone{"Europe/Berlin", 60, Zone::Summer::europe},
    Zone{"Europe/Lisbon", 0, Zone::Summer::europe},
    Zone{"America/New_York", -300, Zone::Summer::america},
    Zone{"America/Los_Angeles", -480, Zone::Summer::america},
    Zone{"Asia/Tokyo", 540, Zone::Summer::none},
    Zone{"UTC", 0, Zone::Summer::none},
};
constexpr std::array kZoneWeights{4.0, 1.0, 3.0, 1.0, 1.0, 2.0};

std::vector<Days> some_days(Random& random, const Days& within, double mean_count, int shortest,
                            int longest) {
  std::vector<Days> result;
  for (int left = random.poisson(mean_count); left > 0; --left) {
    const std::int64_t from = random.whole(within.from, within.to - 1);
    result.push_back({from, std::min(within.to, from + random.whole(shortest, longest))});
  }
  return result;
}

// A successor of similar price, as when a better one comes out or another provider is tried.
std::size_t similar_model(Random& random, std::size_t old) {
  std::vector<double> weights(models().size(), 0);
  for (std::size_t next = 0; next < weights.size(); ++next) {
    const double factor = dearness(next, old);
    if (next != old && factor > 0.3 && factor < 2.2) weights[next] = 1;
  }
  return std::ranges::count(weights, 1.0) == 0 ? old : random.pick(weights);
}

void draw_changes(Random random, Host& host) {
  for (Agent& agent : host.agents) {
    for (int left = random.poisson(0.8); left > 0; --left) {
      const std::int64_t day = random.whole(host.days.from + 10, host.days.to - 10);
      agent.models.push_back({day, similar_model(random, agent.models.front().model)});
    }
    std::ranges::sort(agent.models, {}, &Switch::from);
  }
  for (int left = random.poisson(0.7); left > 0; --left) {
    const Agent& agent = host.agents[static_cast<std::size_t>(
        random.whole(0, static_cast<std::int64_t>(host.agents.size()) - 1))];
    const double factor = random.chance(0.7) ? random.uniform(0.4, 0.9) : random.uniform(1.1, 1.5);
    host.price_changes.push_back(
        {random.whole(host.days.from + 10, host.days.to - 10), agent.models.back().model, factor});
  }
}

// What is new on a host in the course of a year, and harmless.
void draw_news(Random random, Host& host) {
  for (int left = random.poisson(1.2); left > 0; --left) {
    const std::int64_t day = random.whole(host.days.from + 3, host.days.to - 3);
    const std::int64_t from = host.minute_of(day, static_cast<int>(random.whole(0, 1439)));
    const auto minutes = static_cast<std::int64_t>(random.log_uniform(20, 300));
    host.outages.push_back({from, from + minutes, random.uniform(0.5, 1)});
  }
  if (random.chance(0.3)) {
    const std::int64_t from = random.whole(host.days.from + 20, host.days.to - 20);
    const Days days{from, from + random.whole(4, 14)};
    const auto hours = static_cast<int>(random.whole(3, 9));
    const bool late = random.chance(0.5);
    // A year of less than 41 days has no room for it.
    if (days.from <= host.days.to - 20) host.travels.push_back({days, late ? hours : -hours});
  }
  if (random.chance(0.35)) {
    Agent agent = host.agents.front();
    agent.name = "assistant";
    agent.sessions *= random.uniform(0.3, 1);
    agent.heartbeat = 0;
    agent.days = {random.whole(host.days.from + 10, host.days.to - 5), host.days.to};
    agent.models = {{0, similar_model(random, agent.models.front().model)}};
    host.agents.push_back(agent);
  }
  if (random.chance(0.6)) {
    Job job;
    job.days = {random.whole(host.days.from + 10, host.days.to - 5), host.days.to};
    job.model = host.agents.front().models.front().model;
    job.every = random.chance(0.4) ? 240 : 0;
    job.at = static_cast<int>(random.whole(0, 95) * 15);
    job.calls = random.log_normal(4, 0.4);
    job.channel = host.agents.front().channels.front();
    host.jobs.push_back(job);
  }
}

void draw_span(Random random, Host& host, int length, int warm_up) {
  host.days.from = random.whole(day_of(2025, 1, 1), day_of(2025, 12, 31));
  host.days.to = host.days.from + length;
  host.cold_start = random.chance(0.2);
  const auto known = host.cold_start ? random.whole(0, std::min(20, warm_up)) : warm_up;
  host.evaluate = host.days.from + warm_up;
  host.days.from = host.evaluate - known;  // nothing happened before
}

}  // namespace

std::size_t Agent::model_on(std::int64_t day) const {
  std::size_t model = models.front().model;
  for (const Switch& one : models) {
    if (one.from <= day) model = one.model;
  }
  return model;
}

double Host::price_factor(std::size_t model, std::int64_t day) const {
  double factor = 1;
  for (const PriceChange& change : price_changes) {
    if (change.model == model && change.from <= day) factor *= change.factor;
  }
  return factor;
}

Host make_host(std::uint64_t seed, int length, int warm_up) {
  const Random root = Random(seed).stream("host");
  Host host;
  host.seed = seed;
  draw_span(root.stream("span"), host, length, warm_up);
  Random random = root.stream("zone");
  host.zone = kZones[random.pick(kZoneWeights)];
  draw_character(root.stream("character"), host);
  random = root.stream("away");
  host.away = some_days(random, host.days, 2, 4, 16);
  const bool rests =
      host.character == Character::hobbyist || host.character == Character::household;
  host.quiet = some_days(random, host.days, rests ? 1 : 0.2, 20, 60);
  draw_changes(root.stream("changes"), host);
  draw_news(root.stream("news"), host);
  return host;
}

}  // namespace clawvigil::spend_world
