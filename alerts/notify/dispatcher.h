// The dispatcher decides who is told what and when. Time is an argument; the state lives in the
// store and survives a kill between any two steps.
//
// Every step compares what is (the alerts of the engine) with what each receiver was told, and
// tells the difference in one message per receiver. Because it compares states and does not wait
// for events, a restart, a silence that ends or a message that had to wait loses nothing.
//
//  - Critical and warning alerts are told when they fire, again after the repeat interval, and when
//    they resolve (to those who were told). Info alerts are in the daily digest only.
//  - An alert that came back within the hour has its resolve held back (5 min, doubling to 1 h): if
//    it returns meanwhile nothing is said, so an alert that comes and goes is one long alert, and
//    messages say how often it fired.
//  - A receiver gets at most max_per_hour messages; a quarter of them is kept for critical news.
//    What is due beyond stays due, and one message tells it all when the hour permits; what has
//    ended by then is told as such.
//  - A wall clock that steps back makes no message due earlier or later than one interval; a jump
//    forward (suspend) makes due what would have been, in one message.
//  - Watchdog, the alert that always fires, is for Alertmanager and the heartbeat: nobody is told.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerts/notify/dispatcher_state.h"
#include "alerts/notify/notification.h"
#include "alerts/notify/outbox.h"
#include "alerts/notify/silences.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/alerting.h"
#include "exporter/store/store.h"

namespace clawvigil::notify {

// Used by the thread that evaluates.
class Dispatcher {
 public:
  // `host` is the name of the watched machine in every message. `outbox` outlives this.
  Dispatcher(std::string host, std::shared_ptr<const NotifyConfig> config, Outbox& outbox);

  // Reads the state; call once before the first step. Error: it begins without memory, and alerts
  // that fire are told again.
  [[nodiscard]] Result<> load(store::Store& store);
  void configure(std::shared_ptr<const NotifyConfig> config);

  // One evaluation: `alerts` are all pending and firing alerts and those resolved lately. Stages
  // messages and writes the state; call it within the transaction that saves the engine, then
  // finish() with how that ended. Errors are the store's: all decisions are kept in memory, are
  // written by the next step that can, and messages are told regardless.
  [[nodiscard]] Result<> step(store::Store& store, std::span<const Alert> alerts,
                              const DigestFacts& facts, SystemTime now);
  void finish(bool committed);

  // Alertmanagers that have failed for a while (Sender::failing()): their fallbacks are told.
  void set_failing(std::set<std::string> receivers) { failing_ = std::move(receivers); }

  // For Alertmanager, as of the last step: what fires and is not silenced, and what resolved within
  // 15 min.
  [[nodiscard]] std::shared_ptr<const std::vector<Alert>> present() const { return present_; }
  [[nodiscard]] const Silences& silences() const { return silences_; }

 private:
  void correct_times(SystemTime now);
  void observe(std::span<const Alert> alerts, SystemTime now);
  void observe(const Alert& alert, SystemTime now);
  void end_vanished(SystemTime now);
  void tell(store::Store& store, const ReceiverConfig& receiver, SystemTime now);
  void digest(store::Store& store, const ReceiverConfig& receiver, const DigestFacts& facts,
              SystemTime now);
  [[nodiscard]] std::vector<Event> due_events(const ReceiverConfig& receiver, SystemTime now);
  [[nodiscard]] std::optional<Event::Kind> due(const ReceiverConfig& receiver,
                                               const AlertRecord& record, const Told* told,
                                               Duration early, SystemTime now) const;
  [[nodiscard]] bool permitted(const ReceiverConfig& receiver, const std::vector<Event>& events,
                               SystemTime now);
  void owe(const ReceiverConfig& receiver, const std::vector<Event>& events);
  void settle(const ReceiverConfig& receiver, const std::vector<Event>& events, SystemTime now);
  void forget(SystemTime now);
  void forget_told(const ToldKey& key);
  [[nodiscard]] bool concerns(const ReceiverConfig& receiver, const Alert& alert) const;
  [[nodiscard]] const std::string* stands_in(const ReceiverConfig& receiver) const;
  [[nodiscard]] bool silenced(const Alert& alert, SystemTime now) const;
  [[nodiscard]] Notification notification(Notification::Kind kind, SystemTime now) const;
  void stage(store::Store& store, const ReceiverConfig& receiver, Notification notification);
  void publish_present(SystemTime now);
  void note(const Result<>& result);

  std::string host_;
  std::shared_ptr<const NotifyConfig> config_;
  Outbox& outbox_;
  Silences silences_;
  std::set<std::string> failing_;
  DispatcherState state_;
  Result<> problem_;  // first error of the store in this step
  std::shared_ptr<const std::vector<Alert>> present_;
};

}  // namespace clawvigil::notify
