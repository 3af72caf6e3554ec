// Collector `self`: clawvigil about itself: the build, its process, the configuration, the homes it
// watches and whether its state survives a restart. Sources: getrusage, getrlimit, /proc/self
// (proc(5): statm, fd), and what the program tells it through SelfSources.
#pragma once

#include <atomic>
#include <memory>

#include "exporter/collect/collector.h"

namespace clawvigil {

// The outcome of loading the configuration, written by the thread that reloads it. The two values
// are read one after the other: a scrape in between may see the older time. Any thread.
struct ReloadStatus {
  std::atomic<bool> successful{true};        // of the last attempt
  std::atomic<SystemTime> last_success{{}};  // when the running configuration was loaded
};

struct SelfSources {
  SystemTime started;  // of this process
  std::shared_ptr<const ReloadStatus> reload;
  std::shared_ptr<const HomeRegistry> homes;  // for the homes that cannot be watched
};

extern const CollectorInfo kSelfInfo;
[[nodiscard]] std::unique_ptr<Collector> make_self_collector(SelfSources sources);

}  // namespace clawvigil
