// What the page and the API show of rules and notifications: made by the thread that evaluates,
// read by the threads that serve. Making it costs more than an evaluation, so it is made when
// somebody looks and the last one is old, or something has changed since. The lock covers a pointer
// swap only.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/engine/alert_log.h"
#include "alerts/engine/posture.h"
#include "alerts/notify/message_log.h"
#include "alerts/notify/sender.h"
#include "exporter/base/clock.h"
#include "exporter/web/spend_day.h"

namespace clawvigil::web {

struct AlertView {
  alerts::Posture posture;
  std::string rules_json;  // bodies of /api/v1/rules and /api/v1/alerts
  std::string alerts_json;
  std::vector<notify::ReceiverStatus> receivers;
  bool heartbeat = false;  // a heartbeat URL is configured
  // The latest first; none if what fired could not be read.
  std::optional<std::vector<alerts::LoggedAlert>> recent;
  // What waits, then the latest; none if it could not be read.
  std::optional<std::vector<notify::LoggedMessage>> messages;
  std::map<std::string, SystemTime> last_ends;            // by alertname
  std::vector<SpendDay> spend_days;                       // ascending, the last is today
  std::map<std::string, double, std::less<>> thresholds;  // of rules that have one, by alertname

  // As the owner has set it; `shipped` where the rule is switched off.
  [[nodiscard]] double threshold(std::string_view alertname, double shipped) const {
    const auto found = thresholds.find(alertname);
    return found == thresholds.end() ? shipped : found->second;
  }
};

class AlertBoard {
 public:
  static constexpr Duration kFresh = std::chrono::seconds(5);

  // Calls back, from any thread, when a view is wanted; the maker then puts one up. Without a maker
  // the last view is shown whatever its age. nullptr takes it back.
  void set_maker(std::function<void()> wanted) {
    const std::lock_guard lock(mutex_);
    maker_ = std::move(wanted);
  }
  void put_up(std::shared_ptr<const AlertView> view, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    view_ = std::move(view);
    made_at_ = now;
    expired_ = false;
    ++made_;
    arrived_.notify_all();
  }
  // There is something else to show, or something at last: whoever looks next gets a new view.
  void expire() {
    const std::lock_guard lock(mutex_);
    expired_ = true;
  }
  [[nodiscard]] bool wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
  }
  // The same, and the wish is taken as heard.
  [[nodiscard]] bool take_wish() {
    const std::lock_guard lock(mutex_);
    return std::exchange(wanted_, false);
  }
  // Not older than kFresh nor than the last change, unless the maker does not answer within two
  // seconds: then the one there is. Null, without waiting, before there is anything to show, and
  // where rules are not evaluated at all.
  [[nodiscard]] std::shared_ptr<const AlertView> view(SteadyTime now) {
    constexpr std::chrono::seconds kPatience{2};
    std::unique_lock lock(mutex_);
    const bool current = view_ == nullptr || now - made_at_ < kFresh;
    if (!maker_ || (current && !expired_)) return view_;
    wanted_ = true;
    maker_();
    arrived_.wait_for(lock, kPatience, [&, before = made_] { return made_ != before; });
    return view_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::function<void()> maker_;
  std::shared_ptr<const AlertView> view_;
  SteadyTime made_at_;
  std::uint64_t made_ = 0;
  bool expired_ = false;
  bool wanted_ = false;
};

}  // namespace clawvigil::web
