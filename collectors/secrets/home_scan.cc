#include "collectors/secrets/home_scan.h"

#include <algorithm>

namespace clawvigil::secrets {

void HomeScan::take(const Findings& found, std::initializer_list<Location> locations) {
  for (const Location location : locations) {
    findings_[index_of(location)] = found[index_of(location)];
  }
}

void HomeScan::run(const Home& home, const OpenClawSettings& settings, const host::Root& root,
                   Instant now, ScanBudget budget, const std::function<bool()>& check) {
  places_ = find_places(home, settings, root);
  Findings found;
  if (!small_.in_progress()) small_.begin(places_.small);
  if (small_.step(budget, check, now.wall, found)) {
    take(found, {Location::instructions, Location::memory, Location::state, Location::shell});
    findings_[index_of(Location::shell)].absent =
        std::ranges::find(places_.small, Location::shell, &Tree::location) == places_.small.end();
  }
  LocationFindings in_logs;
  if (logs_.step(places_.logs, budget, check, now.wall, in_logs)) {
    findings_[index_of(Location::logs)] = std::move(in_logs);
  }
  run_big(now, budget, check);
  small_.rest();
  big_.rest();
  logs_.rest();
}

void HomeScan::run_big(Instant now, ScanBudget& budget, const std::function<bool()>& check) {
  if (!big_.in_progress()) {
    if (pass_began_ && now.steady - *pass_began_ < kPassInterval) return;
    big_.begin(places_.big);
    pass_began_ = now.steady;
  }
  Findings found;
  if (big_.step(budget, check, now.wall, found)) {
    take(found, {Location::workspace, Location::env_files});
  }
}

}  // namespace clawvigil::secrets
