#include "collectors/spend/past.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "collectors/spend/loops.h"
#include "collectors/spend/report.h"
#include "collectors/spend/track.h"
#include "collectors/spend_families.h"
#include "collectors/usage/history.h"

namespace clawvigil::spend {

namespace {

using usage::kMinutesPerSlot;

std::int64_t minute_of(SystemTime time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

// As it was at a time within or after its last chain.
usage::SessionSum as_of(const usage::SessionSum& session, std::int64_t time_ms) {
  usage::SessionSum then = session;
  if (time_ms >= session.last_ms) return then;
  usage::Chain& chain = then.chain;
  const double part = static_cast<double>(time_ms - chain.since_ms) /
                      static_cast<double>(session.last_ms - chain.since_ms);
  const auto grown = [part](std::int64_t whole) {
    return static_cast<std::int64_t>(static_cast<double>(whole) * part);
  };
  chain.calls = grown(chain.calls);
  chain.repeats = grown(chain.repeats);
  chain.usd *= part;
  chain.failed_streak = 0;  // the last calls are those that failed
  then.last_ms = time_ms;
  return then;
}

// The sessions that are at work, as time goes on.
class SessionsOfPast {
 public:
  explicit SessionsOfPast(std::vector<usage::SessionSum> sessions)
      : sessions_(std::move(sessions)) {
    std::erase_if(sessions_, [](const auto& session) { return session.chain.calls == 0; });
    std::ranges::sort(sessions_, {}, since);
  }
  [[nodiscard]] std::vector<usage::SessionSum> at(std::int64_t time_ms) {
    for (; next_ < sessions_.size() && since(sessions_[next_]) <= time_ms; ++next_) {
      working_.push_back(&sessions_[next_]);
    }
    std::erase_if(working_,
                  [&](const auto* session) { return session->last_ms < time_ms - kActiveMs; });
    std::vector<usage::SessionSum> then;
    then.reserve(working_.size());
    for (const auto* session : working_) then.push_back(as_of(*session, time_ms));
    return then;
  }

 private:
  static std::int64_t since(const usage::SessionSum& session) { return session.chain.since_ms; }

  std::vector<usage::SessionSum> sessions_;
  std::vector<const usage::SessionSum*> working_;
  std::size_t next_ = 0;
};

// The homes and their agents, followed from the first use on.
class Followed {
 public:
  Followed(const WallClock& clock, usage::LoopDays loops)
      : clock_(clock), loops_(std::move(loops)) {}

  void add(const usage::PaceOfUsage& row, std::int64_t minute) {
    Use use;
    use.add(row.pace, row.trigger);
    const auto track = [&](auto& tracks, const auto& key, BaselineBuilder::Of of) {
      tracks.try_emplace(key, of, clock_).first->second.add(minute, use);
    };
    track(homes_, row.home, BaselineBuilder::Of::home);
    track(agents_, HomeAndAgent(row.home, row.agent), BaselineBuilder::Of::agent);
  }

  void step(std::int64_t minute) {
    for (auto& [home, track] : homes_) track.step(minute);
    for (auto& [agent, track] : agents_) track.step(minute);
  }

  // Everything known of `minute` was added, and step() was called.
  [[nodiscard]] Batch report(std::int64_t minute, std::vector<usage::SessionSum> sessions) {
    Reading reading{.minute = minute, .recent = {}, .sessions = std::move(sessions), .hours = {}};
    for (const auto& [home, track] : homes_) {
      const Windows& windows = track.windows();
      reading.recent[home] = {windows.sums(), windows.last_turn(), {}};
    }
    for (const auto& [agent, track] : agents_) {
      const Windows& windows = track.windows();
      if (windows.requests() == 0 && windows.last_turn() == 0) continue;
      reading.recent[agent.first].agents[agent.second] = {windows.sums(), windows.requests(), 0};
    }
    Learned learned;
    for (auto& [home, track] : homes_) learned.homes.emplace(home, track.baseline());
    for (const auto& [home, recent] : reading.recent) {
      for (const std::string& name : compared_agents(recent)) {
        const HomeAndAgent agent(home, name);
        learned.agents.emplace(agent, agents_.at(agent).baseline());
      }
    }
    if (const std::int64_t day = minute / kMinutesPerDay; day != day_) {
      repeats_ = usual_repeats(loops_, day);
      day_ = day;
    }
    learned.repeats = repeats_;
    Batch batch;
    for (const auto& [home, track] : homes_) spend::report(home, reading, learned, batch);
    return batch;
  }

 private:
  const WallClock& clock_;
  usage::LoopDays loops_;
  std::int64_t day_ = 0;  // of repeats_
  RepeatsOfAgents repeats_;
  std::map<std::string, Track> homes_;
  std::map<HomeAndAgent, Track> agents_;
};

// Minutes in ascending order; what lies before a row is over when the row comes.
class Walk {
 public:
  using Visit = std::function<void(SystemTime, const Batch&)>;
  Walk(const WallClock& clock, usage::LoopDays loops, std::vector<usage::SessionSum> sessions,
       std::int64_t from, std::int64_t until, const Visit& visit)
      : followed_(clock, std::move(loops)),
        sessions_(std::move(sessions)),
        from_(from),
        until_(until),
        visit_(visit) {}

  // `length`: of what the row sums up, in minutes.
  void take(const usage::PaceOfUsage& row, std::int64_t length) {
    const std::int64_t begin = row.slot * length;
    if (begin + length > until_) return;  // of a clock that was ahead
    if (next_ == 0) next_ = begin;
    go_to(begin, length);
    followed_.add(row, begin + length - 1);
  }
  void go_to(std::int64_t minute, std::int64_t length) {
    for (; next_ != 0 && next_ + length <= minute; next_ += length) look(next_ + length - 1);
  }

 private:
  void look(std::int64_t minute) {
    followed_.step(minute);
    const std::int64_t end = minute + 1;
    if (end < from_) return;
    visit_(SystemTime(std::chrono::minutes(end)),
           followed_.report(minute, sessions_.at(end * kMsPerMinute)));
  }

  Followed followed_;
  SessionsOfPast sessions_;
  std::int64_t from_;
  std::int64_t until_;
  const Visit& visit_;
  std::int64_t next_ = 0;  // where what comes next begins; 0: nothing was used yet
};

}  // namespace

bool past_tells_of(std::string_view metric) {
  using namespace spend_families;
  constexpr std::array kLeftOut{kShare.name(),         kVelocity.name(),  kNewModelCost.name(),
                                kNewModelPrice.name(), kCacheRead.name(), kCacheUsual.name()};
  return std::ranges::find(kLeftOut, metric) == kLeftOut.end() &&
         std::ranges::find(kMetrics, metric, &MetricInfo::name) != kMetrics.end();
}

Result<std::optional<SystemTime>> past_begin(store::Store& store) {
  TRY_ASSIGN(const auto slot, usage::first_slot(store));
  if (!slot) return std::optional<SystemTime>();
  return std::optional(SystemTime(std::chrono::minutes(*slot * kMinutesPerSlot)));
}

Result<> each_past_report(store::Store& store, const WallClock& clock, SystemTime from,
                          SystemTime until,
                          const std::function<void(SystemTime, const Batch&)>& visit) {
  TRY_ASSIGN(const auto minutes, usage::minute_history(store, 0));
  TRY_ASSIGN(auto sessions,
             usage::session_history(store, minute_of(from) * kMsPerMinute - kActiveMs, -1));
  const std::int64_t end = minute_of(until);
  TRY_ASSIGN(auto loops, usage::loop_days(store, minute_of(from) / kMinutesPerDay - kLoopDays));
  Walk walk(clock, std::move(loops), std::move(sessions), minute_of(from), end, visit);
  // The first slot of which every minute is known.
  const std::int64_t fine = minutes.empty() ? end
                                            : (minutes.front().slot + kMinutesPerSlot - 1) /
                                                  kMinutesPerSlot * kMinutesPerSlot;
  TRY(usage::each_slot(store, 0, [&](const usage::PaceOfUsage& row) {
    if (row.slot * kMinutesPerSlot < fine) walk.take(row, kMinutesPerSlot);
  }));
  walk.go_to(std::min(fine, end), kMinutesPerSlot);
  for (const usage::PaceOfUsage& row : minutes) {
    if (row.slot >= fine) walk.take(row, 1);
  }
  walk.go_to(end, 1);
  return {};
}

}  // namespace clawvigil::spend
