#include "collectors/spend/report.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "collectors/spend/loops.h"
#include "collectors/spend/models.h"
#include "collectors/spend/shares.h"
#include "collectors/spend_families.h"

namespace clawvigil::spend {

namespace {

using namespace spend_families;

constexpr std::int64_t kAttendedMinutes = 60;  // after somebody wrote
constexpr Baseline kFirstUse{};                // of a home used only now

// What needs a baseline.
std::vector<std::string_view> families_of_history() {
  return {kRecord.name(),   kScore.name(), kUsual.name(),      kBaseline.name(),   kExcess.name(),
          kAttended.name(), kHabit.name(), kAgentScore.name(), kAgentExcess.name()};
}

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

void export_scores(const std::string& home, const Recent& recent, const Levels& levels,
                   std::int64_t minute, Batch& out) {
  double turns = 0;
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    const auto& [signal, minutes, window, least, caution] = kWatched[i];
    const Level& level = levels[i];
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

void export_agent(const std::string& home, const std::string& agent, const Sums& sums,
                  const Levels& levels, Batch& out) {
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    const Watched& watched = kWatched[i];
    if (levels[i].high <= 0) continue;  // not learned for agents
    out.set(kAgentScore, levels[i].score(sums[i]), home, agent, signal_name(watched.signal));
    if (watched.signal == Signal::cost) {
      out.set(kAgentExcess, std::max(0.0, sums[i] - levels[i].usual), home, agent);
    }
  }
}

void export_loops(const std::string& home, const Reading& reading, const Learned& learned,
                  const std::vector<std::string>& named, Batch& out) {
  Agents agents(home, named, out);
  auto loops = loops_of(reading.sessions, home, reading.minute * kMsPerMinute - kActiveMs);
  for (const std::string& agent : named) loops.try_emplace(agent);
  for (const auto& [agent, found] : loops) {
    agents.most(kChain, agent, static_cast<double>(found.chain));
    agents.most(kChainCost, agent, found.chain_usd);
    agents.most(kRepeated, agent, static_cast<double>(found.repeats));
    agents.most(kRepeatedRatio, agent, found.repeats_ratio);
    agents.most(kStreak, agent, static_cast<double>(found.failed_streak));
    const auto usual = learned.repeats.find({home, agent});
    agents.most(kRepeatedUsual, agent,
                usual == learned.repeats.end() ? 0 : static_cast<double>(usual->second));
  }
}

void report_models(const std::string& home, const Reading& reading, const Learned& learned,
                   const std::vector<std::string>& named, Batch& out) {
  const auto models = new_models(reading.hours, learned.past, home);
  for (const NewModel& model : models | std::views::take(kMaxNewModels)) {
    out.set(kNewModelCost, model.usd, home, model.agent, model.provider, model.model);
    out.set(kNewModelPrice, model.price_ratio, home, model.agent, model.provider, model.model);
  }
  for (const auto& [agent, cache] :
       cache_use(reading.hours, reading.minute / 60 - 1, learned.past, home)) {
    if (std::ranges::find(named, agent) == named.end()) continue;
    out.set(kCacheRead, cache.ratio, home, agent);
    out.set(kCacheUsual, cache.usual, home, agent);
  }
}

Error too_little(const std::string& home, const Baseline& baseline, std::int64_t days) {
  return {Errc::not_found, home + ": too little history yet: " +
                               std::to_string(static_cast<int>(baseline.history_days)) + " of " +
                               std::to_string(days) + " days"};
}

void report_baseline(const std::string& home, const Recent& recent, const Reading& reading,
                     const Learned& learned, const std::vector<std::string>& named, Batch& out) {
  const auto of_home = learned.homes.find(home);
  const bool ever_used = of_home != learned.homes.end();
  if (!ever_used && recent.agents.empty()) return;  // nothing to compare, nothing unusual
  const Baseline& baseline = ever_used ? of_home->second : kFirstUse;
  constexpr double kDay = 86'400;
  out.set(kHistory, baseline.history_days * kDay, home);
  const std::int64_t slot = reading.minute / usage::kMinutesPerSlot;
  if (!baseline.known || !baseline.covers(slot)) {
    return out.unknown(too_little(home, baseline, static_cast<int>(kLeastHistoryDays)),
                       families_of_history());
  }
  export_scores(home, recent, baseline.at(slot), reading.minute, out);
  if (baseline.history_days >= kLeastHabitDays) {
    const auto days =
        baseline.written_days.at(static_cast<std::size_t>(slot - baseline.first_slot));
    out.set(kHabit, days / std::min(baseline.history_days, double{kDaysOfHabit}), home);
  } else {
    out.unknown(too_little(home, baseline, kLeastHabitDays), {kHabit.name()});
  }
  for (const std::string& agent : named) {
    const auto of_agent = learned.agents.find({home, agent});
    if (of_agent == learned.agents.end() || !of_agent->second.known) continue;
    export_agent(home, agent, recent.agents.at(agent).sums, of_agent->second.at(slot), out);
  }
}

}  // namespace

std::vector<std::string> compared_agents(const Recent& recent) {
  if (recent.agents.size() < 2) return {};  // the home's says the same
  return busiest(recent, kMaxAgents);
}

void report(const std::string& home, const Reading& reading, const Learned& learned, Batch& out) {
  const auto found = reading.recent.find(home);
  const Recent recent = found == reading.recent.end() ? Recent() : found->second;
  const std::vector<std::string> named = busiest(recent, kMaxAgents);
  export_activity(home, recent, out);
  report_baseline(home, recent, reading, learned, named, out);
  report_models(home, reading, learned, named, out);
  const std::int64_t last_hour = reading.minute / 60 - 1;
  for (const Share& share : largest_shares(reading.hours, last_hour, home, kMaxShares)) {
    out.set(kShare, share.ratio, home, share.of.provider, share.of.model, share.of.agent,
            parse::to_string(share.of.trigger));
  }
  Agents agents(home, named, out);
  for (const auto& [agent, of] : recent.agents) {
    agents.most(kVelocity, agent, static_cast<double>(of.token_peak));
  }
  export_loops(home, reading, learned, named, out);
}

}  // namespace clawvigil::spend
