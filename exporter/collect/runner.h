// Runs every collector on a thread of its own and publishes what it measures to the hub. A
// collector that hangs holds up nobody: its run is reported as overdue, and shutdown does not wait
// for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exporter/base/mutex.h"
#include "exporter/collect/collector.h"
#include "exporter/collect/hub.h"

namespace clawvigil {

// What all runs share. The configuration is replaced as a whole by a reload.
class RunnerShared {
 public:
  RunnerShared(host::Root root, std::shared_ptr<const Config> config,
               std::shared_ptr<const HomeRegistry> homes, const Clock& clock)
      : root_(std::move(root)),
        homes_(std::move(homes)),
        clock_(clock),
        config_(std::move(config)) {}

  [[nodiscard]] const host::Root& root() const { return root_; }
  [[nodiscard]] const HomeRegistry& homes() const { return *homes_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] std::shared_ptr<const Config> config() const;
  void replace_config(std::shared_ptr<const Config> config);

 private:
  const host::Root root_;
  const std::shared_ptr<const HomeRegistry> homes_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::shared_ptr<const Config> config_ GUARDED_BY(mutex_);
};

class Runner {
 public:
  // `hub` and the clock must outlive every thread, even one that hangs at shutdown: keep them until
  // the process ends.
  Runner(std::vector<CollectorEntry> collectors, std::shared_ptr<RunnerShared> shared, Hub& hub);
  ~Runner();  // stop(), with no time given
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Starts one thread per collector; each opens its own connection to the state database in the
  // configuration's storage directory and runs at once, then on its interval.
  void start();
  // Reports every run that has passed its deadline, once. Call it every second or so.
  void report_overdue();
  // Asks all to stop and waits at most `grace`. False if a thread hangs and was left behind: the
  // process must then end without destroying what it may use.
  bool stop(Duration grace);

 private:
  struct Worker;
  static void work(const std::shared_ptr<Worker>& worker);
  static void run_once(Worker& worker, Collector& collector, store::Store& store, Instant start);

  std::shared_ptr<RunnerShared> shared_;
  std::vector<std::shared_ptr<Worker>> workers_;
};

}  // namespace clawvigil
