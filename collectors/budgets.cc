#include "collectors/budgets.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "collectors/budgets/projection.h"
#include "collectors/budgets_families.h"
#include "collectors/usage/amounts.h"
#include "collectors/usage/history.h"

namespace clawvigil {

namespace {

using namespace budgets_families;
using budgets::Period;
using budgets::WeekProfile;
using usage::Amount;

host::CalendarUnit unit_of(BudgetPeriod period) {
  switch (period) {
    case BudgetPeriod::hour:
      return host::CalendarUnit::hour;
    case BudgetPeriod::day:
      return host::CalendarUnit::day;
    case BudgetPeriod::week:
      return host::CalendarUnit::week;
    case BudgetPeriod::month:
      break;
  }
  return host::CalendarUnit::month;
}

std::string_view name_of(BudgetPeriod period) {
  switch (period) {
    case BudgetPeriod::hour:
      return "hour";
    case BudgetPeriod::day:
      return "day";
    case BudgetPeriod::week:
      return "week";
    case BudgetPeriod::month:
      break;
  }
  return "month";
}

// Rounded up: the first hour of UTC that lies wholly in the period.
std::int64_t first_whole_hour(SystemTime begin) {
  return std::chrono::ceil<std::chrono::hours>(begin.time_since_epoch()).count();
}

// One budget at one time.
struct Reading {
  Period period;
  Amount spent;
  std::optional<WeekProfile::Expected> rest;  // what the past weeks say is still to come
};

// What one unit of a budget is exported as.
struct UnitFamilies {
  std::string_view unit;
  const Metric<2>& limit;
  const Metric<2>& spent;
  const Metric<3>& projected;
};
constexpr UnitFamilies kUsd{"usd", kLimitUsd, kSpentUsd, kProjectedUsd};
constexpr UnitFamilies kTokens{"tokens", kLimitTokens, kSpentTokens, kProjectedTokens};

class BudgetsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kBudgetsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    const auto& wanted = context.config.spend.budgets;
    out.set(kCount, static_cast<double>(wanted.size()));
    if (wanted.empty() || context.homes.empty()) return {};
    TRY_ASSIGN(const host::TimeZone zone, host::TimeZone::load(context.config.owner.time_zone));
    TRY_ASSIGN(const bool exists, context.store.has_table("usage_history"));
    if (!exists || !usage_complete(context.store)) {
      out.unknown({Errc::busy, "the history of usage is being read for the first time"},
                  {kSpentUsd.name(), kSpentTokens.name(), kProjectedUsd.name(),
                   kProjectedTokens.name(), kSpentRatio.name(), kProjectedRatio.name()});
      return {};
    }
    for (const BudgetConfig& budget : wanted) {
      TRY(context.check());
      TRY_ASSIGN(const Reading reading, read(context, budget, zone));
      export_budget(budget, reading, context.now.wall, out);
    }
    return {};
  }

 private:
  static bool usage_complete(store::Store& store) {
    auto query = store.prepare("SELECT 1 FROM usage_history");
    if (!query) return false;
    const auto row = query->step();
    return row && *row;
  }

  Result<Reading> read(const Context& context, const BudgetConfig& budget,
                       const host::TimeZone& zone) {
    const SystemTime now = context.now.wall;
    const Period period = zone.period_of(unit_of(budget.period), now);
    const usage::UseFilter filter{budget.home, budget.agent, budget.provider, budget.model};
    const std::int64_t begin = first_whole_hour(period.begin);
    const std::int64_t past =
        std::chrono::floor<std::chrono::hours>(now.time_since_epoch()).count() -
        WeekProfile::kWeeks * kHoursPerWeek;
    TRY_ASSIGN(const auto hours,
               usage::amounts_by_hour(context.store, filter, std::min(begin, past)));
    Reading reading{period, {}, {}};
    for (const usage::HourAmount& hour : hours) {
      if (hour.hour >= begin) reading.spent.add(hour.amount);
    }
    if (SystemTime(std::chrono::hours(begin)) != period.begin) {
      TRY_ASSIGN(const Amount rest,
                 usage::amount_in_rest_of_hour(context.store, filter, period.begin));
      reading.spent.add(rest);
    }
    TRY_ASSIGN(const auto first, usage::first_hour(context.store));
    if (first) {
      if (const auto profile = WeekProfile::of(hours, *first, now, zone)) {
        reading.rest = profile->between(now, period.end, zone);
      }
    }
    return reading;
  }

  static void export_budget(const BudgetConfig& budget, const Reading& reading, SystemTime now,
                            Batch& out) {
    out.set(kPeriodEnd, to_unix_seconds(reading.period.end), budget.name, name_of(budget.period));
    const auto& [period, spent, rest] = reading;
    if (budget.usd) {
      export_unit(budget, kUsd, *budget.usd, spent.usd,
                  rest ? std::optional(rest->usd) : std::nullopt, period, now, out);
    }
    if (budget.tokens) {
      export_unit(budget, kTokens, static_cast<double>(*budget.tokens),
                  static_cast<double>(spent.tokens),
                  rest ? std::optional(rest->tokens) : std::nullopt, period, now, out);
    }
  }

  static void export_unit(const BudgetConfig& budget, const UnitFamilies& families, double limit,
                          double spent, std::optional<double> rest, const Period& period,
                          SystemTime now, Batch& out) {
    const std::string_view name = name_of(budget.period);
    out.set(families.limit, limit, budget.name, name);
    out.set(families.spent, spent, budget.name, name);
    out.set(kSpentRatio, spent / limit, budget.name, name, families.unit);
    const auto run_rate = budgets::at_run_rate(spent, period, now);
    const auto profile = rest ? std::optional(spent + *rest) : std::nullopt;
    if (profile) out.set(families.projected, *profile, budget.name, name, "profile");
    if (run_rate) out.set(families.projected, *run_rate, budget.name, name, "run_rate");
    if (const auto best = profile ? profile : run_rate) {
      out.set(kProjectedRatio, *best / limit, budget.name, name, families.unit);
    }
  }

  static constexpr std::int64_t kHoursPerWeek = 168;
};

}  // namespace

const CollectorInfo kBudgetsInfo{
    .name = "budgets",
    .summary = "What is spent of the owner's budgets, and what it will come to.",
    .interval = std::chrono::seconds(30),
    .deadline = std::chrono::seconds(10),
    .max_age = std::chrono::minutes(5),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_budgets_collector() { return std::make_unique<BudgetsCollector>(); }

}  // namespace clawvigil
