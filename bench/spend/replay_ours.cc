// Prints the alarms of clawvigil over a host's year: rule,start_minute,end_minute. The baselines,
// windows and scores are those of the collector `spend`; what makes a rule fire is read from the
// rules that are shipped (their annotations `threshold...` are their thresholds, and a test holds
// expressions to them), only the joins of PromQL are written again here.
//
// Failed calls in a row, which the ledger keeps by session, are taken from whole minutes.
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "alerts/engine/bundled.h"
#include "bench/spend/ours_models.h"
#include "collectors/spend/loops.h"
#include "collectors/spend/track.h"
#include "collectors/spend/wall_clock.h"
#include "exporter/config/yaml.h"

namespace {

using namespace clawvigil;
using spend::Baseline;
using spend::BaselineBuilder;
using spend::kWatched;
using spend::Signal;
using spend::Use;
using spend_world::Models;
using spend_world::Row;
using spend_world::whole;
using spend_world::Year;

constexpr std::int64_t kActive = 15;  // minutes a session is looked at after its last call
constexpr std::int64_t kMinutesPerDay = 1440;
constexpr std::int64_t kAttended = 60;  // minutes after a person wrote

// The thresholds of the rules that are shipped, and how long they go on firing.
class Rules {
 public:
  Rules() {
    for (const auto& file : alerts::bundled_rules()) {
      if (file.name == "spend.yml") text_ = file.text;
    }
  }
  [[nodiscard]] double threshold(const std::string& alert, const std::string& name) const {
    return std::stod(after(alert, "          " + name + ": \""));
  }
  [[nodiscard]] std::int64_t keeps(const std::string& alert) const {
    const std::string text = after(alert, "        keep_firing_for: ");
    return whole(text) * (text.find('h') < text.find('\n') ? 60 : 1);
  }

 private:
  // Throws where it is missing: a rule that has changed must not look like one that never fires.
  [[nodiscard]] std::string after(const std::string& alert, const std::string& key) const {
    const auto from = text_.find("- alert: " + alert + "\n");
    const auto to = text_.find("- alert: ", from + 1);
    const auto at = from == std::string::npos ? from : text_.find(key, from);
    if (at == std::string::npos || at > to) {
      throw std::runtime_error("spend.yml has no \"" + key + "\" of " + alert);
    }
    return std::string(text_.substr(at + key.size(), 40));
  }
  std::string_view text_;
};

// Joins minutes in which a rule is true to alarms.
class Alarm {
 public:
  Alarm(std::string rule, std::int64_t keeps) : rule_(std::move(rule)), keeps_(keeps) {}
  void at(std::int64_t minute, bool fires) {
    if (fires) {
      if (start_ < 0) start_ = minute;
      last_ = minute;
    } else if (start_ >= 0 && minute > last_ + keeps_) {
      finish(minute);
    }
  }
  void finish(std::int64_t minute) {
    if (start_ >= 0) std::cout << rule_ << ',' << start_ << ',' << minute << '\n';
    start_ = -1;
  }

 private:
  std::string rule_;
  std::int64_t keeps_;
  std::int64_t start_ = -1;
  std::int64_t last_ = 0;
};

// One home, or one agent of it.
class Watch {
 public:
  Watch(BaselineBuilder::Of of, const spend::WallClock& clock) : track_(of, clock) {}

  void add(const Row& row, std::int64_t now) {
    Use use;
    use.add(row.pace, row.trigger);
    track_.add(std::min(row.minute, now), use);  // a clock that is ahead
  }
  void step(std::int64_t now) {
    track_.step(now);
    baseline_ = &track_.baseline();
  }
  // Which windows of a signal count.
  struct Gate {
    double usd = -1;     // more than that beyond the usual
    double record = -1;  // more than so many times the most there was
    std::int64_t least_minutes = 0;
    std::int64_t most_minutes = spend::kLongestWindow;
  };
  // The highest score of a signal.
  [[nodiscard]] double score(Signal signal, std::int64_t now, const Gate& gate) const {
    if (!baseline_->known) return 0;
    const spend::Levels& levels = baseline_->at(now / usage::kMinutesPerSlot);
    double highest = 0;
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
      const double sum = track_.windows().sums()[i];
      const double excess = sum - levels[i].usual;
      const std::int64_t minutes = kWatched[i].minutes;
      if (minutes < gate.least_minutes || minutes > gate.most_minutes) continue;
      if (kWatched[i].signal != signal || levels[i].high <= 0 || excess <= gate.usd) continue;
      if (sum <= gate.record * levels[i].record) continue;
      highest = std::max(highest, levels[i].score(sum));
    }
    return highest;
  }

  [[nodiscard]] double score(Signal signal, std::int64_t now) const {
    return score(signal, now, Gate{});
  }

  // Nobody has ever written at this hour, as far as is known.
  [[nodiscard]] bool odd_hour(std::int64_t now) const {
    return baseline_->history_days >= spend::kLeastHabitDays &&
           baseline_->written_days.at(
               static_cast<std::size_t>(now / usage::kMinutesPerSlot - baseline_->first_slot)) == 0;
  }
  // Of the last hour, or the minutes.
  [[nodiscard]] double sum(Signal signal, std::int64_t minutes = 60) const {
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
      if (kWatched[i].signal == signal && kWatched[i].minutes == minutes) {
        return track_.windows().sums()[i];
      }
    }
    return 0;
  }

 private:
  spend::Track track_;
  const Baseline* baseline_ = nullptr;  // track_'s
};

struct Session {
  std::string agent;
  std::int64_t minute = 0;
  std::int64_t chain = 0;
  std::int64_t repeats = 0;
  std::int64_t failed_streak = 0;
};

class Replay {
 public:
  explicit Replay(const Year& year)
      : year_(&year),
        clock_(*spend::wall_clock(year.zone)),
        home_(BaselineBuilder::Of::home, clock_) {
    std::map<std::string, int> agents;
    for (const Row& row : year.rows) ++agents[row.agent];
    if (agents.size() < 2) return;
    for (const auto& [agent, count] : agents) {
      agents_.try_emplace(agent, BaselineBuilder::Of::agent, clock_);
    }
  }

  void run() {
    std::size_t next = 0;
    const auto& rows = year_->rows;
    const std::int64_t begin =
        rows.empty() ? year_->end : std::max(year_->first, rows.front().minute);
    for (std::int64_t now = begin; now < year_->end; ++now) {
      while (next < rows.size() && rows[next].seen <= now) take(rows[next++], now);
      home_.step(now);
      for (auto& [name, agent] : agents_) agent.step(now);
      models_.look(now);
      judge(now);
    }
    for (auto& [rule, alarm] : alarms_) alarm.finish(year_->end);
  }

 private:
  void take(const Row& row, std::int64_t now) {
    home_.add(row, now);
    models_.add(row);
    if (const auto agent = agents_.find(row.agent); agent != agents_.end())
      agent->second.add(row, now);
    if (row.pace.human_turns > 0 && row.minute > now - kAttended) person_ = now;
    Session& session = sessions_[row.combination];
    session.failed_streak =
        row.pace.failed < row.pace.requests ? 0 : session.failed_streak + row.pace.failed;
    session.minute = std::min(row.minute, now);
    session.agent = row.agent;
    session.chain = row.chain;
    session.repeats = row.repeats;
    note_loop(row, now / kMinutesPerDay);
  }

  // As the ledger keeps it.
  void note_loop(const Row& row, std::int64_t day) {
    if (loops_.empty() || loops_.back().day != day) {
      usual_repeats_ = spend::usual_repeats(loops_, day);
      day_of_loops_ = loops_.size();
    }
    const auto of_today = loops_.begin() + static_cast<std::ptrdiff_t>(day_of_loops_);
    const auto same = std::find_if(of_today, loops_.end(),
                                   [&](const auto& loop) { return loop.agent == row.agent; });
    if (same == loops_.end()) {
      loops_.push_back({day, "", row.agent, row.repeats});
    } else {
      same->repeats = std::max(same->repeats, row.repeats);
    }
  }

  void judge(std::int64_t now) {
    const auto limit = [&](const char* rule, const char* name) {
      return rules_.threshold(rule, name);
    };
    static const double score = limit("SpendAnomaly", "threshold_score");
    static const double record = limit("SpendAnomaly", "threshold_record");
    static const double attended_score = limit("SpendAnomaly", "threshold_attended");
    static const double attended_record = limit("SpendAnomaly", "threshold_attended_record");
    static const double day_record = limit("SpendAnomaly", "threshold_day_record");
    static const double usd = limit("SpendAnomaly", "threshold_usd");
    static const double of_day = limit("SpendAnomaly", "threshold_day");
    static const double of_agent = limit("AgentSpendAnomaly", "threshold_score");
    static const double agent_usd = limit("AgentSpendAnomaly", "threshold_usd");
    static const double tokens = limit("TokenAnomaly", "threshold_score");
    static const double attended_tokens = limit("TokenAnomaly", "threshold_attended");
    static const double requests = limit("RequestsAnomaly", "threshold_score");
    static const double requests_short = limit("RequestsAnomaly", "threshold_short");
    static const double failures = limit("FailuresAnomaly", "threshold_score");
    static const double most = limit("FailuresAnomaly", "threshold_ratio");
    static const double scheduled = limit("ScheduledAnomaly", "threshold_score");
    static const double scheduled_before = limit("ScheduledAnomaly", "threshold_before");
    static const double turns = limit("MessagesAnomaly", "threshold");
    const double messages = home_.score(Signal::turns, now);
    const bool attended = now - person_ < kAttended && messages < 1;
    const auto beyond = [&](double value, double alone, double with_person) {
      return value > (attended ? with_person : alone);
    };
    const auto cost = [&](double times, std::int64_t least_minutes = 0) {
      return home_.score(Signal::cost, now,
                         {.usd = usd, .record = times, .least_minutes = least_minutes});
    };
    fire("SpendAnomaly", now,
         (!attended && cost(record) > score) || cost(attended_record) > attended_score ||
             cost(day_record, kMinutesPerDay) > of_day);
    const bool token = beyond(home_.score(Signal::tokens, now), tokens, attended_tokens);
    const bool costly = home_.score(Signal::cost, now) > 1;
    fire("TokenAnomaly", now, token && !costly);
    fire("ScheduledAnomaly", now,
         home_.score(Signal::scheduled, now, {.record = 1}) > scheduled ||
             home_.score(Signal::scheduled, now) > scheduled_before);
    const bool jobs = home_.score(Signal::scheduled, now) > 1;
    const bool often = home_.score(Signal::requests, now, {.least_minutes = 60}) > requests ||
                       home_.score(Signal::requests, now, {.most_minutes = 15}) > requests_short;
    fire("RequestsAnomaly", now,
         often && !attended && !costly && !jobs && home_.score(Signal::tokens, now) <= 1 &&
             messages <= 1);
    fire("FailuresAnomaly", now,
         home_.score(Signal::failures, now) > failures &&
             home_.sum(Signal::failures) < most * home_.sum(Signal::requests));
    fire("MessagesAnomaly", now, messages > turns);
    static const double gateway = limit("GatewayUseAnomaly", "threshold_score");
    static const double gateway_record = limit("GatewayUseAnomaly", "threshold_record");
    static const double odd = limit("GatewayUseAtOddHour", "threshold");
    fire("GatewayUseAnomaly", now,
         home_.score(Signal::gateway, now, {.record = gateway_record}) > gateway);
    fire("GatewayUseAtOddHour", now, home_.odd_hour(now) && home_.sum(Signal::gateway, 15) > odd);
    const bool any = std::ranges::any_of(agents_, [&](const auto& agent) {
      return agent.second.score(Signal::cost, now, {.usd = agent_usd}) > of_agent;
    });
    fire("AgentSpendAnomaly", now, any && !attended && !costly);
    static const double price = limit("NewModelExpensive", "threshold_ratio");
    static const double price_usd = limit("NewModelExpensive", "threshold_usd");
    static const double cold = limit("PromptCacheBroken", "threshold_ratio");
    static const double cached = limit("PromptCacheBroken", "threshold_usual");
    fire("NewModelExpensive", now, models_.any_expensive(price, price_usd));
    fire("PromptCacheBroken", now, models_.any_cold(cold, cached));
    judge_sessions(now, attended);
  }

  void judge_sessions(std::int64_t now, bool attended) {
    static const double many = rules_.threshold("AgentLoop", "threshold_repeats");
    static const double few = rules_.threshold("AgentLoop", "threshold_few");
    static const double ratio = rules_.threshold("AgentLoop", "threshold_ratio");
    static const double calls = rules_.threshold("AgentLoop", "threshold_calls");
    static const double rate = rules_.threshold("AgentLoop", "threshold_often");
    static const double often_many = rules_.threshold("AgentLoop", "threshold_often_repeats");
    static const double often_usual = rules_.threshold("AgentLoop", "threshold_often_usual");
    static const double often_ratio = rules_.threshold("AgentLoop", "threshold_often_ratio");
    static const double often_calls = rules_.threshold("AgentLoop", "threshold_often_calls");
    static const double streak = rules_.threshold("RetryStorm", "threshold");
    const bool often = home_.score(Signal::requests, now, {.most_minutes = 15}) > rate;
    bool loop = false;
    bool storm = false;
    std::erase_if(sessions_, [&](const auto& each) { return each.second.minute <= now - kActive; });
    for (const auto& [name, session] : sessions_) {
      const auto repeats = static_cast<double>(session.repeats);
      loop |= repeats > many || static_cast<double>(session.chain) > calls ||
              (repeats > few && repeats > ratio * static_cast<double>(session.chain));
      const auto usual = usual_repeats_.find({"", session.agent});
      loop |= often && repeats > often_many &&
              (usual == usual_repeats_.end() ||
               repeats > often_usual * static_cast<double>(usual->second)) &&
              repeats > often_ratio * static_cast<double>(session.chain);
      loop |= often && !attended && static_cast<double>(session.chain) > often_calls;
      storm |= static_cast<double>(session.failed_streak) > streak;
    }
    fire("AgentLoop", now, loop);
    fire("RetryStorm", now, storm);
  }

  void fire(const std::string& rule, std::int64_t now, bool fires) {
    auto alarm = alarms_.find(rule);
    if (alarm == alarms_.end()) {
      alarm = alarms_.try_emplace(rule, rule, rules_.keeps(rule)).first;
    }
    alarm->second.at(now + 1, fires);  // when the minute is over
  }

  const Year* year_;
  Rules rules_;
  spend::WallClock clock_;
  Watch home_;
  Models models_;
  std::map<std::string, Watch> agents_;
  std::map<std::string, Session> sessions_;
  usage::LoopDays loops_;
  std::size_t day_of_loops_ = 0;  // where those of today begin
  spend::RepeatsOfAgents usual_repeats_;
  std::map<std::string, Alarm> alarms_;
  std::int64_t person_ = -kAttended;
};

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "Usage: replay_ours DIRECTORY\n";
    return 2;
  }
  try {
    const auto year = spend_world::read_year(words[1]);
    if (!year) {
      std::cerr << "replay_ours: " << words[1] << " is not as spend_generate writes it\n";
      return 1;
    }
    Replay(*year).run();
  } catch (const std::exception& exception) {
    std::cerr << "replay_ours: " << exception.what() << "\n";
    return 1;
  }
  return 0;
}
