// Writes what the collectors export into the state database, so that rules can look back beyond a
// restart and be replayed over the past: once a minute, and only series that changed.
//
//   history_series(id, name)               name and labels, separated by control characters
//   history_samples(series, time, value)   value NULL: the series ended
//   history_sessions(start, until)         when it was recorded; between them nothing is known
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
inline constexpr Duration kRecordRetention = std::chrono::days(15);
inline constexpr std::int64_t kMaxRecordedSamples = 1'000'000;
inline constexpr std::size_t kMaxRecordedSeries = 20'000;  // names, ended ones included

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

class Recorder {
 public:
  // Reads the last value of every series. Call it once, before write().
  [[nodiscard]] Result<> restore(store::Store& store);
  [[nodiscard]] bool due(SystemTime now) const;
  // Inside the caller's transaction. What it wrote counts once saved() is called.
  [[nodiscard]] Result<> write(store::Store& store,
                               std::span<const std::shared_ptr<const Batch>> batches,
                               SystemTime now);
  void saved();
  // When the last session ended, as restored: until then somebody watched.
  [[nodiscard]] std::optional<SystemTime> last_seen() const { return last_seen_; }

 private:
  struct Known {
    std::int64_t id = 0;
    std::optional<double> value;  // nullopt: it ended
    std::uint64_t pass = 0;       // the write() that last saw it
  };
  struct Change {
    std::string name;
    std::int64_t id;
    std::optional<double> value;
    bool is_new;
  };
  void collect(std::span<const std::shared_ptr<const Batch>> batches, SystemTime now);
  [[nodiscard]] Result<> write_session(store::Store& store, SystemTime now);
  [[nodiscard]] Result<> prune(store::Store& store, SystemTime now);
  [[nodiscard]] Result<> forget(store::Store& store, std::int64_t limit);

  std::unordered_map<std::string, Known> known_;
  std::vector<Change> pending_;
  std::vector<std::string> forgotten_;
  std::set<std::string, std::less<>> families_seen_;  // in this session
  std::int64_t next_id_ = 1;
  std::uint64_t pass_ = 0;
  std::optional<SystemTime> session_start_;
  std::optional<SystemTime> written_;
  std::optional<SystemTime> pending_time_;
  std::optional<SystemTime> pruned_;
  std::optional<SystemTime> last_seen_;
};

}  // namespace clawvigil::alerts
