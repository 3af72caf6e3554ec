#include "alerts/engine/recorder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace clawvigil::alerts {

namespace {

constexpr char kFieldSeparator = '\x1f';
constexpr char kValueSeparator = '\x1e';
constexpr Duration kSessionGap = std::chrono::minutes(5);
// So long after the start a family that is not there yet may still come.
constexpr Duration kStartUp = std::chrono::minutes(10);
constexpr Duration kPruneInterval = std::chrono::hours(1);

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS history_series(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS history_samples(series INTEGER NOT NULL, time INTEGER NOT NULL,
  value REAL, PRIMARY KEY(series, time)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history_sessions(start INTEGER PRIMARY KEY, until INTEGER NOT NULL);
)";

// They change all the time, and no rule looks at their past.
constexpr std::array<std::string_view, 7> kUnrecorded{
    "clawvigil_cgroup_memory_bytes",
    "clawvigil_cgroup_memory_peak_bytes",
    "clawvigil_cgroup_tasks",
    "clawvigil_cgroup_cpu_seconds_total",
    "clawvigil_cgroup_cpu_throttled_seconds_total",
    "clawvigil_log_position_lag_bytes",
    "clawvigil_secret_scan_timestamp_seconds"};

std::int64_t milliseconds(SystemTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

SystemTime from_milliseconds(std::int64_t time) {
  return SystemTime(std::chrono::milliseconds(time));
}

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::bit_cast<std::uint64_t>(*a) == std::bit_cast<std::uint64_t>(*b);
}

}  // namespace

Result<> ensure_history_schema(store::Store& store) { return store.ensure_schema(kSchema); }

bool is_recorded(std::string_view metric) {
  return !is_housekeeping(metric) && !metric.starts_with("clawvigil_rule_") &&
         std::ranges::find(kUnrecorded, metric) == kUnrecorded.end();
}

std::string series_name(const MetricInfo& info, std::span<const std::string> values) {
  std::string name(info.name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    name += kFieldSeparator;
    name += info.labels[i];
    name += kValueSeparator;
    name += values[i];
  }
  return name;
}

SeriesName parse_series_name(std::string_view name) {
  SeriesName out;
  out.metric = name.substr(0, name.find(kFieldSeparator));
  name.remove_prefix(out.metric.size());
  while (!name.empty()) {
    name.remove_prefix(1);
    const std::string_view field = name.substr(0, name.find(kFieldSeparator));
    const std::size_t middle = std::min(field.find(kValueSeparator), field.size());
    out.labels.emplace_back(field.substr(0, middle),
                            field.substr(std::min(middle + 1, field.size())));
    name.remove_prefix(field.size());
  }
  return out;
}

Result<> Recorder::restore(store::Store& store) {
  TRY(ensure_history_schema(store));
  TRY_ASSIGN(store::Statement series, store.prepare("SELECT id, name FROM history_series"));
  TRY_ASSIGN(store::Statement last,
             store.prepare("SELECT value FROM history_samples WHERE series = ? "
                           "ORDER BY time DESC LIMIT 1"));
  while (true) {
    TRY_ASSIGN(const bool row, series.step());
    if (!row) break;
    Known known;
    known.id = series.integer(0);
    next_id_ = std::max(next_id_, known.id + 1);
    TRY_ASSIGN(const bool sample, last.bind(1, known.id).step());
    if (sample && !last.is_null(0)) known.value = last.real(0);
    last.reset();
    known_.emplace(series.text(1), known);
  }
  TRY_ASSIGN(store::Statement session, store.prepare("SELECT MAX(until) FROM history_sessions"));
  TRY_ASSIGN(const bool ended, session.step());
  if (ended && !session.is_null(0)) last_seen_ = from_milliseconds(session.integer(0));
  return {};
}

bool Recorder::due(SystemTime now) const {
  return !written_ || now < *written_ || now - *written_ >= kRecordInterval;
}

void Recorder::collect(std::span<const std::shared_ptr<const Batch>> batches, SystemTime now) {
  ++pass_;
  pending_.clear();
  forgotten_.clear();  // of a write that was not committed
  std::int64_t id = next_id_;
  for (const auto& batch : batches) {
    for (const auto& [metric, family] : batch->families()) {
      if (!is_recorded(metric)) continue;
      if (!families_seen_.contains(metric)) families_seen_.emplace(metric);
      for (const auto& [values, value] : family.samples) {
        std::string name = series_name(family.info, values);
        const auto known = known_.find(name);
        if (known == known_.end()) {
          if (known_.size() + pending_.size() >= kMaxRecordedSeries) continue;
          pending_.push_back({std::move(name), id++, value, true});
          continue;
        }
        known->second.pass = pass_;
        if (same(known->second.value, value)) continue;
        pending_.push_back({std::move(name), known->second.id, value, false});
      }
    }
  }
  const bool starting = now - *session_start_ < kStartUp;
  for (const auto& [name, known] : known_) {
    if (known.pass == pass_ || !known.value) continue;
    if (starting && !families_seen_.contains(parse_series_name(name).metric)) continue;
    pending_.push_back({name, known.id, std::nullopt, false});
  }
}

Result<> Recorder::write_session(store::Store& store, SystemTime now) {
  const bool back = written_ && now < *written_;
  if (!session_start_ || back || now - *written_ > kSessionGap) session_start_ = now;
  if (back || (last_seen_ && now < *last_seen_)) {  // the clock went back: the future is wrong
    for (const char* const sql : {"DELETE FROM history_samples WHERE time >= ?",
                                  "DELETE FROM history_sessions WHERE start >= ?",
                                  "UPDATE history_sessions SET until = MIN(until, ?)"}) {
      TRY_ASSIGN(store::Statement statement, store.prepare(sql));
      TRY(statement.bind(1, milliseconds(now)).run());
    }
  }
  TRY_ASSIGN(store::Statement session,
             store.prepare("INSERT OR REPLACE INTO history_sessions(start, until) VALUES(?, ?)"));
  return session.bind(1, milliseconds(*session_start_)).bind(2, milliseconds(now)).run();
}

Result<> Recorder::write(store::Store& store, std::span<const std::shared_ptr<const Batch>> batches,
                         SystemTime now) {
  TRY(write_session(store, now));
  collect(batches, now);
  TRY_ASSIGN(store::Statement series,
             store.prepare("INSERT OR REPLACE INTO history_series(id, name) VALUES(?, ?)"));
  TRY_ASSIGN(store::Statement sample,
             store.prepare("INSERT OR REPLACE INTO history_samples(series, time, value) "
                           "VALUES(?, ?, ?)"));
  TRY_ASSIGN(store::Statement end,
             store.prepare("INSERT OR REPLACE INTO history_samples(series, time, value) "
                           "VALUES(?, ?, NULL)"));
  for (const Change& change : pending_) {
    if (change.is_new) TRY(series.bind(1, change.id).bind(2, change.name).run());
    if (change.value) {
      TRY(sample.bind(1, change.id).bind(2, milliseconds(now)).bind(3, *change.value).run());
    } else {
      TRY(end.bind(1, change.id).bind(2, milliseconds(now)).run());
    }
  }
  pending_time_ = now;
  if (!pruned_ || now < *pruned_ || now - *pruned_ >= kPruneInterval) TRY(prune(store, now));
  return {};
}

void Recorder::saved() {
  if (!pending_time_) return;
  for (const Change& change : pending_) {
    Known& known = known_[change.name];
    known.id = change.id;
    known.value = change.value;
    next_id_ = std::max(next_id_, change.id + 1);
  }
  pending_.clear();
  for (const std::string& name : std::exchange(forgotten_, {})) known_.erase(name);
  written_ = last_seen_ = std::exchange(pending_time_, std::nullopt);
}

// The last sample of a series before the limit stays: it is its value until the next change.
Result<> Recorder::prune(store::Store& store, SystemTime now) {
  pruned_ = now;
  Duration retention = kRecordRetention;
  while (true) {
    const std::int64_t limit = milliseconds(now - retention);
    TRY_ASSIGN(store::Statement samples,
               store.prepare("DELETE FROM history_samples WHERE series = ?1 AND time < (SELECT "
                             "MAX(time) FROM history_samples WHERE series = ?1 AND time <= ?2)"));
    for (const auto& [name, known] : known_) {
      TRY(samples.bind(1, known.id).bind(2, limit).run());
    }
    TRY_ASSIGN(store::Statement sessions,
               store.prepare("DELETE FROM history_sessions WHERE until < ?"));
    TRY(sessions.bind(1, limit).run());
    TRY_ASSIGN(store::Statement count, store.prepare("SELECT COUNT(*) FROM history_samples"));
    TRY_ASSIGN(const bool counted, count.step());
    const std::int64_t rows = counted ? count.integer(0) : 0;
    if (rows <= kMaxRecordedSamples || retention < kRecordInterval) return forget(store, limit);
    retention /= 2;
  }
}

// Series that ended before the limit are gone with their names.
Result<> Recorder::forget(store::Store& store, std::int64_t limit) {
  TRY_ASSIGN(store::Statement last,
             store.prepare("SELECT MAX(time) FROM history_samples WHERE series = ?"));
  TRY_ASSIGN(store::Statement samples,
             store.prepare("DELETE FROM history_samples WHERE series = ?"));
  TRY_ASSIGN(store::Statement series, store.prepare("DELETE FROM history_series WHERE id = ?"));
  for (const auto& [name, known] : known_) {
    if (known.value || known.pass == pass_) continue;
    TRY_ASSIGN(const bool row, last.bind(1, known.id).step());
    const bool old = row && (last.is_null(0) || last.integer(0) <= limit);
    last.reset();
    if (!old) continue;
    TRY(samples.bind(1, known.id).run());
    TRY(series.bind(1, known.id).run());
    forgotten_.push_back(name);
  }
  return {};
}

}  // namespace clawvigil::alerts
