// Alerts and an engine-less day of the dispatcher, for tests of notifications.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/notify/dispatcher.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

// 2026-11-22T12:00:00Z
inline constexpr SystemTime kNoon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12);

[[nodiscard]] alerts::Alert make_alert(const std::string& name,
                                       alerts::Severity severity = alerts::Severity::warning);
[[nodiscard]] ReceiverConfig telegram_receiver(const std::string& name);
[[nodiscard]] ReceiverConfig alertmanager_receiver(const std::string& name, const std::string& url);
[[nodiscard]] ReceiverConfig webhook_receiver(const std::string& name, const std::string& url);

// What a receiver was told in one message.
struct Delivered {
  std::string receiver;
  notify::Notification notification;
  [[nodiscard]] std::string text() const;  // "fired A, resolved B"
};

// The dispatcher over time. With `restarts` every step begins with a new process that knows only
// the store.
class DispatcherDay {
 public:
  explicit DispatcherDay(bool restarts);

  void fire(const std::string& name, alerts::Severity severity = alerts::Severity::warning);
  void resolve(const std::string& name);
  void vanish(const std::string& name) { alerts_.erase(name); }
  // One evaluation, then everything in the outbox is delivered. Returns what was delivered.
  std::vector<Delivered> step(Duration later = std::chrono::seconds(1));
  // Steps every `every` until `duration` has passed.
  std::vector<Delivered> run(Duration duration, Duration every = std::chrono::seconds(1));
  // A step whose transaction fails.
  std::vector<Delivered> step_without_disk();
  // A step after which the process is killed before (or after) the transaction has ended.
  void killed_step(bool committed);

  [[nodiscard]] store::Store open_store() const;
  void begin(store::Store& store);

  SystemTime now = kNoon;
  NotifyConfig config;
  notify::DigestFacts facts{40, 1, 2};
  std::set<std::string> failing;
  std::unique_ptr<notify::Dispatcher> dispatcher;
  std::unique_ptr<notify::Outbox> outbox;

 private:
  [[nodiscard]] std::vector<alerts::Alert> present() const;
  std::vector<Delivered> deliver(store::Store& store);

  bool restarts_;
  TempDir directory_;
  std::map<std::string, alerts::Alert> alerts_;
};

[[nodiscard]] std::vector<std::string> texts_of(const std::vector<Delivered>& delivered);

}  // namespace clawvigil::test
