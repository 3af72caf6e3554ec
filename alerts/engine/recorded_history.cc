#include "alerts/engine/recorded_history.h"

#include <algorithm>
#include <utility>

#include "alerts/engine/recorder.h"
#include "alerts/engine/series.h"
#include "alerts/promql/expression.h"

namespace clawvigil::alerts {

namespace {

using promql::Point;
using promql::TimeMs;

constexpr std::size_t kMaxPoints = 2'000'000;
constexpr TimeMs kMinute = 60'000;
constexpr TimeMs kUnwritten = kWriteInterval / std::chrono::milliseconds(1);

Result<std::vector<Point>> load_changes(store::Statement& statement, std::int64_t series,
                                        TimeMs after, TimeMs until) {
  std::vector<Point> changes;
  statement.bind(1, series).bind(2, after).bind(3, until);
  while (true) {
    TRY_ASSIGN(const bool row, statement.step());
    if (!row) return changes;
    changes.push_back(
        {statement.integer(0), statement.is_null(1) ? promql::stale_marker() : statement.real(1)});
  }
}

}  // namespace

Result<RecordedHistory> RecordedHistory::load(store::Store& store,
                                              const std::set<std::string, std::less<>>& metrics,
                                              TimeMs after, TimeMs until,
                                              const MakeLabels& make_labels) {
  RecordedHistory out;
  TRY_ASSIGN(const bool begun, store.has_table("history_samples"));
  if (!begun) return out;
  TRY_ASSIGN(store::Statement sessions,
             store.prepare("SELECT start, until FROM history_sessions WHERE until > ? AND start <= "
                           "? ORDER BY start"));
  sessions.bind(1, after - kUnwritten).bind(2, until);
  while (true) {
    TRY_ASSIGN(const bool row, sessions.step());
    if (!row) break;
    out.sessions_.push_back({sessions.integer(0), sessions.integer(1)});
  }
  if (!out.sessions_.empty()) {
    TimeMs& last = out.sessions_.back().until;
    last = std::max(last, std::min(last + kUnwritten, until));
  }
  TRY_ASSIGN(store::Statement series, store.prepare("SELECT id, name FROM history_series"));
  TRY_ASSIGN(
      store::Statement samples,
      store.prepare("SELECT time, value FROM history_samples WHERE series = ?1 AND time >= "
                    "COALESCE((SELECT MAX(time) FROM history_samples WHERE series = ?1 AND time <= "
                    "?2), 0) AND time <= ?3 ORDER BY time"));
  std::size_t points = 0;
  while (true) {
    TRY_ASSIGN(const bool row, series.step());
    if (!row) return out;
    const SeriesName name = parse_series_name(series.text(1));
    if (!metrics.contains("") && !metrics.contains(name.metric)) continue;
    std::vector<promql::Label> labels;
    labels.reserve(name.labels.size());
    for (const auto& [label, value] : name.labels) {
      labels.push_back({std::string(label), std::string(value)});
    }
    Series loaded{make_labels(name.metric, std::move(labels)), {}};
    TRY_ASSIGN(loaded.changes, load_changes(samples, series.integer(0), after, until));
    points += loaded.changes.size();
    if (points > kMaxPoints) {
      return fail(Errc::too_large, "more than 2,000,000 recorded samples in this time: shorten it");
    }
    if (!loaded.changes.empty()) out.take(std::move(loaded));
  }
}

RecordedHistory RecordedHistory::of(std::vector<Series> series, TimeMs until) {
  RecordedHistory out;
  TimeMs start = until;
  for (Series& one : series) {
    start = std::min(start, one.changes.front().time);
    out.take(std::move(one));
  }
  if (start < until) out.sessions_.push_back({start, until});
  return out;
}

void RecordedHistory::take(Series series) {
  families_[std::string(series.labels.get(promql::kMetricName))].push_back(series_.size());
  series_.push_back(std::move(series));
}

void RecordedHistory::points(const Series& series, TimeMs after, TimeMs until, TimeMs spacing,
                             std::vector<Point>& out) const {
  const auto& changes = series.changes;
  for (const Session& session : sessions_) {
    TimeMs time = std::max({after + 1, session.start, changes.front().time});
    time = (time + spacing - 1) / spacing * spacing;
    const TimeMs last = std::min(until, session.until);
    auto next = std::ranges::upper_bound(changes, time, {}, &Point::time);
    for (; time <= last; time += spacing) {
      while (next != changes.end() && next->time <= time) ++next;
      const double value = std::prev(next)->value;
      const bool ended = promql::is_stale(value);
      // One marker where it ended is enough.
      if (ended && !out.empty() && promql::is_stale(out.back().value)) continue;
      out.push_back({time, value});
    }
  }
}

bool RecordedHistory::changed(std::string_view metric, TimeMs before, TimeMs now) const {
  if (metric.empty()) return true;
  // A change shows with the next full minute; where a session ends, what there was stays visible
  // for as long as an evaluation looks back.
  constexpr TimeMs kShown = kMinute;
  constexpr TimeMs kGone = promql::EvaluationOptions().lookback + kMinute;
  for (const Session& session : sessions_) {
    if (before <= session.start + kShown && session.start <= now) return true;
    if (before <= session.until + kGone && session.until <= now) return true;
  }
  const auto family = families_.find(metric);
  if (family == families_.end()) return false;
  return std::ranges::any_of(family->second, [&](std::size_t place) {
    const auto& changes = series_[place].changes;
    const auto next = std::ranges::upper_bound(changes, before - kShown, {}, &Point::time);
    return next != changes.end() && next->time <= now;
  });
}

void RecordedHistory::select(std::span<const promql::Matcher> matchers, TimeMs after, TimeMs until,
                             const Visitor& visit) const {
  std::vector<Point> found;
  const auto look_at = [&](const Series& series) {
    const auto fits = [&](const promql::Matcher& matcher) {
      return matcher.matches(series.labels);
    };
    if (!std::ranges::all_of(matchers, fits)) return;
    found.clear();
    points(series, after, until, kMinute, found);
    if (!found.empty()) visit(series.labels, found);
  };
  // A replay asks a hundred thousand times, and nearly always for one family.
  const std::string_view name = metric_of(matchers);
  if (name.empty()) {
    std::ranges::for_each(series_, look_at);
    return;
  }
  const auto family = families_.find(name);
  if (family == families_.end()) return;
  for (const std::size_t place : family->second) look_at(series_[place]);
}

}  // namespace clawvigil::alerts
