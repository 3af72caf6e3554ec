#include "exporter/cli/computed_past.h"

#include <algorithm>

#include "alerts/engine/series.h"
#include "collectors/budgets/past.h"
#include "collectors/budgets_families.h"
#include "collectors/spend/past.h"
#include "collectors/spend/shares.h"
#include "collectors/spend/wall_clock.h"
#include "collectors/spend_families.h"
#include "collectors/usage/amounts.h"
#include "exporter/base/milliseconds.h"
#include "exporter/cli/batch_series.h"

namespace clawvigil::cli {

namespace {

using spend_families::kShare;

bool is_of(std::span<const MetricInfo> metrics, std::string_view metric) {
  return std::ranges::find(metrics, metric, &MetricInfo::name) != metrics.end();
}
bool is_of_spend(std::string_view metric) {
  return metric == kShare.name() || spend::past_tells_of(metric);
}
bool is_of_budgets(std::string_view metric) { return is_of(budgets_families::kMetrics, metric); }

}  // namespace

Result<ComputedPast> ComputedPast::load(store::Store& store, const Config& config,
                                        const Wanted& wanted, MakeLabels make_labels,
                                        const std::function<void(double)>& progress) {
  ComputedPast past(store, std::move(make_labels));
  TRY_ASSIGN(past.slots_from_, spend::past_begin(store));
  BatchSeries kept([&](std::string_view metric) {
    return wanted.metrics.contains("") || wanted.metrics.contains(metric);
  });
  const auto keep = [&](SystemTime time, const Batch& batch) {
    kept.add(time, batch);
    if (progress) {
      progress(to_seconds(time - wanted.from) / to_seconds(wanted.until - wanted.from));
    }
  };
  const auto is_wanted = [&](auto is_of_collector) {
    return wanted.from < wanted.until &&
           (wanted.metrics.contains("") || std::ranges::any_of(wanted.metrics, is_of_collector));
  };
  if (is_wanted(is_of_spend)) {
    TRY_ASSIGN(const spend::WallClock clock, spend::owners_wall_clock(config.owner.time_zone));
    TRY(spend::each_past_report(store, clock, wanted.from, wanted.until, keep));
  }
  // Without its zone a budget has no period; the collector says so.
  const auto zone = host::TimeZone::load(config.owner.time_zone);
  past.knows_budgets_ = zone.has_value();
  std::vector<alerts::RecordedHistory::Series> series;
  kept.finish(past.make_labels_, series);
  if (zone && is_wanted(is_of_budgets)) {
    TRY(budgets::each_past_report(store, config.spend.budgets, *zone, wanted.from, wanted.until,
                                  keep));
  }
  if (kept.is_full()) {
    return fail(Errc::too_large, "more than 8,000,000 values in this time: shorten it");
  }
  kept.finish(past.make_labels_, series);
  past.history_ = alerts::RecordedHistory::of(std::move(series), to_milliseconds(wanted.until));
  return past;
}

std::optional<SystemTime> ComputedPast::known_from(std::string_view metric) const {
  if (is_of_spend(metric)) return slots_from_;
  if (knows_budgets_ && is_of_budgets(metric)) return SystemTime::min();
  return std::nullopt;
}

bool ComputedPast::changed(std::string_view metric, promql::TimeMs before,
                           promql::TimeMs now) const {
  return metric == kShare.name() || history_.changed(metric, before, now);
}

void ComputedPast::select(std::span<const promql::Matcher> matchers, promql::TimeMs after,
                          promql::TimeMs until, const Visitor& visit) const {
  const std::string_view name = alerts::metric_of(matchers);
  if (name.empty() || name == kShare.name()) select_shares(matchers, until, visit);
  history_.select(matchers, after, until, visit);
}

// Texts ask for them, when an alert fires: computed for every hour they would cost more than all
// the rest. The hour in progress counts whole. What cannot be read is left out of the text.
void ComputedPast::select_shares(std::span<const promql::Matcher> matchers, promql::TimeMs until,
                                 const Visitor& visit) const {
  const std::int64_t hour = usage::hour_of(from_milliseconds(until - 1));
  const auto hours = usage::hour_history(*store_, hour - 1, hour + 1);
  if (!hours) return;
  std::set<std::string_view> homes;
  for (const usage::HourOfUsage& used : *hours) homes.insert(used.series.home);
  for (const std::string_view home : homes) {
    for (const spend::Share& share :
         spend::largest_shares(*hours, hour - 1, std::string(home), spend_families::kMaxShares)) {
      const promql::Labels labels = make_labels_(
          kShare.name(), {{"home", std::string(home)},
                          {"provider", share.of.provider},
                          {"model", share.of.model},
                          {"agent", share.of.agent},
                          {"trigger", std::string(parse::to_string(share.of.trigger))}});
      const auto fits = [&](const promql::Matcher& matcher) { return matcher.matches(labels); };
      const promql::Point point{until, share.ratio};
      if (std::ranges::all_of(matchers, fits)) visit(labels, {&point, 1});
    }
  }
}

}  // namespace clawvigil::cli
