#include "exporter/cli/transcript_history.h"

#include <algorithm>
#include <array>
#include <map>

#include "alerts/promql/expression.h"
#include "collectors/usage/history.h"

namespace clawvigil::cli {

namespace {

using promql::Label;
using promql::TimeMs;

constexpr TimeMs kMinuteMs = 60'000;
constexpr TimeMs kHourMs = 60 * kMinuteMs;
constexpr TimeMs kDayMs = 24 * kHourMs;

struct Window {
  std::string_view name;
  TimeMs length;
};
constexpr std::array kWindows{Window{"1h", kHourMs}, Window{"24h", kDayMs},
                              Window{"7d", 7 * kDayMs}, Window{"30d", 30 * kDayMs}};

using Curves = std::map<std::vector<Label>, std::map<std::int64_t, double>>;
using Families = std::map<std::string, Curves, std::less<>>;

// Where one hour's use belongs; hours of several series may add up in one.
void spread(const usage::HourOfUsage& hour, Families& families) {
  const auto& [home, agent, provider, model, trigger, channel] = hour.series;
  const std::vector<Label> model_labels{{"home", home}, {"provider", provider}, {"model", model}};
  std::vector<Label> agent_labels = model_labels;
  agent_labels.push_back({"agent", agent});
  const auto add = [&](std::string_view metric, std::vector<Label> labels, double amount) {
    families[std::string(metric)][std::move(labels)][hour.hour] += amount;
  };
  const auto with = [&](std::string_view name, std::string_view value) {
    std::vector<Label> labels = agent_labels;
    labels.push_back({std::string(name), std::string(value)});
    return labels;
  };
  const usage::Totals& totals = hour.totals;
  const auto tokens = [&](std::string_view type, std::int64_t count) {
    add("clawvigil_model_tokens_total", with("token_type", type), static_cast<double>(count));
  };
  tokens("input", totals.tokens.input);
  tokens("output", totals.tokens.output);
  tokens("cache_read", totals.tokens.cache_read);
  tokens("cache_write", totals.tokens.cache_write);
  add("clawvigil_model_requests_total", agent_labels, static_cast<double>(totals.requests));
  add("clawvigil_model_requests_failed_total", agent_labels, static_cast<double>(totals.failed));
  add("clawvigil_model_unpriced_tokens_total", model_labels,
      static_cast<double>(totals.unpriced_tokens));
  add("clawvigil_model_cost_usd_total", with("basis", "recorded"), totals.recorded_usd.value());
  add("clawvigil_model_cost_usd_total", with("basis", "estimated"), totals.estimated_usd.value());
  const std::vector<Label> trigger_labels{{"home", home},
                                          {"agent", agent},
                                          {"trigger", std::string(parse::to_string(trigger))},
                                          {"channel", channel}};
  const auto trigger_tokens = [&](std::string_view type, std::int64_t count) {
    std::vector<Label> labels = trigger_labels;
    labels.push_back({"token_type", std::string(type)});
    add("clawvigil_trigger_tokens_total", std::move(labels), static_cast<double>(count));
  };
  trigger_tokens("input", totals.tokens.input);
  trigger_tokens("output", totals.tokens.output);
  trigger_tokens("cache_read", totals.tokens.cache_read);
  trigger_tokens("cache_write", totals.tokens.cache_write);
  add("clawvigil_trigger_cost_usd_total", trigger_labels, totals.usd());
  add("clawvigil_spend_usd", {{"home", home}},
      totals.recorded_usd.value() + totals.estimated_usd.value());
}

std::shared_ptr<const Curve> curve_of(const std::map<std::int64_t, double>& hours) {
  auto curve = std::make_shared<Curve>();
  for (const auto& [hour, amount] : hours) curve->add(hour, amount);
  return curve;
}

}  // namespace

void Curve::add(std::int64_t hour, double amount) {
  const double before = hours_.empty() ? 0 : hours_.back().before + hours_.back().amount;
  hours_.push_back({hour, before, amount});
}

bool Curve::begun(TimeMs time) const {
  return !hours_.empty() && time >= hours_.front().hour * kHourMs;
}

double Curve::at(TimeMs time) const {
  const auto after = std::ranges::upper_bound(hours_, time / kHourMs, {}, &Hour::hour);
  if (after == hours_.begin()) return 0;
  const Hour& hour = *std::prev(after);
  const double part =
      static_cast<double>(time - hour.hour * kHourMs) / static_cast<double>(kHourMs);
  return hour.before + hour.amount * std::clamp(part, 0.0, 1.0);
}

Result<TranscriptHistory> TranscriptHistory::load(store::Store& store,
                                                  const MakeLabels& make_labels) {
  TRY_ASSIGN(const std::vector<usage::HourOfUsage> hours, usage::hour_history(store));
  Families families;
  for (const usage::HourOfUsage& hour : hours) spread(hour, families);
  TranscriptHistory history;
  for (const auto& [metric, curves] : families) {
    for (const auto& [labels, amounts] : curves) {
      const auto curve = curve_of(amounts);
      if (metric != "clawvigil_spend_usd") {
        history.series_.push_back({make_labels(metric, labels), curve, 0});
        continue;
      }
      for (const Window& window : kWindows) {
        std::vector<Label> windowed = labels;
        windowed.push_back({"window", std::string(window.name)});
        history.series_.push_back({make_labels(metric, std::move(windowed)), curve, window.length});
      }
    }
  }
  return history;
}

void TranscriptHistory::select(std::span<const promql::Matcher> matchers, TimeMs after,
                               TimeMs until, const Visitor& visit) const {
  std::vector<promql::Point> points;
  for (const Series& series : series_) {
    const bool wanted = std::ranges::all_of(
        matchers, [&](const promql::Matcher& matcher) { return matcher.matches(series.labels); });
    if (!wanted) continue;
    points.clear();
    for (TimeMs time = (after / kMinuteMs + 1) * kMinuteMs; time <= until; time += kMinuteMs) {
      if (!series.curve->begun(time)) continue;
      const double total = series.curve->at(time);
      points.push_back(
          {time, series.window == 0 ? total : total - series.curve->at(time - series.window)});
    }
    if (!points.empty()) visit(series.labels, points);
  }
}

void PastSource::select(std::span<const promql::Matcher> matchers, TimeMs after, TimeMs until,
                        const Visitor& visit) const {
  if (after >= recorded_from_) return recorded_.select(matchers, after, until, visit);
  std::vector<promql::MatrixSeries> earlier;
  transcripts_.select(matchers, after, std::min(until, recorded_from_ - 1),
                      [&](const promql::Labels& labels, std::span<const promql::Point> points) {
                        earlier.push_back({labels, {points.begin(), points.end()}});
                      });
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
