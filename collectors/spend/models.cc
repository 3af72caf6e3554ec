#include "collectors/spend/models.h"

#include <algorithm>

namespace clawvigil::spend {

namespace {

constexpr std::size_t kLeastDays = 3;
constexpr std::int64_t kLeastCalls = 10;  // fewer say little: the first call of a session is cold

double prompt_of(const parse::TokenCounts& tokens) {
  return static_cast<double>(tokens.input + tokens.cache_read + tokens.cache_write);
}

}  // namespace

double as_input_tokens(const parse::TokenCounts& tokens) {
  return static_cast<double>(tokens.input) + 5 * static_cast<double>(tokens.output) +
         0.1 * static_cast<double>(tokens.cache_read) +
         1.25 * static_cast<double>(tokens.cache_write);
}

void PastOfAgent::add(const usage::SeriesKey& series, std::int64_t hour,
                      const usage::Totals& totals) {
  models.emplace(series.provider, series.model);
  cache_read += static_cast<double>(totals.tokens.cache_read);
  prompt += prompt_of(totals.tokens);
  if (totals.unpriced_tokens > 0 || totals.usd() <= 0) return;
  usd += totals.usd();
  input_tokens += as_input_tokens(totals.tokens);
  days.insert(hour / 24);
}

Result<PastOfAgents> past_of_agents(store::Store& store, std::int64_t hour) {
  TRY_ASSIGN(const auto series, usage::series_of_ledger(store));
  std::map<std::int64_t, const usage::SeriesKey*> keys;
  for (const usage::NumberedSeries& each : series) keys.emplace(each.id, &each.key);
  PastOfAgents past;
  TRY(usage::each_hour(store, hour - kPastHours, hour - kNewModelHours,
                       [&](std::int64_t id, std::int64_t at, const usage::Totals& totals) {
                         const auto key = keys.find(id);
                         if (key == keys.end()) return;  // began to exist just now
                         past[{key->second->home, key->second->agent}].add(*key->second, at,
                                                                           totals);
                       }));
  return past;
}

std::vector<NewModel> new_models(const std::vector<usage::HourOfUsage>& hours,
                                 const PastOfAgents& past, const std::string& home) {
  struct Use {
    double usd = 0;
    double input_tokens = 0;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Use> uses;
  for (const auto& [series, hour, totals] : hours) {
    if (series.home != home || totals.unpriced_tokens > 0) continue;
    const auto agent = past.find({home, series.agent});
    if (agent == past.end() || agent->second.days.size() < kLeastDays) continue;
    if (agent->second.models.contains({series.provider, series.model})) continue;
    Use& use = uses[{series.agent, series.provider, series.model}];
    use.usd += totals.usd();
    use.input_tokens += as_input_tokens(totals.tokens);
  }
  std::vector<NewModel> found;
  for (const auto& [key, use] : uses) {
    const auto& [agent, provider, model] = key;
    const PastOfAgent& before = past.at({home, agent});
    if (use.usd <= 0 || use.input_tokens <= 0) continue;
    const double price = before.usd / before.input_tokens;
    found.push_back({agent, provider, model, use.usd, use.usd / use.input_tokens / price});
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &NewModel::usd);
  return found;
}

std::map<std::string, CacheUse> cache_use(const std::vector<usage::HourOfUsage>& hours,
                                          std::int64_t from_hour, const PastOfAgents& past,
                                          const std::string& home) {
  struct Use {
    std::int64_t calls = 0;
    double cache_read = 0;
    double prompt = 0;
  };
  std::map<std::string, Use> uses;
  for (const auto& [series, hour, totals] : hours) {
    if (series.home != home || hour < from_hour) continue;
    Use& use = uses[series.agent];
    use.calls += totals.requests - totals.failed;
    use.cache_read += static_cast<double>(totals.tokens.cache_read);
    use.prompt += prompt_of(totals.tokens);
  }
  std::map<std::string, CacheUse> found;
  for (const auto& [agent, use] : uses) {
    const auto before = past.find({home, agent});
    if (use.calls < kLeastCalls || use.prompt <= 0 || before == past.end()) continue;
    if (before->second.prompt <= 0) continue;
    found.emplace(agent, CacheUse{use.cache_read / use.prompt,
                                  before->second.cache_read / before->second.prompt});
  }
  return found;
}

}  // namespace clawvigil::spend
