#include "collectors/spend/learned.h"

#include "collectors/usage/history.h"

namespace clawvigil::spend {

namespace {

// Adds up the rows of one slot, whatever agent or reason they are of.
class Collected {
 public:
  Collected(BaselineBuilder::Of of, const WallClock& clock) : builder_(of, clock) {}

  void add(const usage::PaceOfUsage& row) {
    if (row.slot != slot_) flush();
    slot_ = row.slot;
    use_.add(row.pace, row.trigger);
  }
  Baseline finish(std::int64_t slot) {
    flush();
    return builder_.baseline(slot);
  }

 private:
  void flush() {
    if (slot_ >= 0) builder_.add(slot_, use_);
    use_ = {};
  }
  BaselineBuilder builder_;
  std::int64_t slot_ = -1;
  Use use_;
};

}  // namespace

Result<Learned> learn(store::Store& store, const std::set<HomeAndAgent>& agents,
                      const WallClock& clock, std::int64_t slot) {
  std::map<std::string, Collected> of_homes;
  std::map<HomeAndAgent, Collected> of_agents;
  TRY(usage::each_slot(store, slot - usage::kSlotsKept, [&](const usage::PaceOfUsage& row) {
    if (row.slot >= slot) return;
    of_homes.try_emplace(row.home, BaselineBuilder::Of::home, clock).first->second.add(row);
    HomeAndAgent key{row.home, row.agent};
    if (!agents.contains(key)) return;
    of_agents.try_emplace(std::move(key), BaselineBuilder::Of::agent, clock).first->second.add(row);
  }));
  Learned learned;
  for (auto& [home, collected] : of_homes) learned.homes.emplace(home, collected.finish(slot));
  for (auto& [key, collected] : of_agents) learned.agents.emplace(key, collected.finish(slot));
  TRY_ASSIGN(learned.past, past_of_agents(store, slot * usage::kMinutesPerSlot / 60));
  const std::int64_t day = slot * usage::kMinutesPerSlot / kMinutesPerDay;
  TRY_ASSIGN(const auto loops, usage::loop_days(store, day - kLoopDays));
  learned.repeats = usual_repeats(loops, day);
  return learned;
}

}  // namespace clawvigil::spend
