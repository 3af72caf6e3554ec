// Prints the alarms of clawvigil over a host's year: rule,start_minute,end_minute. The baselines,
// windows and scores are those of the collector `spend`; what makes a rule fire is read from the
// rules that are shipped (their annotations `threshold...` are their thresholds, and a test holds
// expressions to them), only the joins of PromQL are written again here.
//
// Failed calls in a row, which the ledger keeps by session, are taken from whole minutes.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "alerts/engine/bundled.h"
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
using spend::Watched;

constexpr std::int64_t kActive = 15;    // minutes a session is looked at after its last call
constexpr std::int64_t kAttended = 60;  // minutes after a person wrote

struct Row {
  std::int64_t minute = 0;
  std::int64_t seen = 0;
  std::string agent;
  std::string combination;
  usage::Trigger trigger = usage::Trigger::unknown;
  usage::Pace pace;
  std::int64_t chain = 0;
  std::int64_t repeats = 0;
};

struct Year {
  std::vector<Row> rows;
  std::string zone;
  std::int64_t first = 0;
  std::int64_t end = 0;
};

std::int64_t whole(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Year> read_year(const std::string& directory) {
  Year year;
  std::ifstream seed(directory + "/seed.json");
  std::ifstream use(directory + "/use.csv");
  if (!seed || !use) return {};
  const std::string about((std::istreambuf_iterator<char>(seed)), {});
  const auto member = [&](const std::string& name) {
    const auto at = about.find("\"" + name + "\": ");
    return at == std::string::npos ? std::string() : about.substr(at + name.size() + 4);
  };
  year.first = whole(member("first_minute"));
  year.end = whole(member("end_minute"));
  const std::string zone = member("zone");
  year.zone = zone.substr(1, zone.find('"', 1) - 1);
  std::string line;
  std::getline(use, line);
  while (std::getline(use, line)) {
    std::stringstream cells(line);
    std::vector<std::string> cell;
    for (std::string each; std::getline(cells, each, ',');) cell.push_back(each);
    if (cell.size() != 17) return {};
    year.rows.push_back({.minute = whole(cell[0]),
                         .seen = whole(cell[16]),
                         .agent = cell[1],
                         .combination = cell[1] + cell[2] + cell[3] + cell[5],
                         .trigger = parse::parse_trigger(cell[2]).value_or(usage::Trigger::unknown),
                         .pace = {std::stod(cell[6]), whole(cell[7]) + whole(cell[8]),
                                  whole(cell[11]), whole(cell[12]), whole(cell[13])},
                         .chain = whole(cell[14]),
                         .repeats = whole(cell[15])});
  }
  return year;
}

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
  // The highest score of a signal; cost: of the windows with more than `gate` beyond the usual.
  [[nodiscard]] double score(Signal signal, std::int64_t now, double gate = -1,
                             std::int64_t least_minutes = 0) const {
    if (!baseline_->known) return 0;
    const spend::Levels& levels = baseline_->at(now / usage::kMinutesPerSlot);
    double highest = 0;
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
      const double sum = track_.windows().sums()[i];
      const double excess = sum - levels[i].usual;
      if (kWatched[i].minutes < least_minutes) continue;
      if (kWatched[i].signal != signal || levels[i].high <= 0 || excess <= gate) continue;
      highest = std::max(highest, levels[i].score(sum));
    }
    return highest;
  }

  // Of the last hour.
  [[nodiscard]] double sum(Signal signal) const {
    for (std::size_t i = 0; i < kWatched.size(); ++i) {
      if (kWatched[i].signal == signal && kWatched[i].minutes == 60) {
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
      judge(now);
    }
    for (auto& [rule, alarm] : alarms_) alarm.finish(year_->end);
  }

 private:
  void take(const Row& row, std::int64_t now) {
    home_.add(row, now);
    if (const auto agent = agents_.find(row.agent); agent != agents_.end())
      agent->second.add(row, now);
    if (row.pace.human_turns > 0 && row.minute > now - kAttended) person_ = now;
    Session& session = sessions_[row.combination];
    session.failed_streak =
        row.pace.failed < row.pace.requests ? 0 : session.failed_streak + row.pace.failed;
    session.minute = std::min(row.minute, now);
    session.chain = row.chain;
    session.repeats = row.repeats;
  }

  void judge(std::int64_t now) {
    const auto limit = [&](const char* rule, const char* name) {
      return rules_.threshold(rule, name);
    };
    static const double score = limit("SpendAnomaly", "threshold_score");
    static const double attended_score = limit("SpendAnomaly", "threshold_attended");
    static const double usd = limit("SpendAnomaly", "threshold_usd");
    constexpr std::int64_t kDay = 1440;
    static const double of_day = limit("SpendAnomaly", "threshold_day");
    static const double of_agent = limit("AgentSpendAnomaly", "threshold_score");
    static const double agent_usd = limit("AgentSpendAnomaly", "threshold_usd");
    static const double tokens = limit("TokenAnomaly", "threshold_score");
    static const double attended_tokens = limit("TokenAnomaly", "threshold_attended");
    static const double requests = limit("RequestsAnomaly", "threshold_score");
    static const double failures = limit("FailuresAnomaly", "threshold_score");
    static const double most = limit("FailuresAnomaly", "threshold_ratio");
    static const double scheduled = limit("ScheduledAnomaly", "threshold");
    static const double turns = limit("MessagesAnomaly", "threshold");
    const double messages = home_.score(Signal::turns, now);
    const bool attended = now - person_ < kAttended && messages < 1;
    const auto beyond = [&](double value, double alone, double with_person) {
      return value > (attended ? with_person : alone);
    };
    const bool cost = beyond(home_.score(Signal::cost, now, usd), score, attended_score);
    fire("SpendAnomaly", now, cost || home_.score(Signal::cost, now, usd, kDay) > of_day);
    const bool token = beyond(home_.score(Signal::tokens, now), tokens, attended_tokens);
    const bool costly = home_.score(Signal::cost, now) > 1;
    fire("TokenAnomaly", now, token && !costly);
    const bool jobs = home_.score(Signal::scheduled, now) > scheduled;
    fire("RequestsAnomaly", now,
         home_.score(Signal::requests, now) > requests && !attended && !costly && !jobs &&
             home_.score(Signal::tokens, now) <= 1 && messages <= 1);
    fire("FailuresAnomaly", now,
         home_.score(Signal::failures, now) > failures &&
             home_.sum(Signal::failures) < most * home_.sum(Signal::requests));
    fire("ScheduledAnomaly", now, jobs);
    fire("MessagesAnomaly", now, messages > turns);
    const bool any = std::ranges::any_of(agents_, [&](const auto& agent) {
      return agent.second.score(Signal::cost, now, agent_usd) > of_agent;
    });
    fire("AgentSpendAnomaly", now, any && !attended && !costly);
    judge_sessions(now);
  }

  void judge_sessions(std::int64_t now) {
    static const double many = rules_.threshold("AgentLoop", "threshold_repeats");
    static const double few = rules_.threshold("AgentLoop", "threshold_few");
    static const double ratio = rules_.threshold("AgentLoop", "threshold_ratio");
    static const double calls = rules_.threshold("AgentLoop", "threshold_calls");
    static const double streak = rules_.threshold("RetryStorm", "threshold");
    bool loop = false;
    bool storm = false;
    std::erase_if(sessions_, [&](const auto& each) { return each.second.minute <= now - kActive; });
    for (const auto& [name, session] : sessions_) {
      const auto repeats = static_cast<double>(session.repeats);
      loop |= repeats > many || static_cast<double>(session.chain) > calls ||
              (repeats > few && repeats > ratio * static_cast<double>(session.chain));
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
  std::map<std::string, Watch> agents_;
  std::map<std::string, Session> sessions_;
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
    const auto year = read_year(words[1]);
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
