#include "bench/spend/life.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "bench/spend/conversation.h"

namespace clawvigil::spend {
namespace {

int some(Random& random, double median, double sigma, int most) {
  return std::clamp(static_cast<int>(std::floor(random.log_normal(median, sigma) + 0.5)), 1, most);
}

bool within(const std::vector<Days>& spans, std::int64_t day) {
  return std::ranges::any_of(spans, [&](const Days& span) { return span.contains(day); });
}

bool is_weekend(std::int64_t day) { return weekday_of(day) % 6 == 0; }

// How busy people are on a day, of an ordinary working day.
double busyness(const Host& host, std::int64_t day) {
  double factor = exp_of(host.growth * static_cast<double>(day - host.days.from));
  if (is_weekend(day)) factor *= host.on_weekend;
  if (is_holiday(host.zone, day)) factor *= host.on_holiday;
  if (within(host.away, day)) factor *= 0.08;
  if (within(host.quiet, day)) factor *= 0.05;
  if (is_month_end(day)) factor *= host.month_end;
  return factor;
}

class AgentDay {
 public:
  AgentDay(const Host& host, Ledger& ledger, std::size_t agent, std::int64_t day)
      : host_(&host),
        ledger_(&ledger),
        index_(agent),
        agent_(&host.agents[agent]),
        day_(day),
        random_(Random(host.seed).stream("life", day * 64 + static_cast<std::int64_t>(agent))),
        main_(ledger, agent_->context) {}

  void live(double sessions) {
    struct Event {
      std::int64_t second;
      bool beat;
    };
    std::vector<Event> events;
    for (int left = random_.poisson(sessions); left > 0; --left) {
      events.push_back({start_of_session(), false});
    }
    for (int at = 7; agent_->heartbeat != 0 && at < kDay; at += agent_->heartbeat) {
      if (!agent_->heartbeat_at_night && (at < 8 * 60 || at >= 23 * 60)) continue;
      events.push_back({host_->minute_of(day_, at) * 60 + random_.whole(0, 5), true});
    }
    std::ranges::sort(events, {}, &Event::second);
    for (const Event& event : events) {
      if (event.beat) {
        heartbeat(event.second);
      } else {
        session(event.second);
      }
    }
    hooks();
  }

 private:
  std::int64_t start_of_session() {
    const bool free = is_weekend(day_) || is_holiday(host_->zone, day_);
    std::int64_t minute =
        static_cast<std::int64_t>(random_.pick(free ? host_->weekend : host_->workday) * 60);
    for (const Travel& travel : host_->travels) {
      if (travel.days.contains(day_)) minute += travel.hours * std::int64_t{60};
    }
    return to_utc(host_->zone, day_ * kDay + minute) * 60 + random_.whole(0, 3'599);
  }

  void heartbeat(std::int64_t second) {
    if (second <= main_.busy_until()) return;  // busy: skipped
    const Speaker speaker{index_, Trigger::heartbeat, agent_->channels.front(),
                          agent_->heartbeat_model};
    const Work work{.calls = some(random_, 1.2, 0.5, 12), .result = 400, .output = 40};
    if (agent_->heartbeat_apart) {
      Conversation apart(*ledger_, agent_->context * 0.6);
      apart.prompt(random_, speaker, second, work);
    } else {
      main_.prompt(random_, speaker, second, work);
    }
  }

  void session(std::int64_t second) {
    if (second > main_.busy_until() && random_.chance(0.5)) {
      talk(main_, second);
    } else {
      Conversation other(*ledger_, agent_->context);
      talk(other, second);
    }
  }

  void talk(Conversation& conversation, std::int64_t second) {
    const Speaker speaker{index_, Trigger::user,
                          agent_->channels[random_.chance(0.8) ? 0 : agent_->channels.size() - 1],
                          agent_->model_on(day_)};
    int failures = 0;
    for (int left = some(random_, agent_->turns, 0.8, 60); left > 0; --left) {
      const Work work{.calls = some(random_, agent_->chain, agent_->chain_sigma, 400),
                      .result = agent_->result,
                      .poll = agent_->chain > 6 ? 0.03 : 0.003};
      if (random_.chance(agent_->subagents)) subagents(second);
      if (!conversation.prompt(random_, speaker, second, work) &&
          (++failures > 3 || random_.chance(0.3))) {
        return;
      }
      second = conversation.busy_until() + static_cast<std::int64_t>(random_.log_normal(100, 1));
    }
  }

  void subagents(std::int64_t second) {
    const Speaker speaker{index_, Trigger::subagent, agent_->channels.front(),
                          agent_->model_on(day_)};
    for (std::int64_t left = random_.whole(1, 4); left > 0; --left) {
      Conversation sub(*ledger_, agent_->context * 0.7);
      const std::int64_t start = second + random_.whole(5, 40);
      sub.prompt(random_, speaker, start,
                 {.calls = some(random_, 10, 0.8, 150), .result = agent_->result});
    }
  }

  void hooks() {
    const double factor = is_weekend(day_) ? 0.4 : 1;
    for (int left = random_.poisson(agent_->hooks * factor); left > 0; --left) {
      Conversation hook(*ledger_, agent_->context * 0.7);
      const std::int64_t start = start_of_session();
      hook.prompt(random_, {index_, Trigger::hook, "webchat", agent_->model_on(day_)}, start,
                  {.calls = some(random_, 2, 0.6, 30), .result = 1'200});
    }
  }

  const Host* host_;
  Ledger* ledger_;
  std::size_t index_;
  const Agent* agent_;
  std::int64_t day_;
  Random random_;
  Conversation main_;  // OpenClaw starts a new main session every day
};

void live_job(const Host& host, Ledger& ledger, std::size_t index, std::int64_t day) {
  const Job& job = host.jobs[index];
  if (!job.days.contains(day) || (job.weekday >= 0 && weekday_of(day) != job.weekday)) return;
  Random random = Random(host.seed).stream("job", day * 64 + static_cast<std::int64_t>(index));
  const double factor = job.more_at_month_end && is_month_end(day) ? 2.5 : 1;
  const int every = job.every == 0 ? static_cast<int>(kDay) : job.every;
  for (int at = job.every == 0 ? job.at : job.at % every; at < kDay; at += every) {
    run_job(random, ledger, job, host.minute_of(day, at) * 60 + random.whole(0, 25), factor);
  }
}

}  // namespace

void run_job(Random& random, Ledger& ledger, const Job& job, std::int64_t second, double factor) {
  const Agent& agent = ledger.host().agents[job.agent];
  Conversation run(ledger, agent.context * 0.7);
  run.prompt(random, {job.agent, Trigger::cron, job.channel, job.model}, second,
             {.calls = some(random, job.calls * factor, 0.4, 200), .result = job.result});
}

void live(const Host& host, Ledger& ledger) {
  const Random root(host.seed);
  for (std::size_t index = 0; index < host.agents.size(); ++index) {
    const Agent& agent = host.agents[index];
    Random moods = root.stream("mood", static_cast<std::int64_t>(index));
    double mood = 0;
    for (std::int64_t day = host.days.from; day < host.days.to; ++day) {
      mood = 0.7 * mood + 0.714 * host.restless * moods.normal();
      if (!agent.days.contains(day)) continue;
      const double spread = host.restless * host.restless / 2;
      AgentDay(host, ledger, index, day)
          .live(agent.sessions * busyness(host, day) * exp_of(mood - spread));
    }
  }
  for (std::int64_t day = host.days.from; day < host.days.to; ++day) {
    for (std::size_t index = 0; index < host.jobs.size(); ++index) {
      live_job(host, ledger, index, day);
    }
  }
}

}  // namespace clawvigil::spend
