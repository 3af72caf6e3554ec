// Where collectors publish and everyone else reads: the latest batch of each collector plus the
// metrics about the collectors themselves, merged into immutable snapshots. Any thread; the lock
// covers pointer swaps only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/collect/collector.h"
#include "exporter/model/batch.h"

namespace clawvigil {

// The state of one collector, as shown on the page and exported about it.
struct CollectorState {
  const CollectorInfo* info = nullptr;
  bool ran = false;                                   // at least one run has ended
  bool success = false;                               // the last run
  std::optional<Error> error;                         // why the last run failed
  Duration duration{};                                // of the last run
  std::optional<SystemTime> last_success;             // wall time of the last good run
  std::optional<SteadyTime> batch_time;               // when `batch` was published
  std::shared_ptr<const Batch> batch;                 // last good batch, not yet older than max_age
  std::map<Errc, std::uint64_t> failures;             // by reason, since start
  std::map<std::string_view, std::uint64_t> dropped;  // series dropped by family, since start
};

struct Snapshot {
  std::uint64_t version = 0;  // of this snapshot; another one of the same hub has another number
  SystemTime time;
  std::vector<CollectorState> collectors;             // in registry order
  std::vector<std::shared_ptr<const Batch>> batches;  // what /metrics shows, self metrics included

  // The family by name over all batches, or nullptr.
  [[nodiscard]] const Family* find(std::string_view name) const;
};

class Hub {
 public:
  // The descriptors of the families the hub itself exports (collector_*, unknown, series_dropped).
  [[nodiscard]] static std::span<const MetricInfo> metrics();

  explicit Hub(const std::vector<const CollectorInfo*>& collectors);

  void publish_success(const CollectorInfo& collector, std::shared_ptr<const Batch> batch,
                       Instant end, Duration duration);
  void publish_failure(const CollectorInfo& collector, const Error& error, Duration duration);
  // A run that has not come back by its deadline; the run itself goes on.
  void publish_overdue(const CollectorInfo& collector, Duration duration);

  // The latest snapshot; the same pointer as long as nothing changed and nothing expired. What is
  // mere housekeeping (metric.h), as that a collector has run again and found the same, is shown
  // within `patience`.
  static constexpr Duration kPatience = std::chrono::seconds(5);
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(Instant now,
                                                         Duration patience = kPatience) const;

  // True once every collector has ended its first run, well or not.
  [[nodiscard]] bool ready() const;

 private:
  CollectorState& state_of(const CollectorInfo& collector) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<CollectorState> states_ GUARDED_BY(mutex_);
  mutable bool changed_ GUARDED_BY(mutex_) = true;        // since the cached snapshot was made
  mutable bool housekeeping_ GUARDED_BY(mutex_) = false;  // something of that kind has changed
  // Failures and left out series of all collectors; made anew when one is counted.
  mutable std::shared_ptr<const Batch> counts_ GUARDED_BY(mutex_);
  mutable std::shared_ptr<const Snapshot> cached_ GUARDED_BY(mutex_);
  mutable SteadyTime cached_at_ GUARDED_BY(mutex_);
  mutable SteadyTime cached_until_ GUARDED_BY(mutex_);
};

}  // namespace clawvigil
