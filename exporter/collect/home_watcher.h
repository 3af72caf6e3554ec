// Looks for OpenClaw homes every few seconds on a thread of its own: an installation made while
// clawvigil runs is found, and a home directory that hangs (a network or FUSE mount) stops nothing.
#pragma once

#include <memory>
#include <thread>

#include "exporter/collect/homes.h"
#include "exporter/collect/runner.h"

namespace clawvigil {

class HomeWatcher {
 public:
  // `registry` is filled by the caller once before.
  HomeWatcher(std::shared_ptr<RunnerShared> shared, std::shared_ptr<HomeRegistry> registry);
  ~HomeWatcher();
  HomeWatcher(const HomeWatcher&) = delete;
  HomeWatcher& operator=(const HomeWatcher&) = delete;

 private:
  struct State;
  static void watch(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace clawvigil
