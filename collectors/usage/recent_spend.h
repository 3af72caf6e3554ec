// Cost of the last day by minute and of the last month by hour, in memory: what was spent within a
// window is asked in every run, and adding up the ledger's rows would cost more the longer the
// past.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "exporter/base/clock.h"

namespace clawvigil::usage {

class RecentSpend {
 public:
  // Kept for so long before the last forget_before().
  static constexpr std::int64_t kMinutes = 25L * 60;
  static constexpr std::int64_t kHours = 31L * 24;

  void add_minute(const std::string& home, std::int64_t minute, double usd) {
    homes_[home].minutes[minute] += usd;
  }
  void add_hour(const std::string& home, std::int64_t hour, double usd) {
    homes_[home].hours[hour] += usd;
  }
  void forget_before(SystemTime now);

  // USD since the minute or the full hour of `from`, which is left out.
  [[nodiscard]] double since(const std::string& home, SystemTime from, bool by_minute) const;

 private:
  struct Sums {
    std::map<std::int64_t, double> minutes;
    std::map<std::int64_t, double> hours;
  };
  std::map<std::string, Sums> homes_;
};

}  // namespace clawvigil::usage
