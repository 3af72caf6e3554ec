#include "exporter/collect/home_watcher.h"

#include <sys/prctl.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "exporter/base/log.h"

namespace clawvigil {

// Shared with the thread, which is left behind if it hangs.
struct HomeWatcher::State {
  std::shared_ptr<RunnerShared> shared;
  std::shared_ptr<HomeRegistry> registry;
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable_any changed;
};

HomeWatcher::HomeWatcher(std::shared_ptr<RunnerShared> shared,
                         std::shared_ptr<HomeRegistry> registry)
    : state_(std::make_shared<State>()) {
  state_->shared = std::move(shared);
  state_->registry = std::move(registry);
  std::thread([state = state_] { watch(state); }).detach();
}

HomeWatcher::~HomeWatcher() { state_->stop.request_stop(); }

void HomeWatcher::watch(const std::shared_ptr<State>& state) {
  constexpr Duration kInterval = std::chrono::seconds(10);
  ::prctl(PR_SET_NAME, "homes");
  while (true) {
    {
      std::unique_lock lock(state->mutex);
      state->changed.wait_for(lock, state->stop.get_token(), kInterval, [] { return false; });
    }
    if (state->stop.stop_requested()) return;
    const auto config = state->shared->config();
    auto found = find_homes(state->shared->root(), config->openclaw.homes);
    if (!found) {
      log::warn("cannot look for OpenClaw homes", {{"error", found.error().message}});
      continue;
    }
    const std::size_t before = state->registry->current()->homes.size();
    if (found->homes.size() != before) {
      log::info("OpenClaw homes changed", {{"homes", found->homes.size()}});
    }
    state->registry->replace(std::make_shared<const HomeList>(std::move(*found)));
  }
}

}  // namespace clawvigil
