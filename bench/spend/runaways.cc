// Incidents that make calls of their own: a loop, a stranger with a key, a job that runs every
// minute.
#include <algorithm>
#include <cmath>

#include "bench/spend/incidents.h"
#include "bench/spend/life.h"

namespace clawvigil::spend_world {
namespace {

std::int64_t whole(double value) { return static_cast<std::int64_t>(std::floor(value)); }

// One tool loop. How it looks is drawn once, then every call differs a little.
void loop(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  const std::size_t agent = scene.some_agent(random, place.from);
  const Agent& one = host.agents[agent];
  const bool asked = random.chance(0.7);  // somebody's last turn began it
  const Speaker speaker{agent, asked ? Trigger::user : Trigger::cron, one.channels.front(),
                        one.model_on(host.day_at(place.from / 60))};
  const double seconds = random.log_uniform(5, 60);
  const double result = random.log_uniform(100, 4'000);
  const double output = random.log_uniform(60, 400);
  // One call, a few in turn, always another.
  const std::size_t kind = random.pick(std::array{0.6, 0.25, 0.15});
  const auto period = static_cast<int>(kind == 0 ? 1 : random.whole(2, 4));
  const double repeated = kind == 2 ? 0 : random.uniform(0.85, 1);
  const double failed = random.chance(0.15) ? 0.5 : 0.01;
  Conversation session(*scene.ledger, one.context + random.log_uniform(2'000, 60'000));
  const auto label = static_cast<int>(scene.label(place, "loop", true));
  int calls = 0;
  for (std::int64_t second = place.from; second < place.to;) {
    session.call(speaker, second,
                 {.fresh = random.log_normal(result, 0.3),
                  .output = random.log_normal(output, 0.4),
                  .human = calls == 0 && asked,
                  .same = random.chance(repeated) ? 1 + calls % period : Conversation::kNew,
                  .failed = random.chance(failed),
                  .label = label});
    ++calls;
    second += std::max<std::int64_t>(3, whole(random.log_normal(seconds, 0.3)));
  }
}

// How a stranger uses the gateway.
struct Stranger {
  Speaker speaker;
  double calls_a_minute;
  double fresh;
  double output;
  double context;  // sent along with every turn
  int chain;       // calls of a turn: 1 for a plain proxy
  int label;
};

void use_gateway(Scene& scene, Random& random, const Place& place, const Stranger& stranger) {
  Conversation session(*scene.ledger, stranger.context);
  int left = 0;
  auto second = static_cast<double>(place.from);
  while (second < static_cast<double>(place.to)) {
    const bool turn = left <= 0;
    if (turn) left = stranger.chain;
    --left;
    if (turn && stranger.chain == 1) session = Conversation(*scene.ledger, stranger.context);
    session.call(stranger.speaker, whole(second),
                 {.fresh = random.log_normal(stranger.fresh, 0.8),
                  .output = random.log_normal(stranger.output, 0.7),
                  .human = turn,
                  .failed = random.chance(0.01),
                  .label = stranger.label});
    second += random.exponential(60 / stranger.calls_a_minute);
  }
}

void leaked_key(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  const std::size_t agent = scene.some_agent(random, place.from);
  const std::size_t usual = host.agents[agent].model_on(host.day_at(place.from / 60));
  const bool plain = random.chance(0.7);
  Stranger stranger{.speaker = {agent, Trigger::user, "webchat",
                                random.chance(0.5) ? dearest_of_provider(usual) : usual},
                    .calls_a_minute = random.log_uniform(0.15, 8),
                    .fresh = random.log_uniform(800, 30'000),
                    .output = random.log_uniform(200, 2'500),
                    .context = plain ? 500 : host.agents[agent].context,
                    .chain = plain ? 1 : static_cast<int>(random.whole(5, 40)),
                    .label = static_cast<int>(scene.label(place, "leaked_key", true))};
  if (!plain) stranger.fresh = std::min(stranger.fresh, 4'000.0);
  if (random.chance(0.5)) {
    use_gateway(scene, random, place, stranger);
    return;
  }
  // In bursts, most of them at the owner's night.
  stranger.calls_a_minute = std::max(stranger.calls_a_minute, 1.0);
  for (std::int64_t from = place.from; from < place.to;) {
    const std::int64_t to = std::min(place.to, from + whole(60 * random.log_uniform(15, 90)));
    use_gateway(scene, random, {from, to}, stranger);
    const std::int64_t day = host.day_at(to / 60) + 1;
    from = random.chance(0.5) ? host.minute_of(day, static_cast<int>(random.whole(0, 330))) * 60
                              : to + whole(kHourSeconds * random.log_uniform(2, 12));
  }
}

// A daily job that runs as often as it can. OpenClaw starts none while its last run goes on.
void cron_wild(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  Job job;
  job.agent = scene.some_agent(random, place.from);
  const Agent& agent = host.agents[job.agent];
  job.model = agent.model_on(host.day_at(place.from / 60));
  job.channel = agent.channels.front();
  job.calls = random.log_normal(4, 0.5);
  job.result = random.log_normal(1'200, 0.7);
  for (const Job& own : host.jobs) {
    if (own.every == 0 && own.agent == job.agent) job = own;
  }
  const std::int64_t every = 60 * (random.chance(0.7) ? 1 : random.whole(2, 5));
  const auto label = static_cast<int>(scene.label(place, "cron_wild", true));
  for (std::int64_t second = place.from; second < place.to;) {
    Conversation run(*scene.ledger, agent.context * 0.7);
    std::int64_t at = second + random.whole(0, 5);
    for (auto left = std::max<std::int64_t>(1, whole(random.log_normal(job.calls, 0.3))); left > 0;
         --left) {
      at += whole(2 + std::min(300.0, random.log_normal(6, 0.9)));
      run.call({job.agent, Trigger::cron, job.channel, job.model}, at,
               {.fresh = random.log_normal(job.result, 0.8),
                .output = random.log_normal(180, 0.7),
                .failed = random.chance(0.01),
                .label = label});
    }
    second += every * std::max<std::int64_t>(1, (at - second + every - 1) / every);
  }
}

}  // namespace

void add_runaways(Scene& scene) {
  scene.stage("leaked_key", 2, between(2, 120, kHourSeconds), leaked_key);
  scene.stage("cron_wild", 1.2, between(2, 72, kHourSeconds), cron_wild);
  scene.stage("loop", 3.5, between(0.4, 12, kHourSeconds), loop);
}

}  // namespace clawvigil::spend_world
