#include "collectors/budgets/standing.h"

#include "collectors/budgets_families.h"

namespace clawvigil::budgets {

namespace {

using namespace budgets_families;

// What one unit of a budget is exported as.
struct UnitFamilies {
  std::string_view unit;
  const Metric<2>& limit;
  const Metric<2>& spent;
  const Metric<3>& projected;
};
constexpr UnitFamilies kUsd{"usd", kLimitUsd, kSpentUsd, kProjectedUsd};
constexpr UnitFamilies kTokens{"tokens", kLimitTokens, kSpentTokens, kProjectedTokens};

void export_unit(const BudgetConfig& budget, const UnitFamilies& families, double limit,
                 double spent, std::optional<double> rest, const Period& period, SystemTime now,
                 Batch& out) {
  const std::string_view name = name_of(budget.period);
  out.set(families.limit, limit, budget.name, name);
  out.set(families.spent, spent, budget.name, name);
  out.set(kSpentRatio, spent / limit, budget.name, name, families.unit);
  const auto run_rate = at_run_rate(spent, period, now);
  const auto profile = rest ? std::optional(spent + *rest) : std::nullopt;
  if (profile) out.set(families.projected, *profile, budget.name, name, "profile");
  if (run_rate) out.set(families.projected, *run_rate, budget.name, name, "run_rate");
  if (const auto best = profile ? profile : run_rate) {
    out.set(kProjectedRatio, *best / limit, budget.name, name, families.unit);
  }
}

}  // namespace

usage::UseFilter filter_of(const BudgetConfig& budget) {
  return {budget.home, budget.agent, budget.provider, budget.model};
}

void report(const BudgetConfig& budget, const Standing& standing, SystemTime now,
            const host::TimeZone& zone, Batch& out) {
  const auto& [period, spent, profile] = standing;
  out.set(kPeriodEnd, to_unix_seconds(period.end), budget.name, name_of(budget.period));
  std::optional<WeekProfile::Expected> rest;  // what is still to come
  if (profile) rest = profile->between(now, period.end, zone);
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

}  // namespace clawvigil::budgets
