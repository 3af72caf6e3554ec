// What the collectors "spend" and "budgets" would have exported before anything was recorded,
// computed anew from the ledger, with their own code (past.h of each).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "alerts/engine/recorded_history.h"
#include "alerts/promql/source.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/config.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

class ComputedPast final : public promql::Source {
 public:
  using MakeLabels = alerts::RecordedHistory::MakeLabels;
  struct Wanted {
    std::set<std::string, std::less<>> metrics;  // "" among them: all
    SystemTime from;
    SystemTime until;
  };
  // `store` is asked again by select() and must outlive the result. `progress` (0 to 1, often) may
  // be empty. Errors: those of the database; too_large beyond eight million changes of values.
  [[nodiscard]] static Result<ComputedPast> load(store::Store& store, const Config& config,
                                                 const Wanted& wanted, MakeLabels make_labels,
                                                 const std::function<void(double)>& progress);

  // Since when the metric can be told; nullopt for one that is not computed.
  [[nodiscard]] std::optional<SystemTime> known_from(std::string_view metric) const;

  // Whether samples of the metric ("": any) may have changed from one time to another.
  [[nodiscard]] bool changed(std::string_view metric, promql::TimeMs before,
                             promql::TimeMs now) const;

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;

 private:
  ComputedPast(store::Store& store, MakeLabels make_labels)
      : store_(&store), make_labels_(std::move(make_labels)) {}
  void select_shares(std::span<const promql::Matcher> matchers, promql::TimeMs until,
                     const Visitor& visit) const;

  store::Store* store_;
  MakeLabels make_labels_;
  alerts::RecordedHistory history_;
  std::optional<SystemTime> slots_from_;
  bool knows_budgets_ = false;
};

}  // namespace clawvigil::cli
