// The baselines of all homes and of their busiest agents, read from the ledger.
#pragma once

#include <map>
#include <set>
#include <string>

#include "collectors/spend/baseline.h"
#include "collectors/spend/loops.h"
#include "collectors/spend/models.h"
#include "exporter/store/store.h"

namespace clawvigil::spend {

struct Learned {
  std::map<std::string, Baseline> homes;
  std::map<HomeAndAgent, Baseline> agents;
  PastOfAgents past;
  RepeatsOfAgents repeats;
};

// As of the beginning of `slot`, for the hour after it. `agents`: those to learn beside the homes.
// Takes some 20 ms for seventy days of a home, megabytes meanwhile, and keeps little.
[[nodiscard]] Result<Learned> learn(store::Store& store, const std::set<HomeAndAgent>& agents,
                                    const WallClock& clock, std::int64_t slot);

}  // namespace clawvigil::spend
