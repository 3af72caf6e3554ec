// What an agent pays for its tokens, compared with its own last four weeks: a model it never used
// that costs many times as much, and a prompt cache that no longer works. Neither needs more calls
// than usual, so that no count of them shows it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectors/usage/history.h"

namespace clawvigil::spend {

inline constexpr std::int64_t kNewModelHours = 24;  // so long a model is new
inline constexpr std::int64_t kPastHours = 28L * 24;

using HomeAndAgent = std::pair<std::string, std::string>;

// Tokens of different kinds in one measure: what they would cost as input tokens at the ratios
// providers usually charge (output five times as much, writing a cache 1.25, reading it a tenth).
[[nodiscard]] double as_input_tokens(const parse::TokenCounts& tokens);

// The four weeks of one agent that ended a day ago.
struct PastOfAgent {
  double usd = 0;           // priced calls only, as is the next
  double input_tokens = 0;  // as_input_tokens()
  double cache_read = 0;
  double prompt = 0;  // input, cache_read and cache_write
  std::set<std::int64_t> days;
  std::set<std::pair<std::string, std::string>> models;  // provider and model

  void add(const usage::SeriesKey& series, std::int64_t hour, const usage::Totals& totals);
};
using PastOfAgents = std::map<HomeAndAgent, PastOfAgent>;

// `hour`: the current one, since the epoch. Errors: those of the database.
[[nodiscard]] Result<PastOfAgents> past_of_agents(store::Store& store, std::int64_t hour);

struct NewModel {
  std::string agent;
  std::string provider;
  std::string model;
  double usd = 0;          // since it is used
  double price_ratio = 0;  // price of a token of it, to that of the past
};
// Of one home, the most expensive first. `hours`: the last kNewModelHours. Agents with less than
// three days of priced use are left out.
[[nodiscard]] std::vector<NewModel> new_models(const std::vector<usage::HourOfUsage>& hours,
                                               const PastOfAgents& past, const std::string& home);

struct CacheUse {
  double ratio = 0;  // part of the prompt's tokens that was read from the cache
  double usual = 0;
};
// By agent of one home, from `from_hour` on; those with few calls or without a past are left out.
[[nodiscard]] std::map<std::string, CacheUse> cache_use(
    const std::vector<usage::HourOfUsage>& hours, std::int64_t from_hour, const PastOfAgents& past,
    const std::string& home);

}  // namespace clawvigil::spend
