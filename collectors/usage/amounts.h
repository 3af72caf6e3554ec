// What was used, summed by hours: for budgets and projections.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

// "" is everything.
struct UseFilter {
  std::string home;
  std::string agent;
  std::string provider;
  std::string model;
};

struct Amount {
  double usd = 0;           // recorded and estimated
  std::int64_t tokens = 0;  // input and output
  void add(const Amount& other) {
    usd += other.usd;
    tokens += other.tokens;
  }
};

// The ledger's hours, since the epoch.
[[nodiscard]] inline std::int64_t hour_of(SystemTime time) {
  return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}
[[nodiscard]] inline SystemTime begin_of_hour(std::int64_t hour) {
  return SystemTime(std::chrono::hours(hour));
}

struct HourAmount {
  std::int64_t hour = 0;
  Amount amount;
};

// Hours in which something was used, ascending, from `from_hour` on. Empty before the ledger
// exists. Errors: those of the database.
[[nodiscard]] Result<std::vector<HourAmount>> amounts_by_hour(store::Store& store,
                                                              const UseFilter& filter,
                                                              std::int64_t from_hour);

// From `from` to the end of its hour, for periods that begin within an hour of UTC. Exact for the
// last 70 days and filters without provider and model; otherwise the hour's share.
[[nodiscard]] Result<Amount> amount_in_rest_of_hour(store::Store& store, const UseFilter& filter,
                                                    SystemTime from);

// The first hour in the ledger, nullopt when it is empty.
[[nodiscard]] Result<std::optional<std::int64_t>> first_hour(store::Store& store);

}  // namespace clawvigil::usage
