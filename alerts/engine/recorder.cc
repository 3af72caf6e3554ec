#include "alerts/engine/recorder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "exporter/base/milliseconds.h"

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

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::bit_cast<std::uint64_t>(*a) == std::bit_cast<std::uint64_t>(*b);
}

// True when there was no `last`, it is so long ago, or it lies in the future.
bool passed(const std::optional<SystemTime>& last, SystemTime now, Duration interval) {
  return !last || now < *last || now - *last >= interval;
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
  if (restored_) return {};
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
  restored_ = true;
  return {};
}

bool Recorder::due(SystemTime now) const {
  if (!restored_) return false;
  return sessions_.empty() || passed(last_seen_, now, kRecordInterval);
}

// What was noted, and what is written, of times that are yet to come is wrong.
void Recorder::go_back(SystemTime now) {
  went_back_ = std::min(went_back_.value_or(now), now);
  std::erase_if(samples_,
                [&](const Sample& sample) { return sample.time >= to_milliseconds(now); });
  std::erase_if(sessions_, [&](const Session& session) { return session.start >= now; });
  for (Session& session : sessions_) session.until = std::min(session.until, now);
  for (auto& [name, known] : known_) known.sure = false;
}

void Recorder::note(Known& known, std::optional<double> value, SystemTime now) {
  if (known.sure && same(known.value, value)) return;
  known.value = value;
  known.sure = true;
  samples_.push_back({known.id, to_milliseconds(now), value});
}

void Recorder::look_at(const Batch& batch, SystemTime now) {
  for (const auto& [metric, family] : batch.families()) {
    if (!is_recorded(metric)) continue;
    if (!families_seen_.contains(metric)) families_seen_.emplace(metric);
    for (const auto& [values, value] : family.samples) {
      std::string name = series_name(family.info, values);
      auto known = known_.find(name);
      if (known == known_.end()) {
        if (known_.size() >= kMaxRecordedSeries) continue;
        known = known_.emplace(std::move(name), Known()).first;
        known->second.id = next_id_++;
        new_series_.push_back(&*known);
      }
      known->second.pass = pass_;
      note(known->second, value, now);
    }
  }
}

void Recorder::observe(std::span<const std::shared_ptr<const Batch>> batches, SystemTime now) {
  const bool back = last_seen_ && now < *last_seen_;
  if (back) go_back(now);
  if (sessions_.empty() || back || now - sessions_.back().until > kSessionGap) {
    sessions_.push_back({now, now});
  }
  sessions_.back().until = now;
  last_seen_ = now;
  ++pass_;
  for (const auto& batch : batches) look_at(*batch, now);
  const bool starting = now - sessions_.back().start < kStartUp;
  for (auto& [name, known] : known_) {
    if (known.pass == pass_ || (!known.value && known.sure)) continue;
    if (starting && !families_seen_.contains(parse_series_name(name).metric)) continue;
    note(known, std::nullopt, now);
  }
  if (samples_.size() > kMaxUnwrittenSamples) thin();
}

void Recorder::thin() {
  std::unordered_map<std::int64_t, std::int64_t> last;
  for (const Sample& sample : samples_) last[sample.series] = sample.time;
  std::erase_if(samples_, [&](const Sample& sample) { return sample.time < last[sample.series]; });
}

bool Recorder::must_write(SystemTime now) const {
  if (!restored_ || sessions_.empty()) return false;
  return went_back_ || passed(written_, now, kWriteInterval);
}

bool Recorder::must_mark(SystemTime now) const {
  return restored_ && !sessions_.empty() && passed(marked_, now, kRecordInterval);
}

Result<> Recorder::remove_future(store::Store& store) const {
  if (!went_back_) return {};
  for (const char* const sql : {"DELETE FROM history_samples WHERE time >= ?",
                                "DELETE FROM history_sessions WHERE start >= ?",
                                "UPDATE history_sessions SET until = MIN(until, ?)"}) {
    TRY_ASSIGN(store::Statement statement, store.prepare(sql));
    TRY(statement.bind(1, to_milliseconds(*went_back_)).run());
  }
  return {};
}

Result<> Recorder::write_sessions(store::Store& store) const {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO history_sessions(start, until) VALUES(?, ?)"));
  for (const Session& session : sessions_) {
    TRY(insert.bind(1, to_milliseconds(session.start))
            .bind(2, to_milliseconds(session.until))
            .run());
  }
  return {};
}

Result<> Recorder::write_samples(store::Store& store) const {
  TRY_ASSIGN(store::Statement series,
             store.prepare("INSERT OR REPLACE INTO history_series(id, name) VALUES(?, ?)"));
  for (const auto* const added : new_series_) {
    TRY(series.bind(1, added->second.id).bind(2, added->first).run());
  }
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO history_samples(series, time, value) "
                           "VALUES(?, ?, ?)"));
  TRY_ASSIGN(store::Statement end,
             store.prepare("INSERT OR REPLACE INTO history_samples(series, time, value) "
                           "VALUES(?, ?, NULL)"));
  for (const Sample& sample : samples_) {
    store::Statement& statement = sample.value ? insert : end;
    statement.bind(1, sample.series).bind(2, sample.time);
    if (sample.value) statement.bind(3, *sample.value);
    TRY(statement.run());
  }
  return {};
}

Result<> Recorder::write(store::Store& store) {
  writing_ = Writing::nothing;
  forgotten_.clear();  // of a write that was not committed
  if (!last_seen_ || sessions_.empty()) return {};
  TRY(remove_future(store));
  TRY(write_sessions(store));
  TRY(write_samples(store));
  if (passed(pruned_, *last_seen_, kPruneInterval)) TRY(prune(store, *last_seen_));
  writing_ = Writing::all;
  return {};
}

Result<> Recorder::mark(store::Store& store) {
  writing_ = Writing::mark;
  return write_sessions(store);
}

void Recorder::saved() {
  const Writing what = std::exchange(writing_, Writing::nothing);
  if (what == Writing::nothing) return;
  marked_ = last_seen_;
  if (sessions_.size() > 1) sessions_.erase(sessions_.begin(), sessions_.end() - 1);
  if (what == Writing::mark) return;
  written_ = last_seen_;
  went_back_.reset();
  samples_.clear();
  new_series_.clear();
  for (const std::string& name : std::exchange(forgotten_, {})) known_.erase(name);
}

// The last sample of a series before the limit stays: it is its value until the next change.
Result<> Recorder::prune(store::Store& store, SystemTime now) {
  pruned_ = now;
  Duration retention = kRecordRetention;
  while (true) {
    const std::int64_t limit = to_milliseconds(now - retention);
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
