#include "bench/spend/characters.h"

#include <algorithm>

namespace clawvigil::spend {
namespace {

constexpr std::array<std::string_view, 6> kNames{"hobbyist",   "developer", "team",
                                                 "automation", "household", "idle"};
constexpr std::array kShares{0.25, 0.2, 0.15, 0.15, 0.15, 0.1};

// Indices of prices.cc.
constexpr std::size_t kOpusOld = 0, kOpus = 1, kSonnet = 2, kHaiku = 3, kGpt = 4, kGptMini = 5,
                      kGemini = 6, kFlash = 7, kFlashLite = 8, kDeepseek = 9, kGlm = 10, kKimi = 11;

// Bumps around hours of the day; a little at every other hour that is not night.
std::array<double, 24> rhythm(std::initializer_list<std::pair<int, double>> bumps, double night) {
  std::array<double, 24> hours{};
  for (int hour = 0; hour < 24; ++hour) {
    auto& share = hours[static_cast<std::size_t>(hour)];
    share = hour >= 7 && hour < 23 ? 0.05 : night;
    for (const auto& [centre, weight] : bumps) {
      const double distance = hour + 0.5 - centre;
      share += weight * exp_of(-distance * distance / 4.5);
    }
  }
  return hours;
}

std::size_t one_of(Random& random, std::initializer_list<std::size_t> choices) {
  return *(choices.begin() + random.whole(0, static_cast<std::int64_t>(choices.size()) - 1));
}

Agent agent_of(Random& random, const Host& host, std::string name,
               std::initializer_list<std::size_t> choices) {
  Agent agent;
  agent.name = std::move(name);
  agent.days = host.days;
  agent.models = {{0, one_of(random, choices)}};
  agent.context = random.log_normal(17'000, 0.35);
  return agent;
}

void add_heartbeat(Random& random, Agent& agent, double share) {
  if (!random.chance(share)) return;
  agent.heartbeat = random.chance(0.7) ? 30 : 60;
  agent.heartbeat_apart = random.chance(0.5);
  agent.heartbeat_at_night = random.chance(0.6);
  agent.heartbeat_model = random.chance(0.5)
                              ? agent.models.front().model
                              : one_of(random, {kHaiku, kGptMini, kFlash, kFlashLite});
}

void add_jobs(Random& random, Host& host, double mean, bool often) {
  for (int left = random.poisson(mean); left > 0; --left) {
    Job job;
    job.agent = static_cast<std::size_t>(
        random.whole(0, static_cast<std::int64_t>(host.agents.size()) - 1));
    const Agent& agent = host.agents[job.agent];
    job.days = host.days;
    constexpr std::array kOften{10, 15, 30, 60, 60, 120, 240};
    if (often && random.chance(0.6)) {
      job.every = kOften[static_cast<std::size_t>(random.whole(0, 6))];
    } else if (random.chance(0.2)) {
      job.weekday = static_cast<int>(random.whole(0, 6));
    }
    const std::int64_t hour = random.whole(5, 22);
    job.at = static_cast<int>(hour * 60 + random.whole(0, 3) * 15);
    job.calls = random.log_normal(job.every != 0 ? 2.5 : 6, 0.5);
    job.result = random.log_normal(1'200, 0.7);
    job.model = job.every == 0 || random.chance(0.2)
                    ? agent.models.front().model
                    : one_of(random, {kHaiku, kGptMini, kFlash, kFlashLite, kDeepseek, kGlm});
    job.channel = agent.channels.front();
    job.more_at_month_end = often && random.chance(0.3);
    host.jobs.push_back(job);
  }
}

void make_hobbyist(Random& random, Host& host) {
  host.workday = rhythm({{8, 0.5}, {20, 2}, {22, 1}}, 0.02);
  host.weekend = rhythm({{11, 1}, {15, 1}, {21, 1.5}}, 0.04);
  host.on_weekend = random.uniform(0.8, 2.2);
  host.restless = 0.7;
  Agent agent = agent_of(random, host, "main", {kSonnet, kHaiku, kGpt, kGemini, kKimi, kOpus});
  agent.sessions = random.log_normal(2, 0.5);
  agent.channels = {random.chance(0.6) ? "telegram" : "discord", "webchat"};
  add_heartbeat(random, agent, 0.5);
  host.agents = {agent};
  add_jobs(random, host, 1.2, false);
}

void make_developer(Random& random, Host& host) {
  host.workday = rhythm({{10, 2}, {15, 2}, {21, 0.7}}, 0.03);
  host.weekend = rhythm({{11, 1}, {16, 1}, {21, 1}}, 0.03);
  host.on_weekend = random.uniform(0.1, 0.7);
  host.restless = 0.9;
  Agent main = agent_of(random, host, "main", {kSonnet, kGpt, kHaiku, kGlm});
  main.sessions = random.log_normal(2, 0.4);
  main.channels = {"telegram", "webchat"};
  add_heartbeat(random, main, 0.4);
  Agent coder = agent_of(random, host, "coder", {kOpusOld, kOpus, kSonnet, kSonnet, kGpt, kGlm});
  coder.sessions = random.log_normal(4, 0.5);
  coder.turns = 4;
  coder.chain = random.log_normal(9, 0.3);
  coder.chain_sigma = 1.1;
  coder.result = 1'600;
  coder.subagents = random.uniform(0, 0.12);
  coder.channels = {"webchat", "telegram"};
  host.agents = {main, coder};
  add_jobs(random, host, 1.5, false);
}

void make_team(Random& random, Host& host) {
  host.workday = rhythm({{9, 1.5}, {11, 2}, {14, 2}, {16, 1.5}}, 0.01);
  host.weekend = rhythm({{14, 1}}, 0.02);
  host.on_weekend = random.uniform(0.03, 0.2);
  host.on_holiday = 0.1;
  host.restless = 0.35;
  host.month_end = random.chance(0.6) ? random.uniform(1.5, 3.5) : 1;
  constexpr std::array<std::string_view, 6> kAgents{"main",  "support", "research",
                                                    "sales", "ops",     "writer"};
  const std::string channel = random.chance(0.6) ? "slack" : "discord";
  for (std::int64_t index = 0, count = random.whole(3, 6); index < count; ++index) {
    Agent agent = agent_of(random, host, std::string(kAgents[static_cast<std::size_t>(index)]),
                           {kSonnet, kHaiku, kGpt, kGptMini, kGemini, kFlash, kOpus});
    agent.sessions = random.log_normal(6, 0.7);
    agent.turns = 2.5;
    agent.channels = {channel, "webchat"};
    agent.hooks = random.chance(0.3) ? random.log_normal(15, 0.6) : 0;
    agent.subagents = random.chance(0.3) ? random.uniform(0, 0.06) : 0;
    if (index == 0) add_heartbeat(random, agent, 0.4);
    host.agents.push_back(agent);
  }
  add_jobs(random, host, 4, false);
}

void make_automation(Random& random, Host& host) {
  host.workday = rhythm({{10, 1}, {16, 1}}, 0.01);
  host.weekend = host.workday;
  host.on_weekend = 0.3;
  Agent agent =
      agent_of(random, host, "main", {kSonnet, kHaiku, kGpt, kGptMini, kDeepseek, kFlash});
  agent.sessions = random.log_normal(0.8, 0.5);
  agent.channels = {"slack", "webchat"};
  agent.hooks = random.chance(0.5) ? random.log_normal(25, 0.8) : 0;
  add_heartbeat(random, agent, 0.3);
  host.agents = {agent};
  if (random.chance(0.5)) {
    Agent worker = agent_of(random, host, "worker", {kGptMini, kFlash, kDeepseek, kHaiku, kKimi});
    worker.sessions = 0.2;
    worker.channels = {"slack"};
    host.agents.push_back(worker);
  }
  add_jobs(random, host, 9, true);
}

void make_household(Random& random, Host& host) {
  host.workday = rhythm({{7, 1}, {18, 1.5}, {20, 1}}, 0.005);
  host.weekend = rhythm({{10, 1}, {19, 1}}, 0.005);
  host.restless = 0.6;
  Agent agent = agent_of(random, host, "main", {kHaiku, kGptMini, kFlash, kSonnet, kGemini});
  agent.sessions = random.log_normal(1, 0.6);
  agent.turns = 2;
  agent.chain = 2.5;
  agent.channels = {"whatsapp"};
  add_heartbeat(random, agent, 0.5);
  host.agents = {agent};
  add_jobs(random, host, 0.8, false);
}

void make_idle(Random& random, Host& host) {
  make_household(random, host);
  host.jobs.clear();
  host.agents.front().sessions = random.log_uniform(0.03, 0.2);
  if (random.chance(0.5)) host.agents.front().heartbeat = 0;
}

}  // namespace

std::string_view name_of(Character character) {
  return kNames[static_cast<std::size_t>(character)];
}

void draw_character(Random random, Host& host) {
  host.character = static_cast<Character>(random.pick(kShares));
  host.on_holiday = random.uniform(0.3, 1.2);
  host.growth = random.uniform(-0.05, 0.12) / 30;
  host.failures = random.log_uniform(0.003, 0.03);
  constexpr std::array kMakers{make_hobbyist,   make_developer, make_team,
                               make_automation, make_household, make_idle};
  kMakers[static_cast<std::size_t>(host.character)](random, host);
}

}  // namespace clawvigil::spend
