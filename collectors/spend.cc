#include "collectors/spend.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>

#include "collectors/spend/report.h"
#include "collectors/spend/wall_clock.h"
#include "collectors/spend_families.h"
#include "collectors/usage/history.h"

namespace clawvigil {

namespace {

using namespace spend_families;
using spend::Baseline;
using spend::kActiveMs;
using spend::kMsPerMinute;
using spend::Reading;

constexpr std::int64_t kMaxSessions = 1'000;

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
    for (const Home& home : context.homes) spend::report(home.label, reading, learned_, out);
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
    TRY_ASSIGN(const auto clock, spend::owners_wall_clock(zone));
    std::set<spend::HomeAndAgent> agents;
    for (const auto& [home, recent] : reading.recent) {
      for (std::string& agent : spend::compared_agents(recent)) {
        agents.emplace(home, std::move(agent));
      }
    }
    TRY_ASSIGN(learned_, spend::learn(context.store, agents, clock, slot));
    learned_slot_ = slot;
    learned_zone_ = zone;
    return {};
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
