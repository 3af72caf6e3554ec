// One run of every collector, as a daemon's first minute: those that look at the ledger of usage
// come when it is written, which in a daemon they do by coming again.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "exporter/collect/hub.h"
#include "exporter/collect/runner.h"

namespace clawvigil::cli {

using ShowProgress = std::function<void(std::string_view)>;

class FirstLook {
 public:
  FirstLook(std::vector<CollectorEntry> collectors, std::shared_ptr<RunnerShared> shared);
  FirstLook(const FirstLook&) = delete;
  FirstLook& operator=(const FirstLook&) = delete;
  ~FirstLook() = default;

  // Runs them and waits, at most 65 s, until all have looked at all there is. `progress` is called
  // now and then, from this thread, with what is still awaited: "31 of 35 collectors have looked,
  // …".
  void take(const HomeList& homes, const ShowProgress& progress);
  [[nodiscard]] const Hub& hub() const { return *hub_; }
  // Whatever hangs is left behind with what it uses: the process must end soon.
  void stop(Duration grace);

 private:
  void wait(Duration patience, const ShowProgress& progress,
            const std::function<bool(const Snapshot&)>& done);

  std::shared_ptr<RunnerShared> shared_;
  std::vector<CollectorEntry> later_;
  std::vector<const CollectorInfo*> expected_;  // of the runners that were started
  Hub* hub_ = nullptr;                          // left behind with a collector that hangs
  std::unique_ptr<Runner> first_;
  std::unique_ptr<Runner> second_;
};

}  // namespace clawvigil::cli
