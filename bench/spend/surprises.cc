// What is new, large or odd, and in order all the same.
#include <algorithm>
#include <cmath>

#include "bench/spend/incidents.h"

namespace clawvigil::spend_world {
namespace {

double cost_so_far(const Scene& scene, int label) {
  return scene.ledger->usd_of(static_cast<std::size_t>(label));
}

// A large job that somebody asks for and looks after: a chain of calls with subagents beside it,
// until it has cost up to four times the most expensive hour so far.
void big_job(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  const std::size_t agent = scene.some_agent(random, place.from);
  const Agent& one = host.agents[agent];
  const std::size_t model = one.model_on(host.day_at(place.from / 60));
  const double budget =
      std::max(0.5, scene.ledger->record_hour(place.from)) * random.uniform(0.7, 4);
  const auto label = static_cast<int>(scene.label(place, "big_job", false));
  Conversation session(*scene.ledger, one.context);
  std::vector<Conversation> helpers(static_cast<std::size_t>(random.whole(0, 6)),
                                    Conversation(*scene.ledger, one.context * 0.7));
  const double seconds = random.log_uniform(6, 25);
  std::int64_t next_turn = place.from;
  for (std::int64_t second = place.from; second < place.to && cost_so_far(scene, label) < budget;) {
    const bool turn = second >= next_turn;
    if (turn) next_turn = second + random.whole(10, 60) * 60;
    session.call({agent, Trigger::user, one.channels.front(), model}, second,
                 {.fresh = std::min(40'000.0, random.log_normal(3'000, 1)),
                  .output = random.log_normal(400, 0.9),
                  .human = turn,
                  .same = random.chance(0.02) ? Conversation::kAgain : Conversation::kNew,
                  .label = label});
    for (Conversation& helper : helpers) {
      const std::int64_t at = second + random.whole(0, 9);
      helper.call({agent, Trigger::subagent, one.channels.front(), model}, at,
                  {.fresh = std::min(40'000.0, random.log_normal(3'000, 1)),
                   .output = random.log_normal(400, 0.9),
                   .same = random.chance(0.02) ? Conversation::kAgain : Conversation::kNew,
                   .label = label});
    }
    second += std::max<std::int64_t>(3, static_cast<std::int64_t>(random.log_normal(seconds, 0.5)));
  }
}

// Transcripts of another machine, copied here: months of use become known within minutes.
void import_old(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  const Agent& agent = host.agents.front();
  const auto label = static_cast<int>(scene.label(place, "import", false));
  const std::int64_t first = place.from - random.whole(20, 120) * 86'400;
  for (std::int64_t left = random.whole(30, 400); left > 0; --left) {
    Conversation session(*scene.ledger, agent.context);
    std::int64_t second = random.whole(first, place.from - 86'400);
    const std::int64_t seen = random.whole(place.from, place.to - 1);
    for (std::int64_t calls = random.whole(3, 40); calls > 0; --calls) {
      session.call({0, Trigger::user, agent.channels.front(), agent.models.front().model}, second,
                   {.fresh = random.log_normal(900, 1),
                    .output = random.log_normal(250, 0.9),
                    .human = random.chance(0.2),
                    .label = label,
                    .seen = seen});
      second += random.whole(5, 90);
    }
  }
}

void clock_skew(Scene& scene, Random& random, const Place& place) {
  const double seconds = kHourSeconds * random.log_uniform(0.05, 30);
  const auto by = static_cast<std::int64_t>(random.chance(0.5) ? seconds : -seconds);
  scene.ledger->skew(place.from, place.to, by);
  scene.label(place, "clock_skew", false);
}

// A question too hard for the usual model: somebody asks the dearest of its provider for once.
void dear_question(Scene& scene, Random& random, const Place& place) {
  const Host& host = *scene.host;
  const std::size_t agent = scene.some_agent(random, place.from);
  const Agent& one = host.agents[agent];
  const std::size_t usual = one.model_on(host.day_at(place.from / 60));
  const std::size_t dearest = dearest_of_provider(usual);
  if (dearest == usual) return;
  scene.label(place, "dear_question", false);
  Conversation session(*scene.ledger, one.context);
  for (std::int64_t second = place.from; second < place.to;) {
    const auto calls = static_cast<int>(std::ceil(random.log_normal(one.chain, 0.8)));
    session.prompt(random, {agent, Trigger::user, one.channels.front(), dearest}, second,
                   {.calls = std::min(calls, 40), .result = one.result});
    second = session.busy_until() + static_cast<std::int64_t>(random.log_normal(200, 0.8));
  }
}

}  // namespace

void add_surprises(Scene& scene) {
  const bool quiet = scene.host->character == Character::idle;
  scene.stage("big_job", quiet ? 1 : 4, between(1, 6, kHourSeconds), big_job);
  scene.stage("import", 0.4, [](Random& random) { return 60 * random.uniform(1, 10); }, import_old);
  scene.stage("clock_skew", 0.4, between(0.5, 12, kHourSeconds), clock_skew);
  scene.stage("dear_question", quiet ? 1 : 3, between(0.1, 2, kHourSeconds), dear_question);
}

}  // namespace clawvigil::spend_world
