// What a budget will have come to when its period ends. Pure.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "collectors/usage/amounts.h"
#include "exporter/host/time_zone.h"

namespace clawvigil::budgets {

using Period = host::TimeZone::Period;

// What an hour of the week usually takes: the mean over the last four weeks, by the local clock.
class WeekProfile {
 public:
  // Where those begin: an hour since the epoch.
  [[nodiscard]] static std::int64_t first_hour_before(SystemTime now);
  // `hours`: from first_hour_before(now) on at least; `first_hour`: where the history begins.
  // nullopt with less than two weeks of history.
  [[nodiscard]] static std::optional<WeekProfile> of(std::span<const usage::HourAmount> hours,
                                                     std::int64_t first_hour, SystemTime now,
                                                     const host::TimeZone& zone);
  // Expected from `from` to `until`.
  struct Expected {
    double usd = 0;
    double tokens = 0;
  };
  [[nodiscard]] Expected between(SystemTime from, SystemTime until,
                                 const host::TimeZone& zone) const;

 private:
  std::array<Expected, 168> hours_{};
};

// `spent` grown at the pace of the period so far; nullopt before a fifth of it has passed.
[[nodiscard]] std::optional<double> at_run_rate(double spent, const Period& period, SystemTime now);

}  // namespace clawvigil::budgets
