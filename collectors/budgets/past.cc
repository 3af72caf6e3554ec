#include "collectors/budgets/past.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "collectors/budgets/standing.h"
#include "collectors/budgets_families.h"
#include "collectors/usage/amounts.h"
#include "collectors/usage/curve.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil::budgets {

namespace {

using usage::HourAmount;

constexpr Duration kStep = std::chrono::minutes(5);
constexpr Duration kLongestPeriod = std::chrono::days(31);

// One budget, as time goes on.
class Followed {
 public:
  Followed(const BudgetConfig& budget, std::vector<HourAmount> hours, std::int64_t first_hour)
      : budget_(&budget), hours_(std::move(hours)), first_hour_(first_hour) {
    for (const HourAmount& hour : hours_) {
      usd_.add(hour.hour * 60, 60, hour.amount.usd);
      tokens_.add(hour.hour * 60, 60, static_cast<double>(hour.amount.tokens));
    }
  }

  // Whether there is something new to say.
  [[nodiscard]] bool go_to(SystemTime now, const host::TimeZone& zone) {
    const bool next_hour = hour_ != usage::hour_of(now);
    if (now >= standing_.period.end) {
      standing_.period = zone.period_of(budget_->period, now);
    }
    if (next_hour) {
      hour_ = usage::hour_of(now);
      standing_.profile = WeekProfile::of(weeks_before(now), first_hour_, now, zone);
    }
    const usage::Amount before = standing_.spent;
    standing_.spent = {since_begin(usd_, now),
                       static_cast<std::int64_t>(since_begin(tokens_, now))};
    return next_hour || before.usd != standing_.spent.usd ||
           before.tokens != standing_.spent.tokens;
  }
  [[nodiscard]] const BudgetConfig& budget() const { return *budget_; }
  [[nodiscard]] const Standing& standing() const { return standing_; }

 private:
  [[nodiscard]] double since_begin(const usage::Curve& curve, SystemTime now) const {
    return curve.at(to_milliseconds(now)) - curve.at(to_milliseconds(standing_.period.begin));
  }
  [[nodiscard]] std::span<const HourAmount> weeks_before(SystemTime now) const {
    const auto from = std::ranges::lower_bound(hours_, WeekProfile::first_hour_before(now), {},
                                               &HourAmount::hour);
    const auto until = std::ranges::lower_bound(hours_, usage::hour_of(now), {}, &HourAmount::hour);
    return {from, until};
  }

  const BudgetConfig* budget_;
  std::vector<HourAmount> hours_;
  std::int64_t first_hour_;
  usage::Curve usd_;
  usage::Curve tokens_;
  Standing standing_;
  std::int64_t hour_ = -1;
};

}  // namespace

Result<> each_past_report(store::Store& store, std::span<const BudgetConfig> budgets,
                          const host::TimeZone& zone, SystemTime from, SystemTime until,
                          const std::function<void(SystemTime, const Batch&)>& visit) {
  TRY_ASSIGN(const auto first_hour, usage::first_hour(store));
  if (!first_hour) return {};
  const std::int64_t read_from = usage::hour_of(from - kLongestPeriod);
  std::vector<Followed> followed;
  for (const BudgetConfig& budget : budgets) {
    TRY_ASSIGN(auto hours, usage::amounts_by_hour(store, filter_of(budget), read_from));
    followed.emplace_back(budget, std::move(hours), *first_hour);
  }
  for (SystemTime now = std::max(from, usage::begin_of_hour(*first_hour)); now <= until;
       now += kStep) {
    bool changed = false;
    for (Followed& one : followed) changed |= one.go_to(now, zone);
    if (!changed) continue;
    Batch batch;
    batch.set(budgets_families::kCount, static_cast<double>(budgets.size()));
    for (const Followed& one : followed) {
      report(one.budget(), one.standing(), now, zone, batch);
    }
    visit(now, batch);
  }
  return {};
}

}  // namespace clawvigil::budgets
