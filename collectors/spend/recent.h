// The last day as the ledger has it: the sums of the sliding windows, of each home and agent.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "collectors/spend/watched.h"
#include "collectors/usage/history.h"

namespace clawvigil::spend {

using Sums = std::array<double, kWatched.size()>;

struct RecentAgent {
  Sums sums{};
  std::int64_t requests = 0;    // within a day
  std::int64_t token_peak = 0;  // most tokens within one minute of the last hour
};

struct Recent {
  Sums sums{};
  std::int64_t last_turn = 0;  // minute in which somebody last wrote; 0: not within the day
  std::map<std::string, RecentAgent> agents;
};

// By home. `minutes`: of the last day; what lies after `now` (a clock that was wrong) counts as
// now.
[[nodiscard]] std::map<std::string, Recent> recent_use(
    const std::vector<usage::PaceOfUsage>& minutes, std::int64_t now);

// The agents shown by name, the busiest first, at most `most`.
[[nodiscard]] std::vector<std::string> busiest(const Recent& recent, std::size_t most);

}  // namespace clawvigil::spend
