#include "collectors/spend.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>

#include "collectors/spend/learned.h"
#include "collectors/spend/loops.h"
#include "collectors/spend/recent.h"
#include "collectors/spend/shares.h"
#include "collectors/spend/wall_clock.h"
#include "collectors/spend_families.h"
#include "collectors/usage/history.h"

namespace clawvigil {

namespace {

using namespace spend_families;
using spend::Baseline;
using spend::kWatched;
using spend::Recent;
using spend::Signal;
using spend::Watched;

constexpr std::int64_t kAttendedMinutes = 60;                  // after somebody wrote
constexpr std::int64_t kActiveMs = std::int64_t{15} * 60'000;  // a session after its last call
constexpr std::int64_t kMaxSessions = 1'000;
constexpr std::int64_t kMsPerMinute = 60'000;
constexpr Baseline kFirstUse{};  // of a home used only now

// What needs a baseline.
std::vector<std::string_view> families_of_history() {
  return {kRecord.name(), kScore.name(),    kUsual.name(),      kBaseline.name(),
          kExcess.name(), kAttended.name(), kAgentScore.name(), kAgentExcess.name()};
}

// What a run reads of the ledger.
struct Reading {
  std::int64_t minute = 0;
  std::map<std::string, Recent> recent;
  std::vector<usage::SessionSum> sessions;
  std::vector<usage::HourOfUsage> hours;
};

std::string_view label_of(const std::string& agent, const std::vector<std::string>& named) {
  return std::ranges::find(named, agent) == named.end() ? std::string_view("other") : agent;
}

// Agents beyond the named ones share "other": the worst of them counts.
class Agents {
 public:
  Agents(const std::string& home, const std::vector<std::string>& named, Batch& out)
      : home_(&home), named_(&named), out_(&out) {}
  template <std::size_t N>
  void most(const Metric<N>& metric, const std::string& agent, double value) {
    const std::string label(label_of(agent, *named_));
    const auto [found, first] = seen_.try_emplace({metric.name(), label}, value);
    if (!first && found->second >= value) return;
    found->second = value;
    out_->set(metric, value, *home_, label);
  }

 private:
  const std::string* home_;
  const std::vector<std::string>* named_;
  Batch* out_;
  std::map<std::pair<std::string_view, std::string>, double> seen_;
};

void export_activity(const std::string& home, const Recent& recent, Batch& out) {
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    out.set(kActivity, recent.sums[i], home, signal_name(kWatched[i].signal), kWatched[i].window);
  }
}

void export_scores(const std::string& home, const Recent& recent, const spend::Levels& levels,
                   std::int64_t minute, Batch& out) {
  double turns = 0;
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    const auto& [signal, minutes, window, least, caution] = kWatched[i];
    const spend::Level& level = levels[i];
    const double score = level.score(recent.sums[i]);
    out.set(kScore, score, home, signal_name(signal), window);
    out.set(kUsual, level.usual, home, signal_name(signal), window);
    out.set(kRecord, level.record, home, signal_name(signal), window);
    if (signal == Signal::turns) turns = std::max(turns, score);
    if (signal != Signal::cost) continue;
    out.set(kBaseline, level.usual, home, window, "usual");
    out.set(kBaseline, level.high, home, window, "high");
    out.set(kBaseline, level.record, home, window, "record");
    out.set(kExcess, std::max(0.0, recent.sums[i] - level.usual), home, window);
  }
  const bool wrote = recent.last_turn > minute - kAttendedMinutes;
  out.set(kAttended, wrote && turns < 1 ? 1 : 0, home);
}

void export_agent(const std::string& home, const std::string& agent, const spend::Sums& sums,
                  const spend::Levels& levels, Batch& out) {
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    const Watched& watched = kWatched[i];
    if (levels[i].high <= 0) continue;  // not learned for agents
    out.set(kAgentScore, levels[i].score(sums[i]), home, agent, signal_name(watched.signal));
    if (watched.signal == Signal::cost) {
      out.set(kAgentExcess, std::max(0.0, sums[i] - levels[i].usual), home, agent);
    }
  }
}

void export_loops(const std::string& home, const Reading& reading,
                  const std::vector<std::string>& named, Batch& out) {
  Agents agents(home, named, out);
  auto loops = spend::loops_of(reading.sessions, home, reading.minute * kMsPerMinute - kActiveMs);
  for (const std::string& agent : named) loops.try_emplace(agent);
  for (const auto& [agent, found] : loops) {
    agents.most(kChain, agent, static_cast<double>(found.chain));
    agents.most(kChainCost, agent, found.chain_usd);
    agents.most(kRepeated, agent, static_cast<double>(found.repeats));
    agents.most(kRepeatedRatio, agent, found.repeats_ratio);
    agents.most(kStreak, agent, static_cast<double>(found.failed_streak));
  }
}

class SpendCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kSpendInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (context.homes.empty()) return {};
    TRY_ASSIGN(const bool complete, usage::is_complete(context.store));
    if (!complete) {
      out.unknown({Errc::busy, "the history has not been read yet (collector usage)"},
                  names_of(kMetrics));
      return {};
    }
    TRY_ASSIGN(const std::int64_t generation, usage::ledger_generation(context.store));
    const auto minute =
        std::chrono::floor<std::chrono::minutes>(context.now.wall).time_since_epoch().count();
    // Without any use only what is usual moves on, slot by slot.
    const std::int64_t step = quiet_ ? usage::kMinutesPerSlot : 1;
    const bool moved = minute / step != minute_ / step;
    const bool same_homes = std::ranges::equal(context.homes, homes_, {}, &Home::label);
    if (!last_ || generation != generation_ || moved || !same_homes) {
      Batch fresh;
      TRY(read(context, minute, fresh));
      last_ = std::move(fresh);
      generation_ = generation;
      minute_ = minute;
      homes_.clear();
      for (const Home& home : context.homes) homes_.push_back(home.label);
    }
    out = *last_;
    return {};
  }

 private:
  Result<> read(const Context& context, std::int64_t minute, Batch& out) {
    store::Store& store = context.store;
    Reading reading;
    reading.minute = minute;
    TRY_ASSIGN(const auto minutes,
               usage::minute_history(store, minute - spend::kLongestWindow + 1));
    reading.recent = spend::recent_use(minutes, minute);
    TRY_ASSIGN(reading.sessions,
               usage::session_history(store, minute * kMsPerMinute - kActiveMs, kMaxSessions));
    TRY_ASSIGN(reading.hours, usage::hour_history(store, minute / 60 - spend::kNewModelHours + 1));
    quiet_ = minutes.empty();
    TRY(learn_if_due(context, reading));
    for (const Home& home : context.homes) report(home.label, reading, out);
    return {};
  }

  Result<> learn_if_due(const Context& context, const Reading& reading) {
    const std::int64_t slot = reading.minute / usage::kMinutesPerSlot;
    const std::string& zone = context.config.owner.time_zone;
    const bool still_good = learned_slot_ <= slot && slot < learned_slot_ + Baseline::kSlots - 1 &&
                            zone == learned_zone_;
    const bool all_known = std::ranges::all_of(
        reading.recent, [this](const auto& entry) { return learned_.homes.contains(entry.first); });
    if (still_good && (all_known || slot == learned_slot_)) return {};
    // A zone that is not installed is the owner's to correct; the host's does meanwhile.
    auto clock = spend::wall_clock(zone);
    if (!clock) clock = spend::wall_clock("");
    if (!clock) return std::unexpected(clock.error());
    std::set<spend::HomeAndAgent> agents;
    for (const auto& [home, recent] : reading.recent) {
      if (recent.agents.size() < 2) continue;  // the home's says the same
      for (std::string& agent : spend::busiest(recent, kMaxAgents)) {
        agents.emplace(home, std::move(agent));
      }
    }
    TRY_ASSIGN(learned_, spend::learn(context.store, agents, *clock, slot));
    learned_slot_ = slot;
    learned_zone_ = zone;
    return {};
  }

  void report(const std::string& home, const Reading& reading, Batch& out) const {
    const auto found = reading.recent.find(home);
    const Recent recent = found == reading.recent.end() ? Recent() : found->second;
    const std::vector<std::string> named = spend::busiest(recent, kMaxAgents);
    export_activity(home, recent, out);
    report_baseline(home, recent, reading.minute, named, out);
    report_models(home, reading, named, out);
    const std::int64_t last_hour = reading.minute / 60 - 1;
    for (const spend::Share& share :
         spend::largest_shares(reading.hours, last_hour, home, kMaxShares)) {
      out.set(kShare, share.ratio, home, share.of.provider, share.of.model, share.of.agent,
              parse::to_string(share.of.trigger));
    }
    Agents agents(home, named, out);
    for (const auto& [agent, of] : recent.agents) {
      agents.most(kVelocity, agent, static_cast<double>(of.token_peak));
    }
    export_loops(home, reading, named, out);
  }

  void report_models(const std::string& home, const Reading& reading,
                     const std::vector<std::string>& named, Batch& out) const {
    const auto models = spend::new_models(reading.hours, learned_.past, home);
    for (const spend::NewModel& model : models | std::views::take(kMaxNewModels)) {
      out.set(kNewModelCost, model.usd, home, model.agent, model.provider, model.model);
      out.set(kNewModelPrice, model.price_ratio, home, model.agent, model.provider, model.model);
    }
    const auto caches =
        spend::cache_use(reading.hours, reading.minute / 60 - 1, learned_.past, home);
    for (const auto& [agent, cache] : caches) {
      if (std::ranges::find(named, agent) == named.end()) continue;
      out.set(kCacheRead, cache.ratio, home, agent);
      out.set(kCacheUsual, cache.usual, home, agent);
    }
  }

  void report_baseline(const std::string& home, const Recent& recent, std::int64_t minute,
                       const std::vector<std::string>& named, Batch& out) const {
    const auto learned = learned_.homes.find(home);
    const bool ever_used = learned != learned_.homes.end();
    if (!ever_used && recent.agents.empty()) return;  // nothing to compare, nothing unusual
    const Baseline& baseline = ever_used ? learned->second : kFirstUse;
    constexpr double kDay = 86'400;
    out.set(kHistory, baseline.history_days * kDay, home);
    const std::int64_t slot = minute / usage::kMinutesPerSlot;
    if (!baseline.known || !baseline.covers(slot)) {
      return out.unknown({Errc::not_found,
                          home + ": too little history yet: " +
                              std::to_string(static_cast<int>(baseline.history_days)) + " of " +
                              std::to_string(static_cast<int>(spend::kLeastHistoryDays)) + " days"},
                         families_of_history());
    }
    export_scores(home, recent, baseline.at(slot), minute, out);
    for (const std::string& agent : named) {
      const auto of_agent = learned_.agents.find({home, agent});
      if (of_agent == learned_.agents.end() || !of_agent->second.known) continue;
      export_agent(home, agent, recent.agents.at(agent).sums, of_agent->second.at(slot), out);
    }
  }

  std::optional<Batch> last_;
  std::int64_t generation_ = -1;
  std::int64_t minute_ = -1;
  std::vector<std::string> homes_;
  bool quiet_ = false;  // nothing was used within a day
  spend::Learned learned_;
  std::int64_t learned_slot_ = -Baseline::kSlots;
  std::string learned_zone_;
};

}  // namespace

const CollectorInfo kSpendInfo{
    .name = "spend",
    .summary = "Compares what the agents use with their own past weeks, from the usage ledger.",
    .interval = std::chrono::seconds(20),
    .deadline = std::chrono::seconds(20),
    .max_age = std::chrono::minutes(5),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_spend_collector() { return std::make_unique<SpendCollector>(); }

}  // namespace clawvigil
