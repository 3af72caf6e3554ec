// The interface every collector implements, and what it is handed.
//
// A collector measures; it never judges (rules do). It runs on a thread of its own, on its own
// schedule, and is called by that thread only, so it may keep state in plain members.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/config/config.h"
#include "exporter/host/file.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil {

struct CollectorInfo {
  std::string_view name;                // label value and flag name
  std::string_view summary;             // one sentence for --help and METRICS.md: what it reads
  Duration interval;                    // from the start of one run to the start of the next
  Duration deadline;                    // a run that takes longer is reported as Errc::timeout
  Duration max_age;                     // a batch older than this is no longer exported
  std::span<const MetricInfo> metrics;  // every family it may export
  bool enabled_by_default = true;
};

// What one run may use. References live for the run only.
struct Context {
  const host::Root& root;
  const Config& config;
  std::span<const Home> homes;
  store::Store& store;  // this collector's own connection to the state database
  Instant now;          // when the run began
  const Clock& clock;   // for deadlines inside a run
  SteadyTime deadline;
  std::stop_token stop;

  // An error once the deadline has passed or the program stops; call it in loops.
  [[nodiscard]] Result<> check() const {
    if (stop.stop_requested()) return fail(Errc::timeout, "stopping");
    if (clock.now().steady > deadline) return fail(Errc::timeout, "deadline passed");
    return {};
  }
};

class Collector {
 public:
  virtual ~Collector() = default;
  [[nodiscard]] virtual const CollectorInfo& info() const = 0;
  // Fills `out`. On error `out` is dropped and the last good batch stays until max_age. What only
  // in part cannot be read is out.unknown(), not an error.
  [[nodiscard]] virtual Result<> collect(const Context& context, Batch& out) = 0;
};

// One line of the registry (collectors/list.def).
struct CollectorEntry {
  const CollectorInfo* info;
  std::function<std::unique_ptr<Collector>()> create;
};

}  // namespace clawvigil
