#include "alerts/engine/series.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace clawvigil::alerts {

namespace {

using promql::Label;
using promql::Labels;
using promql::Matcher;

bool same_value(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// The labels a series was made from; those with an empty value are not in `labels`.
bool same_labels(const Labels& labels, const MetricInfo& info,
                 const std::vector<std::string>& values) {
  for (std::size_t i = 0; i < info.labels.size(); ++i) {
    if (labels.get(info.labels[i]) != values[i]) return false;
  }
  return true;
}

bool matches_all(std::span<const Matcher> matchers, const Labels& labels) {
  return std::ranges::all_of(matchers,
                             [&](const Matcher& matcher) { return matcher.matches(labels); });
}

}  // namespace

std::string_view metric_of(std::span<const Matcher> matchers) {
  for (const Matcher& matcher : matchers) {
    if (matcher.name() == promql::kMetricName && matcher.kind() == Matcher::Kind::equal) {
      return matcher.value();
    }
  }
  return {};
}

LiveView::LiveView(std::string job, std::string instance)
    : job_(std::move(job)), instance_(std::move(instance)) {}

void LiveView::watch(std::set<std::string, std::less<>> metrics) {
  watched_ = std::move(metrics);
  taken_.clear();
  changed_.clear();
  if (watched_.contains("")) return;
  std::erase_if(families_, [&](const auto& entry) { return !watched_.contains(entry.first); });
}

Labels LiveView::labels(std::string_view metric, std::vector<Label> labels) const {
  labels.push_back({std::string(promql::kMetricName), std::string(metric)});
  labels.push_back({"job", job_});
  labels.push_back({"instance", instance_});
  return Labels(std::move(labels));
}

void LiveView::take(LiveFamily& live, const Family& family) const {
  bool changed = live.series.size() != family.samples.size();
  live.series.resize(family.samples.size());
  auto series = live.series.begin();
  for (const auto& [values, value] : family.samples) {
    if (series->labels.all().empty() || !same_labels(series->labels, family.info, values)) {
      std::vector<Label> made;
      made.reserve(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        made.push_back({std::string(family.info.labels[i]), values[i]});
      }
      series->labels = labels(family.info.name, std::move(made));
      changed = true;
    }
    if (!same_value(series->value, value)) changed = true;
    series->value = value;
    ++series;
  }
  if (changed) live.changed = updates_;
}

void LiveView::update(const Snapshot& snapshot) {
  ++updates_;
  changed_.clear();
  const bool all = watched_.contains("");
  for (const auto& batch : snapshot.batches) {
    if (std::ranges::count(taken_, batch) > 0) continue;
    for (const auto& [name, family] : batch->families()) {
      if (!all && !watched_.contains(name)) continue;
      const auto found = families_.try_emplace(std::string(name)).first;
      take(found->second, family);
      found->second.batch = batch;
      if (found->second.changed == updates_) changed_.emplace_back(found->first);
    }
  }
  // What came from a batch that is gone, and from no new one.
  for (auto& [name, live] : families_) {
    if (live.batch == nullptr || std::ranges::count(snapshot.batches, live.batch) > 0) continue;
    live = LiveFamily{nullptr, {}, updates_};
    changed_.emplace_back(name);
  }
  taken_ = snapshot.batches;
}

const LiveFamily* LiveView::find(std::string_view metric) const {
  const auto found = families_.find(metric);
  return found == families_.end() ? nullptr : &found->second;
}

void LiveView::select(std::span<const Matcher> matchers,
                      const std::function<void(const LiveSeries&)>& visit) const {
  const auto visit_family = [&](const LiveFamily& family) {
    for (const LiveSeries& series : family.series) {
      if (matches_all(matchers, series.labels)) visit(series);
    }
  };
  if (const std::string_view metric = metric_of(matchers); !metric.empty()) {
    if (const LiveFamily* const family = find(metric)) visit_family(*family);
    return;
  }
  for (const auto& [name, family] : families_) visit_family(family);
}

}  // namespace clawvigil::alerts
