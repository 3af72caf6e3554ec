// All scans of one home, in the order of their worth: what steers the agent first, then the logs,
// then the rest of the workspaces.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "collectors/secrets/findings.h"
#include "collectors/secrets/log_scan.h"
#include "collectors/secrets/places.h"
#include "collectors/secrets/tree_scan.h"
#include "exporter/base/clock.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"

namespace clawvigil::secrets {

class HomeScan {
 public:
  // From the start of one pass over the big trees to the start of the next.
  static constexpr Duration kPassInterval = std::chrono::minutes(10);

  explicit HomeScan(const Home& home) : small_(home.uid), big_(home.uid), logs_(home.uid) {}

  // Goes on where the last run ended, within `budget`. `check`: whether there is time left.
  void run(const Home& home, const OpenClawSettings& settings, const host::Root& root, Instant now,
           ScanBudget budget, const std::function<bool()>& check);

  // What is known so far; a location never looked through as a whole has no completed_at.
  [[nodiscard]] const Findings& findings() const { return findings_; }
  [[nodiscard]] const Places& places() const { return places_; }

 private:
  void take(const Findings& found, std::initializer_list<Location> locations);
  void run_big(Instant now, ScanBudget& budget, const std::function<bool()>& check);

  TreeScan small_;
  TreeScan big_;
  LogScan logs_;
  Places places_;
  Findings findings_;
  std::optional<SteadyTime> pass_began_;  // the last one over the big trees
};

}  // namespace clawvigil::secrets
