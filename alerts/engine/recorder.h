// Keeps what the collectors export in the state database, so that rules can look back beyond a
// restart and be replayed over the past. It looks once a minute, notes only series that changed,
// and writes five minutes at a time: each commit costs whole pages, however little is in it.
//
// A kill loses what was noted since the last write: minutes in which no alert fired or was
// resolved, as the engine writes whenever one does. Whoever reads takes them for unchanged.
// Counters, states of alerts and messages are not kept here and lose nothing.
//
//   history_series(id, name)               name and labels, separated by control characters
//   history_samples(series, time, value)   value NULL: the series ended
//   history_sessions(start, until)         when it was recorded; between them nothing is known,
//                                          but that the last may have gone on for kWriteInterval
//
// Left out is what is_recorded() names. Kept for 15 days, at most a million samples (about 25 MB);
// the oldest go first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil::alerts {

inline constexpr Duration kRecordInterval = std::chrono::minutes(1);
inline constexpr Duration kWriteInterval = std::chrono::minutes(5);
inline constexpr Duration kRecordRetention = std::chrono::days(15);
inline constexpr std::int64_t kMaxRecordedSamples = 1'000'000;
inline constexpr std::size_t kMaxRecordedSeries = 20'000;  // names, ended ones included
// While the database refuses: beyond, only the last sample of every series is kept (1.3 MB).
inline constexpr std::size_t kMaxUnwrittenSamples = 2 * kMaxRecordedSeries;

// Creates the tables.
[[nodiscard]] Result<> ensure_history_schema(store::Store& store);

// The stored name of a series, and what it says.
[[nodiscard]] std::string series_name(const MetricInfo& info, std::span<const std::string> values);
struct SeriesName {
  std::string_view metric;
  std::vector<std::pair<std::string_view, std::string_view>> labels;
};
[[nodiscard]] SeriesName parse_series_name(std::string_view name);

// Not recorded are housekeeping (metric.h), the engine's own rule states, and measured values that
// change in every run and whose past no bundled rule looks at.
[[nodiscard]] bool is_recorded(std::string_view metric);

// Nothing is written without restore(): ids of series would meet those of others.
class Recorder {
 public:
  // Reads the last value of every series, once; further calls do nothing.
  [[nodiscard]] Result<> restore(store::Store& store);
  [[nodiscard]] bool restored() const { return restored_; }
  // True when it is time to look: once a minute, once restored.
  [[nodiscard]] bool due(SystemTime now) const;
  // Notes what has changed since the last look.
  void observe(std::span<const std::shared_ptr<const Batch>> batches, SystemTime now);

  // True when what is noted should be written.
  [[nodiscard]] bool must_write(SystemTime now) const;
  // Writes it, inside the caller's transaction. It counts as written once saved() is called.
  [[nodiscard]] Result<> write(store::Store& store);
  // True if what was there at this time may not be written yet.
  [[nodiscard]] bool is_unwritten(const std::optional<SystemTime>& time) const {
    return time && (!written_ || *time > *written_);
  }
  // True when last_seen() of a restart would lie a minute back.
  [[nodiscard]] bool must_mark(SystemTime now) const;
  // Writes no more than that: how long it has watched. saved() as above.
  [[nodiscard]] Result<> mark(store::Store& store);
  void saved();
  // When it last looked, in this session or, before its first look, in the one before: until then
  // somebody watched.
  [[nodiscard]] std::optional<SystemTime> last_seen() const { return last_seen_; }

 private:
  struct Known {
    std::int64_t id = 0;
    std::optional<double> value;  // nullopt: it ended
    bool sure = true;             // false: what was written of it may have been removed since
    std::uint64_t pass = 0;       // the observe() that last saw it
  };
  struct Sample {
    std::int64_t series;
    std::int64_t time;  // in milliseconds
    std::optional<double> value;
  };
  struct Session {
    SystemTime start;
    SystemTime until;
  };
  using KnownSeries = std::unordered_map<std::string, Known>;

  void go_back(SystemTime now);
  void look_at(const Batch& batch, SystemTime now);
  void note(Known& known, std::optional<double> value, SystemTime now);
  void thin();
  [[nodiscard]] Result<> write_sessions(store::Store& store) const;
  [[nodiscard]] Result<> write_samples(store::Store& store) const;
  [[nodiscard]] Result<> remove_future(store::Store& store) const;
  [[nodiscard]] Result<> prune(store::Store& store, SystemTime now);
  [[nodiscard]] Result<> forget(store::Store& store, std::int64_t limit);

  bool restored_ = false;
  KnownSeries known_;
  std::set<std::string, std::less<>> families_seen_;  // in this run of the program
  std::int64_t next_id_ = 1;
  std::uint64_t pass_ = 0;
  std::optional<SystemTime> last_seen_;
  // Not written yet. The last session goes on; it is written again each time.
  std::vector<const KnownSeries::value_type*> new_series_;
  std::vector<Sample> samples_;
  std::vector<Session> sessions_;
  std::optional<SystemTime> went_back_;  // the clock: what is written from then on is wrong

  // Of the write that saved() will confirm.
  enum class Writing { nothing, mark, all };
  Writing writing_ = Writing::nothing;
  std::vector<std::string> forgotten_;
  std::optional<SystemTime> written_;
  std::optional<SystemTime> marked_;
  std::optional<SystemTime> pruned_;
};

}  // namespace clawvigil::alerts
