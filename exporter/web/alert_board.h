// What the page and the API show of rules and notifications: put up by the thread that evaluates,
// read by the threads that serve. The lock covers a pointer swap only.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alerts/engine/posture.h"
#include "alerts/notify/sender.h"
#include "exporter/base/mutex.h"

namespace clawvigil::web {

struct AlertView {
  alerts::Posture posture;
  std::string rules_json;  // bodies of /api/v1/rules and /api/v1/alerts
  std::string alerts_json;
  std::vector<notify::ReceiverStatus> receivers;
  bool heartbeat = false;  // a heartbeat URL is configured
};

class AlertBoard {
 public:
  void put_up(std::shared_ptr<const AlertView> view) {
    const MutexLock lock(mutex_);
    view_ = std::move(view);
  }
  // Null before the first evaluation, and where rules are not evaluated at all.
  [[nodiscard]] std::shared_ptr<const AlertView> view() const {
    const MutexLock lock(mutex_);
    return view_;
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const AlertView> view_ GUARDED_BY(mutex_);
};

}  // namespace clawvigil::web
