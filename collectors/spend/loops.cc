#include "collectors/spend/loops.h"

#include <algorithm>

namespace clawvigil::spend {

std::map<std::string, Loops> loops_of(const std::vector<usage::SessionSum>& sessions,
                                      const std::string& home, std::int64_t from_ms) {
  std::map<std::string, Loops> agents;
  for (const usage::SessionSum& session : sessions) {
    if (session.home != home || session.last_ms < from_ms) continue;
    Loops& loops = agents[session.agent];
    const usage::Chain& chain = session.chain;
    if (chain.calls > loops.chain) {
      loops.chain = chain.calls;
      loops.chain_usd = chain.usd;
    }
    if (chain.repeats > loops.repeats) {
      loops.repeats = chain.repeats;
      // A prompt that comes again may outnumber the calls that answered it.
      loops.repeats_ratio = chain.calls == 0 ? 0
                                             : std::min(1.0, static_cast<double>(chain.repeats) /
                                                                 static_cast<double>(chain.calls));
    }
    loops.failed_streak = std::max(loops.failed_streak, chain.failed_streak);
  }
  return agents;
}

RepeatsOfAgents usual_repeats(const usage::LoopDays& days, std::int64_t day) {
  RepeatsOfAgents most;
  for (const usage::LoopDay& loop : days) {
    if (loop.day < day - kLoopDays || loop.day >= day || loop.repeats > kLoopForSure) continue;
    std::int64_t& repeats = most[{loop.home, loop.agent}];
    repeats = std::max(repeats, loop.repeats);
  }
  return most;
}

}  // namespace clawvigil::spend
