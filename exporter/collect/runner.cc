#include "exporter/collect/runner.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "exporter/base/log.h"
#include "exporter/collect/schedule.h"

namespace clawvigil {

// Shared with the thread, so that one left behind touches nothing that has gone.
struct Runner::Worker {
  CollectorEntry entry;
  std::shared_ptr<RunnerShared> shared;
  Hub* hub = nullptr;

  std::stop_source stop;
  std::mutex mutex;  // guards what follows
  std::condition_variable_any changed;
  std::optional<SteadyTime> running_since;
  bool overdue_reported = false;
  bool ended = false;
  bool failing = false;  // the last run; used by the worker's thread only
  std::thread thread;
};

namespace {

// A run that watches its own deadline ends shortly after it; only one that does not is overdue.
constexpr Duration kOverdueGrace = std::chrono::seconds(3);
constexpr int kNiceness = 5;  // measuring yields to the host's own work

// Logs a collector's change between working and failing, once each.
void log_change(const CollectorInfo& info, bool& failing, const Result<>& result) {
  if (failing == !result) return;
  failing = !result;
  if (failing) {
    log::warn("collector fails", {{"collector", info.name},
                                  {"reason", to_string(result.error().code)},
                                  {"error", result.error().message}});
  } else {
    log::info("collector works again", {{"collector", info.name}});
  }
}

Result<> guarded(Collector& collector, const Context& context, Batch& out) {
  try {
    return collector.collect(context, out);
  } catch (const std::exception& exception) {
    return fail(Errc::io, std::string("unexpected: ") + exception.what());
  }
}

}  // namespace

std::shared_ptr<const Config> RunnerShared::config() const {
  const MutexLock lock(mutex_);
  return config_;
}

void RunnerShared::replace_config(std::shared_ptr<const Config> config) {
  const MutexLock lock(mutex_);
  config_ = std::move(config);
}

Runner::Runner(std::vector<CollectorEntry> collectors, std::shared_ptr<RunnerShared> shared,
               Hub& hub)
    : shared_(std::move(shared)) {
  for (CollectorEntry& entry : collectors) {
    auto worker = std::make_shared<Worker>();
    worker->entry = std::move(entry);
    worker->shared = shared_;
    worker->hub = &hub;
    workers_.push_back(std::move(worker));
  }
}

Runner::~Runner() { stop(Duration::zero()); }

void Runner::start() {
  for (const auto& worker : workers_) {
    worker->thread = std::thread([worker] { work(worker); });
  }
}

void Runner::run_once(Worker& worker, Collector& collector, store::Store& store, Instant start) {
  const CollectorInfo& info = *worker.entry.info;
  {
    const std::lock_guard lock(worker.mutex);
    worker.running_since = start.steady;
    worker.overdue_reported = false;
  }
  const auto config = worker.shared->config();
  const auto homes = worker.shared->homes().current();
  const Context context{worker.shared->root(),
                        *config,
                        homes->homes,
                        store,
                        start,
                        worker.shared->clock(),
                        start.steady + info.deadline,
                        worker.stop.get_token()};
  auto batch = std::make_shared<Batch>();
  const Result<> result = guarded(collector, context, *batch);
  const Instant end = worker.shared->clock().now();
  const Duration duration = end.steady - start.steady;
  {
    const std::lock_guard lock(worker.mutex);
    worker.running_since.reset();
  }
  if (worker.stop.stop_requested()) return;
  log_change(info, worker.failing, result);
  if (result) {
    worker.hub->publish_success(info, std::move(batch), end, duration);
  } else {
    worker.hub->publish_failure(info, result.error(), duration);
  }
}

void Runner::work(const std::shared_ptr<Worker>& shared_worker) {
  Worker& worker = *shared_worker;
  const CollectorInfo& info = *worker.entry.info;
  ::prctl(PR_SET_NAME, std::string(info.name).c_str());
  ::setpriority(PRIO_PROCESS, 0, kNiceness);  // of this thread
  const Clock& clock = worker.shared->clock();
  store::Store store = store::Store::open(worker.shared->config()->storage_path, clock.now().wall);
  const std::unique_ptr<Collector> collector = worker.entry.create();
  SteadyTime due = clock.now().steady;
  while (!worker.stop.stop_requested()) {
    run_once(worker, *collector, store, clock.now());
    const SteadyTime now = clock.now().steady;
    due = next_run(due, info.interval, now);
    std::unique_lock lock(worker.mutex);
    worker.changed.wait_for(lock, worker.stop.get_token(), due - now, [] { return false; });
  }
  const std::lock_guard lock(worker.mutex);
  worker.ended = true;
  worker.changed.notify_all();
}

void Runner::report_overdue() {
  const SteadyTime now = shared_->clock().now().steady;
  for (const auto& worker : workers_) {
    Duration duration{};
    {
      const std::lock_guard lock(worker->mutex);
      if (!worker->running_since || worker->overdue_reported) continue;
      duration = now - *worker->running_since;
      if (duration <= worker->entry.info->deadline + kOverdueGrace) continue;
      worker->overdue_reported = true;
    }
    log::warn("collector does not come back", {{"collector", worker->entry.info->name}});
    worker->hub->publish_overdue(*worker->entry.info, duration);
  }
}

bool Runner::stop(Duration grace) {
  bool all_ended = true;
  const auto until = std::chrono::steady_clock::now() + grace;
  for (const auto& worker : workers_) worker->stop.request_stop();
  for (const auto& worker : workers_) {
    if (!worker->thread.joinable()) continue;
    std::unique_lock lock(worker->mutex);
    const bool ended = worker->changed.wait_until(lock, until, [&] { return worker->ended; });
    lock.unlock();
    ended ? worker->thread.join() : worker->thread.detach();
    all_ended = all_ended && ended;
  }
  return all_ended;
}

}  // namespace clawvigil
