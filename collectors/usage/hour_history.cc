#include "collectors/usage/hour_history.h"

namespace clawvigil::usage {

Result<std::vector<HourOfUsage>> hour_history(store::Store& store) {
  constexpr std::size_t kMaxHours = 2'000'000;
  std::vector<HourOfUsage> hours;
  TRY_ASSIGN(auto known, store.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'usage_hour'"));
  TRY_ASSIGN(const bool exists, known.step());
  if (!exists) return hours;
  TRY_ASSIGN(auto query,
             store.prepare("SELECT home, agent, provider, model, hour, input, output, cache_read, "
                           "cache_write, requests, failed, unpriced_tokens, recorded_usd, "
                           "recorded_correction, estimated_usd, estimated_correction "
                           "FROM usage_hour JOIN usage_series ON id = series "
                           "ORDER BY series, hour"));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return hours;
    if (hours.size() == kMaxHours) return fail(Errc::too_large, "the ledger has too many hours");
    hours.push_back({{std::string(query.text(0)), std::string(query.text(1)),
                      std::string(query.text(2)), std::string(query.text(3))},
                     query.integer(4),
                     {{query.integer(5), query.integer(6), query.integer(7), query.integer(8)},
                      query.integer(9),
                      query.integer(10),
                      query.integer(11),
                      {query.real(12), query.real(13)},
                      {query.real(14), query.real(15)}}});
  }
}

}  // namespace clawvigil::usage
