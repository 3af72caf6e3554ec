#include "collectors/budgets.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "collectors/budgets/standing.h"
#include "collectors/budgets_families.h"
#include "collectors/usage/amounts.h"
#include "collectors/usage/history.h"

namespace clawvigil {

namespace {

using namespace budgets_families;
using budgets::Standing;
using budgets::WeekProfile;
using usage::Amount;

// Rounded up: the first hour of UTC that lies wholly in the period.
std::int64_t first_whole_hour(SystemTime begin) {
  return std::chrono::ceil<std::chrono::hours>(begin.time_since_epoch()).count();
}

class BudgetsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kBudgetsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    const auto& wanted = context.config.spend.budgets;
    out.set(kCount, static_cast<double>(wanted.size()));
    if (wanted.empty() || context.homes.empty()) return {};
    TRY_ASSIGN(const host::TimeZone zone, host::TimeZone::load(context.config.owner.time_zone));
    TRY_ASSIGN(const bool complete, usage::is_complete(context.store));
    if (!complete) {
      out.unknown({Errc::busy, "the history of usage is being read for the first time"},
                  {kSpentUsd.name(), kSpentTokens.name(), kProjectedUsd.name(),
                   kProjectedTokens.name(), kSpentRatio.name(), kProjectedRatio.name()});
      return {};
    }
    TRY(look_again_if_due(context, zone));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      budgets::report(wanted[i], standings_[i], context.now.wall, zone, out);
    }
    return {};
  }

 private:
  // What spent and profile depend on beside the ledger. An hour of the profile is complete with the
  // next one; what is booked into past hours (an import) is in the profile from then on.
  struct Basis {
    std::vector<BudgetConfig> budgets;
    std::string time_zone;
    std::int64_t hour = 0;
    friend bool operator==(const Basis&, const Basis&) = default;
  };

  Result<> look_again_if_due(const Context& context, const host::TimeZone& zone) {
    const SystemTime now = context.now.wall;
    TRY_ASSIGN(const std::int64_t generation, usage::ledger_generation(context.store));
    Basis basis{context.config.spend.budgets, context.config.owner.time_zone, usage::hour_of(now)};
    const bool same = basis == basis_;
    // In zones off by half an hour periods end within an hour of UTC.
    const bool current = std::ranges::all_of(standings_, [now](const Standing& standing) {
      return standing.period.begin <= now && now < standing.period.end;
    });
    if (same && current && generation == generation_) return {};
    std::vector<Standing> fresh;
    for (std::size_t i = 0; i < basis.budgets.size(); ++i) {
      TRY(context.check());
      const BudgetConfig& budget = basis.budgets[i];
      const usage::UseFilter filter = budgets::filter_of(budget);
      Standing& standing = fresh.emplace_back();
      standing.period = zone.period_of(budget.period, now);
      TRY_ASSIGN(standing.spent, spent_since(context.store, filter, standing.period.begin));
      if (same) {
        standing.profile = standings_[i].profile;
      } else {
        TRY_ASSIGN(standing.profile, profile_of(context.store, filter, now, zone));
      }
    }
    standings_ = std::move(fresh);
    basis_ = std::move(basis);
    generation_ = generation;
    return {};
  }

  static Result<Amount> spent_since(store::Store& store, const usage::UseFilter& filter,
                                    SystemTime begin) {
    Amount spent;
    const std::int64_t whole = first_whole_hour(begin);
    TRY_ASSIGN(const auto hours, usage::amounts_by_hour(store, filter, whole));
    for (const usage::HourAmount& hour : hours) spent.add(hour.amount);
    if (SystemTime(std::chrono::hours(whole)) != begin) {
      TRY_ASSIGN(const Amount rest, usage::amount_in_rest_of_hour(store, filter, begin));
      spent.add(rest);
    }
    return spent;
  }

  static Result<std::optional<WeekProfile>> profile_of(store::Store& store,
                                                       const usage::UseFilter& filter,
                                                       SystemTime now, const host::TimeZone& zone) {
    TRY_ASSIGN(const auto first, usage::first_hour(store));
    if (!first) return std::optional<WeekProfile>();
    TRY_ASSIGN(const auto hours,
               usage::amounts_by_hour(store, filter, WeekProfile::first_hour_before(now)));
    return WeekProfile::of(hours, *first, now, zone);
  }

  std::vector<Standing> standings_;  // of basis_.budgets
  Basis basis_;
  std::int64_t generation_ = -1;
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
