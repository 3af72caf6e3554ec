#include "alerts/engine/history.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "exporter/base/duration.h"

namespace clawvigil::alerts {

namespace {

using promql::Labels;
using promql::Matcher;
using promql::Point;
using promql::SelectorUse;
using promql::TimeMs;

constexpr TimeMs kSamplesPerRange = 240;
constexpr TimeMs kMaxOffsetSpacing = 120'000;  // well below the lookback
constexpr TimeMs kLookback = 300'000;
constexpr std::size_t kSeriesBytes = 96;  // of the table's node, without its samples

bool same_matcher(const Matcher& a, const Matcher& b) {
  return a.kind() == b.kind() && a.name() == b.name() && a.value() == b.value();
}

bool same_matchers(std::span<const Matcher> a, std::span<const Matcher> b) {
  return std::ranges::equal(a, b, same_matcher);
}

TimeMs spacing_for(TimeMs range, TimeMs offset) {
  const TimeMs wanted = std::max(kSamplingMs, std::max(range, offset) / kSamplesPerRange);
  return range == 0 ? std::min(wanted, kMaxOffsetSpacing)
                    : std::max(kSamplingMs, range / kSamplesPerRange);
}

// True if every one of `some` is one of `all`.
bool among(std::span<const Matcher> some, std::span<const Matcher> all) {
  return std::ranges::all_of(some, [&](const Matcher& one) {
    return std::ranges::any_of(all, [&](const Matcher& other) { return same_matcher(one, other); });
  });
}

std::string shown(TimeMs duration) {
  return clawvigil::to_string(std::chrono::seconds(std::max<TimeMs>(duration, 0) / 1000));
}

bool looks_back(const SelectorUse& selector) { return selector.range > 0 || selector.offset > 0; }

}  // namespace

TimeMs History::Use::depth() const { return offset + (range > 0 ? range : kLookback); }

std::size_t History::Use::bytes() const {
  std::size_t total = 0;
  for (const auto& [labels, runs] : series) total += kSeriesBytes + runs.bytes();
  return total;
}

void History::plan(const std::vector<SelectorUse>& selectors,
                   const std::vector<SelectorUse>& explaining) {
  std::vector<Use> planned;
  const auto same = [](const Use& use, const SelectorUse& selector) {
    return use.range == selector.range && use.offset == selector.offset &&
           same_matchers(use.matchers, selector.matchers);
  };
  const auto add = [&](const SelectorUse& selector, bool explains) {
    const auto is_same = [&](const Use& use) { return same(use, selector); };
    if (!looks_back(selector) || std::ranges::any_of(planned, is_same)) return;
    const auto known = std::ranges::find_if(uses_, is_same);
    Use use;
    if (known != uses_.end() && !known->given_up) {
      use = std::move(*known);
      uses_.erase(known);
    } else {
      use.matchers = selector.matchers;
      use.range = selector.range;
      use.offset = selector.offset;
      use.spacing = spacing_for(selector.range, selector.offset);
    }
    use.explains = explains;
    planned.push_back(std::move(use));
  };
  for (const SelectorUse& selector : selectors) add(selector, false);
  for (const SelectorUse& selector : explaining) add(selector, true);
  uses_ = std::move(planned);
}

bool History::sample(Use& use, const LiveView& live, TimeMs now) {
  const TimeMs grid = now - now % use.spacing;
  const bool due = !use.since || grid > use.sampled;
  const std::string_view metric = metric_of(use.matchers);
  const LiveFamily* const family = metric.empty() ? nullptr : live.find(metric);
  // What refill() brought may have ended while nobody looked: the first look compares everything.
  const bool changed =
      use.seen == 0 || metric.empty() || (family != nullptr && family->changed > use.seen);
  use.seen = live.update_number();
  if (!due && !changed) return false;
  std::unordered_set<Labels, LabelsHash> present;
  live.select(use.matchers, [&](const LiveSeries& series) {
    present.insert(series.labels);
    if (due) use.series[series.labels].push(grid, series.value, use.spacing);
  });
  for (auto& [labels, runs] : use.series) {
    if (runs.empty() || runs.ended() || present.contains(labels)) continue;
    runs.push(std::max(now, runs.last_time() + 1), promql::stale_marker(), use.spacing);
  }
  if (!due) return true;
  use.sampled = grid;
  if (!use.since) use.since = grid;
  for (auto& [labels, runs] : use.series) runs.drop_until(now - use.depth(), use.spacing);
  std::erase_if(use.series, [](const auto& entry) { return entry.second.empty(); });
  return true;
}

void History::observe(const LiveView& live, TimeMs now) {
  if (now < observed_) {  // the clock went back
    for (Use& use : uses_) {
      for (auto& [labels, runs] : use.series) runs.drop_after(now, use.spacing);
      std::erase_if(use.series, [](const auto& entry) { return entry.second.empty(); });
      use.sampled = std::min(use.sampled, now);
      if (use.since) use.since = std::min(*use.since, now);
    }
  }
  observed_ = now;
  bool grown = false;
  for (Use& use : uses_) {
    if (!use.given_up && sample(use, live, now)) grown = true;
  }
  if (grown) enforce_bound();
}

void History::enforce_bound() {
  while (bytes() > max_bytes_) {
    Use& largest = *std::ranges::max_element(uses_, {}, [](const Use& use) {
      const std::size_t bytes = use.bytes();
      return std::pair(use.explains && bytes > 0, bytes);
    });
    largest.series = {};
    largest.given_up = true;
  }
}

void History::refill(const std::vector<Recorded>& series, TimeMs since, TimeMs now) {
  std::vector<Point> points;
  for (Use& use : uses_) {
    if (use.since) continue;
    for (const Recorded& recorded : series) {
      const auto fits = [&](const Matcher& matcher) { return matcher.matches(recorded.labels); };
      if (!std::ranges::all_of(use.matchers, fits)) continue;
      points.clear();
      recorded.points(now - use.depth(), now, use.spacing, points);
      if (points.empty()) continue;
      Runs& runs = use.series[recorded.labels];
      for (const Point& point : points) runs.push(point.time, point.value, use.spacing);
      use.sampled = std::max(use.sampled, runs.last_time() - runs.last_time() % use.spacing);
    }
    use.since = std::max(since, now - use.depth());
  }
  enforce_bound();
}

const History::Use* History::find(std::span<const Matcher> matchers, TimeMs window,
                                  bool wider) const {
  const Use* best = nullptr;
  std::tuple<std::size_t, TimeMs, TimeMs> best_fit;
  for (const Use& use : uses_) {
    if (wider ? !among(use.matchers, matchers) : !same_matchers(use.matchers, matchers)) continue;
    const TimeMs covers = use.range > 0 ? use.range : kLookback;
    if (covers < window) continue;
    // Of those with most of the matchers the shortest, then the one that reaches back furthest.
    const std::tuple fit(use.matchers.size(), -covers, use.offset);
    if (best == nullptr || fit > best_fit) {
      best = &use;
      best_fit = fit;
    }
  }
  return best;
}

std::optional<std::string> History::gap(const SelectorUse& selector, TimeMs now) const {
  if (!looks_back(selector)) return std::nullopt;
  const auto use = std::ranges::find_if(uses_, [&](const Use& candidate) {
    return candidate.range == selector.range && candidate.offset == selector.offset &&
           same_matchers(candidate.matchers, selector.matchers);
  });
  if (use == uses_.end()) return "its past is not recorded";
  if (use->given_up) return "its past has more series than the 4 MB for history hold";
  const TimeMs lasted = use->since ? now - *use->since : 0;
  if (lasted >= selector.offset + use->spacing) return std::nullopt;
  const TimeMs needed = selector.offset + selector.range;
  return "needs history: it looks back " + shown(needed) + ", and too little is recorded yet";
}

std::set<std::string, std::less<>> History::metrics() const {
  std::set<std::string, std::less<>> names;
  for (const Use& use : uses_) names.emplace(metric_of(use.matchers));
  return names;
}

TimeMs History::depth() const {
  TimeMs most = 0;
  for (const Use& use : uses_) most = std::max(most, use.depth());
  return most;
}

std::size_t History::bytes() const {
  std::size_t total = 0;
  for (const Use& use : uses_) total += use.bytes();
  return total;
}

void HistorySource::select(std::span<const Matcher> matchers, TimeMs after, TimeMs until,
                           const Visitor& visit) const {
  const bool with_now = after < now_ && now_ <= until;
  const History::Use* const use = history_.find(matchers, until - after, explains_);
  if (use == nullptr) {
    if (!with_now) return;
    live_.select(matchers, [&](const LiveSeries& series) {
      const Point point{now_, series.value};
      visit(series.labels, {&point, 1});
    });
    return;
  }
  std::unordered_map<Labels, double, LabelsHash> current;
  if (with_now) {
    live_.select(matchers,
                 [&](const LiveSeries& series) { current.emplace(series.labels, series.value); });
  }
  const auto selected = [&](const Labels& labels) {
    return std::ranges::all_of(matchers,
                               [&](const Matcher& matcher) { return matcher.matches(labels); });
  };
  const bool all = use->matchers.size() == matchers.size();
  std::vector<Point> points;
  for (const auto& [labels, runs] : use->series) {
    if (!all && !selected(labels)) continue;
    points.clear();
    runs.points(after, std::min(until, now_), use->spacing, points);
    const auto live = current.find(labels);
    if (live != current.end()) {
      if (!points.empty() && points.back().time == now_) points.pop_back();
      points.push_back({now_, live->second});
      current.erase(live);
    }
    if (!points.empty()) visit(labels, points);
  }
  for (const auto& [labels, value] : current) {
    const Point point{now_, value};
    visit(labels, {&point, 1});
  }
}

}  // namespace clawvigil::alerts
