#include "exporter/cli/transcript_history.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "alerts/engine/series.h"
#include "alerts/promql/expression.h"
#include "collectors/usage/history.h"

namespace clawvigil::cli {

namespace {

using promql::Label;
using promql::TimeMs;
using usage::Curve;

constexpr TimeMs kMinuteMs = 60'000;
constexpr TimeMs kHourMs = 60 * kMinuteMs;
constexpr TimeMs kDayMs = 24 * kHourMs;

constexpr std::int64_t kMinutesPerHour = 60;
constexpr std::int64_t kSlotsPerHour = kMinutesPerHour / usage::kMinutesPerSlot;
constexpr std::string_view kSpent = "clawvigil_spend_usd";

struct Window {
  std::string_view name;
  TimeMs length;
};
constexpr std::array kWindows{Window{"1h", kHourMs}, Window{"24h", kDayMs},
                              Window{"7d", 7 * kDayMs}, Window{"30d", 30 * kDayMs}};

// One labelled curve of a family; hours of several series may add up in it.
using Curves = std::map<std::vector<Label>, std::shared_ptr<Curve>>;
using Families = std::map<std::string, Curves, std::less<>>;
using Amount = double (*)(const usage::Totals&);

struct Share {
  std::shared_ptr<Curve> curve;
  Amount amount;
};

template <std::int64_t parse::TokenCounts::* type>
double tokens(const usage::Totals& totals) {
  return static_cast<double>(totals.tokens.*type);
}

constexpr std::array<std::pair<std::string_view, Amount>, 4> kTokenTypes{{
    {"input", tokens<&parse::TokenCounts::input>},
    {"output", tokens<&parse::TokenCounts::output>},
    {"cache_read", tokens<&parse::TokenCounts::cache_read>},
    {"cache_write", tokens<&parse::TokenCounts::cache_write>},
}};

std::vector<Label> with(std::vector<Label> labels, std::string_view name, std::string_view value) {
  labels.push_back({std::string(name), std::string(value)});
  return labels;
}

using Metrics = std::set<std::string, std::less<>>;

bool wants(const Metrics& metrics, std::string_view metric) {
  return metrics.contains("") || metrics.contains(metric);
}

// The curves to which what a series used belongs.
std::vector<Share> shares_of(const usage::SeriesKey& key, const Metrics& metrics,
                             Families& families) {
  const auto& [home, agent, provider, model, trigger, channel] = key;
  std::vector<Share> shares;
  const auto add = [&](std::string_view metric, const std::vector<Label>& labels, Amount amount) {
    if (!wants(metrics, metric)) return;
    auto& curve = families[std::string(metric)][labels];
    if (!curve) curve = std::make_shared<Curve>();
    shares.push_back({curve, amount});
  };
  const std::vector<Label> of_model{{"home", home}, {"provider", provider}, {"model", model}};
  const std::vector<Label> of_agent = with(of_model, "agent", agent);
  const std::vector<Label> of_trigger{{"home", home},
                                      {"agent", agent},
                                      {"trigger", std::string(parse::to_string(trigger))},
                                      {"channel", channel}};
  for (const auto& [type, amount] : kTokenTypes) {
    add("clawvigil_model_tokens_total", with(of_agent, "token_type", type), amount);
    add("clawvigil_trigger_tokens_total", with(of_trigger, "token_type", type), amount);
  }
  using usage::Totals;
  add("clawvigil_model_requests_total", of_agent,
      [](const Totals& totals) { return static_cast<double>(totals.requests); });
  add("clawvigil_model_requests_failed_total", of_agent,
      [](const Totals& totals) { return static_cast<double>(totals.failed); });
  add("clawvigil_model_unpriced_tokens_total", of_model,
      [](const Totals& totals) { return static_cast<double>(totals.unpriced_tokens); });
  add("clawvigil_model_cost_usd_total", with(of_agent, "basis", "recorded"),
      [](const Totals& totals) { return totals.recorded_usd.value(); });
  add("clawvigil_model_cost_usd_total", with(of_agent, "basis", "estimated"),
      [](const Totals& totals) { return totals.estimated_usd.value(); });
  add("clawvigil_trigger_cost_usd_total", of_trigger,
      [](const Totals& totals) { return totals.usd(); });
  return shares;
}

}  // namespace

Result<TranscriptHistory> TranscriptHistory::load(store::Store& store, const Metrics& metrics,
                                                  const MakeLabels& make_labels) {
  TRY_ASSIGN(const auto series, usage::series_of_ledger(store));
  TRY_ASSIGN(const auto first_slot, usage::first_slot(store));
  // The first hour of which every slot is kept.
  const std::int64_t fine =
      first_slot ? (*first_slot + kSlotsPerHour - 1) / kSlotsPerHour : INT64_MAX;
  Families families;
  std::map<std::string, Curve> spent;  // by home
  struct Known {
    std::vector<Share> shares;
    Curve* spent = nullptr;  // null: not asked for
  };
  const bool wants_spent = wants(metrics, kSpent);
  std::unordered_map<std::int64_t, Known> known;
  for (const usage::NumberedSeries& one : series) {
    known[one.id] = {shares_of(one.key, metrics, families),
                     wants_spent ? &spent[one.key.home] : nullptr};
  }
  TRY(usage::each_hour(store, 0, INT64_MAX,
                       [&](std::int64_t one, std::int64_t hour, const usage::Totals& totals) {
                         const auto found = known.find(one);
                         if (found == known.end()) return;  // began to exist just now
                         const std::int64_t begin = hour * kMinutesPerHour;
                         for (const Share& share : found->second.shares) {
                           share.curve->add(begin, kMinutesPerHour, share.amount(totals));
                         }
                         Curve* const spent_at = found->second.spent;
                         if (spent_at != nullptr && hour < fine) {
                           spent_at->add(begin, kMinutesPerHour, totals.usd());
                         }
                       }));
  if (wants_spent) {
    TRY(usage::each_slot(store, 0, [&](const usage::PaceOfUsage& row) {
      if (row.slot < fine * kSlotsPerHour) return;
      spent[row.home].add(row.slot * usage::kMinutesPerSlot, usage::kMinutesPerSlot, row.pace.usd);
    }));
  }
  TranscriptHistory history;
  for (const auto& [metric, curves] : families) {
    for (const auto& [labels, curve] : curves) {
      history.families_[metric].push_back({make_labels(metric, labels), curve, 0});
    }
  }
  for (auto& [home, curve] : spent) {
    const auto shared = std::make_shared<const Curve>(std::move(curve));
    for (const Window& window : kWindows) {
      history.families_[std::string(kSpent)].push_back(
          {make_labels(kSpent, {{"home", home}, {"window", std::string(window.name)}}), shared,
           window.length});
    }
  }
  return history;
}

bool TranscriptHistory::changed(std::string_view metric, TimeMs before, TimeMs now) const {
  const auto family = families_.find(metric);
  if (family == families_.end()) return false;
  return std::ranges::any_of(family->second, [&](const Series& series) {
    const usage::Curve& curve = *series.curve;
    return curve.begun(before) != curve.begun(now) || curve.at(before) != curve.at(now) ||
           curve.at(before - series.window) != curve.at(now - series.window);
  });
}

// Most rules are about other families: they must not look at each of ours, a hundred thousand
// times.
void TranscriptHistory::select(std::span<const promql::Matcher> matchers, TimeMs after,
                               TimeMs until, const Visitor& visit) const {
  const std::string_view name = alerts::metric_of(matchers);
  if (name.empty()) {
    for (const auto& [metric, family] : families_) {
      select_from(family, matchers, after, until, visit);
    }
    return;
  }
  const auto family = families_.find(name);
  if (family != families_.end()) select_from(family->second, matchers, after, until, visit);
}

void TranscriptHistory::select_from(const std::vector<Series>& family,
                                    std::span<const promql::Matcher> matchers, TimeMs after,
                                    TimeMs until, const Visitor& visit) const {
  std::vector<promql::Point> points;
  for (const Series& series : family) {
    const bool wanted = std::ranges::all_of(
        matchers, [&](const promql::Matcher& matcher) { return matcher.matches(series.labels); });
    if (!wanted) continue;
    points.clear();
    for (TimeMs time = (after / kMinuteMs + 1) * kMinuteMs; time <= until; time += kMinuteMs) {
      if (!series.curve->begun(time)) continue;
      points.push_back({time, series.at(time)});
    }
    if (!points.empty()) visit(series.labels, points);
  }
}

void PastSource::select(std::span<const promql::Matcher> matchers, TimeMs after, TimeMs until,
                        const Visitor& visit) const {
  if (after >= recorded_from_) return recorded_.select(matchers, after, until, visit);
  std::vector<promql::MatrixSeries> earlier;
  for (const promql::Source* source : earlier_) {
    source->select(matchers, after, std::min(until, recorded_from_ - 1),
                   [&](const promql::Labels& labels, std::span<const promql::Point> points) {
                     earlier.push_back({labels, {points.begin(), points.end()}});
                   });
  }
  recorded_.select(matchers, after, until,
                   [&](const promql::Labels& labels, std::span<const promql::Point> points) {
                     const auto same =
                         std::ranges::find(earlier, labels, &promql::MatrixSeries::labels);
                     if (same == earlier.end()) return visit(labels, points);
                     same->points.insert(same->points.end(), points.begin(), points.end());
                   });
  for (const promql::MatrixSeries& series : earlier) visit(series.labels, series.points);
}

}  // namespace clawvigil::cli
