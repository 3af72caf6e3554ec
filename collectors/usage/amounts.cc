#include "collectors/usage/amounts.h"

#include "collectors/usage/history.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::usage {

namespace {

constexpr std::int64_t kSecondsPerHour = 3600;
constexpr std::int64_t kSecondsPerSlot = kMinutesPerSlot * 60;

}  // namespace

Result<std::vector<HourAmount>> amounts_by_hour(store::Store& store, const UseFilter& filter,
                                                std::int64_t from_hour) {
  std::vector<HourAmount> hours;
  TRY_ASSIGN(const std::int64_t generation, ledger_generation(store));
  if (generation == 0) return hours;
  TRY_ASSIGN(auto query,
             store.prepare("SELECT hour, sum(recorded_usd + recorded_correction + estimated_usd + "
                           "estimated_correction), sum(input + output) "
                           "FROM usage_hour JOIN usage_series ON id = series WHERE hour >= ?1 "
                           "AND (?2 = '' OR home = ?2) AND (?3 = '' OR agent = ?3) "
                           "AND (?4 = '' OR provider = ?4) AND (?5 = '' OR model = ?5) "
                           "GROUP BY hour ORDER BY hour"));
  query.bind(1, from_hour).bind(2, filter.home).bind(3, filter.agent);
  query.bind(4, filter.provider).bind(5, filter.model);
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return hours;
    hours.push_back({query.integer(0), {query.real(1), query.integer(2)}});
  }
}

Result<Amount> amount_in_rest_of_hour(store::Store& store, const UseFilter& filter,
                                      SystemTime from) {
  const std::int64_t begin = to_whole_seconds(from);
  const std::int64_t hour = begin / kSecondsPerHour;
  const std::int64_t end = (hour + 1) * kSecondsPerHour;
  if (!filter.provider.empty() || !filter.model.empty()) {
    TRY_ASSIGN(const auto hours, amounts_by_hour(store, filter, hour));
    if (hours.empty() || hours.front().hour != hour) return Amount();
    const double share = static_cast<double>(end - begin) / kSecondsPerHour;
    const Amount& whole = hours.front().amount;
    return Amount{whole.usd * share,
                  static_cast<std::int64_t>(static_cast<double>(whole.tokens) * share)};
  }
  TRY_ASSIGN(const std::int64_t generation, ledger_generation(store));
  if (generation == 0) return Amount();
  TRY_ASSIGN(auto query, store.prepare("SELECT sum(usd), sum(tokens) FROM usage_slot "
                                       "WHERE slot >= ?1 AND slot < ?2 "
                                       "AND (?3 = '' OR home = ?3) AND (?4 = '' OR agent = ?4)"));
  query.bind(1, begin / kSecondsPerSlot).bind(2, end / kSecondsPerSlot);
  query.bind(3, filter.home).bind(4, filter.agent);
  TRY_ASSIGN(const bool row, query.step());
  if (!row) return Amount();
  return Amount{query.real(0), query.integer(1)};
}

Result<std::optional<std::int64_t>> first_hour(store::Store& store) {
  TRY_ASSIGN(const std::int64_t generation, ledger_generation(store));
  if (generation == 0) return std::optional<std::int64_t>();
  TRY_ASSIGN(auto query, store.prepare("SELECT min(hour) FROM usage_hour"));
  TRY_ASSIGN(const bool row, query.step());
  if (!row || query.is_null(0)) return std::optional<std::int64_t>();
  return std::optional(query.integer(0));
}

}  // namespace clawvigil::usage
