// Agents that go on alone: from the sessions the ledger keeps.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collectors/usage/history.h"

namespace clawvigil::spend {

// The worst of an agent's sessions, each value on its own but the two of a chain and of repeats.
struct Loops {
  std::int64_t chain = 0;  // model calls since anybody wrote
  double chain_usd = 0;
  std::int64_t repeats = 0;  // the commonest of these calls
  double repeats_ratio = 0;  // of all of them in that session
  std::int64_t failed_streak = 0;
};

// By agent of one home, of sessions used since `from_ms`.
[[nodiscard]] std::map<std::string, Loops> loops_of(const std::vector<usage::SessionSum>& sessions,
                                                    const std::string& home, std::int64_t from_ms);

inline constexpr std::int64_t kMinutesPerDay = 24L * 60;

// How often an agent repeats a call when all is well: the most of a chain on the kLoopDays before
// `day` (of UTC, since the epoch), by home and agent. Days with more than kLoopForSure are left
// out: a loop that was is no habit.
inline constexpr std::int64_t kLoopDays = 28;
inline constexpr std::int64_t kLoopForSure = 30;
using RepeatsOfAgents = std::map<std::pair<std::string, std::string>, std::int64_t>;
[[nodiscard]] RepeatsOfAgents usual_repeats(const usage::LoopDays& days, std::int64_t day);

}  // namespace clawvigil::spend
