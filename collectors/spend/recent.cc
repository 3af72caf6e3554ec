#include "collectors/spend/recent.h"

#include <algorithm>

namespace clawvigil::spend {

namespace {

constexpr std::int64_t kHour = 60;

void add(Sums& sums, const Use& use, std::int64_t age) {
  for (std::size_t i = 0; i < kWatched.size(); ++i) {
    if (age < kWatched[i].minutes) sums[i] += use.of(kWatched[i].signal);
  }
}

}  // namespace

std::map<std::string, Recent> recent_use(const std::vector<usage::PaceOfUsage>& minutes,
                                         std::int64_t now) {
  std::map<std::string, Recent> homes;
  // By agent: tokens of the minute that is being added up.
  std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::int64_t>> pace;
  for (const usage::PaceOfUsage& row : minutes) {
    const std::int64_t minute = std::min(row.slot, now);
    if (now - minute >= kLongestWindow) continue;
    Use use;
    use.add(row.pace, row.trigger);
    Recent& recent = homes[row.home];
    RecentAgent& agent = recent.agents[row.agent];
    add(recent.sums, use, now - minute);
    add(agent.sums, use, now - minute);
    agent.requests += row.pace.requests;
    if (row.pace.human_turns > 0) recent.last_turn = std::max(recent.last_turn, minute);
    if (now - minute >= kHour) continue;
    auto& [of_minute, tokens] = pace[{row.home, row.agent}];
    tokens = (of_minute == row.slot ? tokens : 0) + row.pace.tokens;
    of_minute = row.slot;
    agent.token_peak = std::max(agent.token_peak, tokens);
  }
  return homes;
}

std::vector<std::string> busiest(const Recent& recent, std::size_t most) {
  std::vector<std::pair<std::int64_t, std::string>> order;
  order.reserve(recent.agents.size());
  for (const auto& [name, agent] : recent.agents) order.emplace_back(-agent.requests, name);
  std::ranges::sort(order);
  order.resize(std::min(order.size(), most));
  std::vector<std::string> names;
  names.reserve(order.size());
  for (auto& [requests, name] : order) names.push_back(std::move(name));
  return names;
}

}  // namespace clawvigil::spend
