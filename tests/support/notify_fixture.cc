#include "tests/support/notify_fixture.h"

#include <gtest/gtest.h>

#include <functional>

namespace clawvigil::test {

using alerts::Alert;
using alerts::AlertState;
using notify::Dispatcher;
using notify::Event;
using notify::Outbox;

Alert make_alert(const std::string& name, alerts::Severity severity) {
  Alert alert;
  alert.labels = promql::Labels({{"alertname", name},
                                 {"severity", std::string(to_string(severity))},
                                 {"instance", "127.0.0.1:9842"}});
  alert.annotations = {{"summary", name + " happened"}};
  alert.severity = severity;
  alert.state = AlertState::firing;
  alert.fingerprint = std::hash<std::string>{}(name) | (1ULL << 63);
  alert.active_at = kNoon;
  alert.fired_at = kNoon;
  return alert;
}

ReceiverConfig telegram_receiver(const std::string& name) {
  ReceiverConfig receiver;
  receiver.name = name;
  receiver.service = TelegramConfig{.bot_token = {}, .chat_id = "42"};
  return receiver;
}

ReceiverConfig alertmanager_receiver(const std::string& name, const std::string& url) {
  ReceiverConfig receiver;
  receiver.name = name;
  AlertmanagerConfig manager;
  manager.url = url;
  receiver.service = manager;
  return receiver;
}

ReceiverConfig webhook_receiver(const std::string& name, const std::string& url) {
  ReceiverConfig receiver;
  receiver.name = name;
  WebhookConfig webhook;
  webhook.url = url;
  receiver.service = webhook;
  return receiver;
}

std::string Delivered::text() const {
  std::string text;
  if (notification.kind == notify::Notification::Kind::digest) text = "digest";
  for (const Event& event : notification.events) {
    constexpr const char* kWords[] = {"fired", "still", "resolved", "passed", "gone"};
    if (!text.empty()) text += ", ";
    text +=
        std::string(kWords[static_cast<int>(event.kind)]) + " " + std::string(event.alert.name());
  }
  return text;
}

std::vector<std::string> texts_of(const std::vector<Delivered>& delivered) {
  std::vector<std::string> texts;
  for (const Delivered& one : delivered) texts.push_back(one.receiver + ": " + one.text());
  return texts;
}

DispatcherDay::DispatcherDay(bool restarts) : restarts_(restarts) {
  config.receivers = {telegram_receiver("phone")};
  auto store = open_store();
  begin(store);
}

store::Store DispatcherDay::open_store() const {
  return store::Store::open(directory_.path(), now);
}

void DispatcherDay::begin(store::Store& store) {
  outbox = std::make_unique<Outbox>();
  EXPECT_TRUE(outbox->load(store));
  dispatcher =
      std::make_unique<Dispatcher>("vps1", std::make_shared<const NotifyConfig>(config), *outbox);
  EXPECT_TRUE(dispatcher->load(store));
  dispatcher->set_failing(failing);
}

void DispatcherDay::fire(const std::string& name, alerts::Severity severity) {
  Alert alert = make_alert(name, severity);
  alert.active_at = now;
  alert.fired_at = now;
  alerts_[name] = alert;
}

void DispatcherDay::resolve(const std::string& name) {
  alerts_.at(name).state = AlertState::resolved;
  alerts_.at(name).resolved_at = now;
}

std::vector<Alert> DispatcherDay::present() const {
  std::vector<Alert> all;
  for (const auto& [name, alert] : alerts_) {
    const bool old =
        alert.state == AlertState::resolved && *alert.resolved_at + std::chrono::minutes(15) < now;
    if (!old) all.push_back(alert);
  }
  return all;
}

std::vector<Delivered> DispatcherDay::deliver(store::Store& store) {
  std::vector<Delivered> delivered;
  std::set<std::string> names;
  for (const ReceiverConfig& receiver : config.receivers) names.insert(receiver.name);
  for (const std::string& name : names) {
    while (auto message = outbox->take(name)) {
      delivered.push_back({name, message->notification});
      outbox->remove(*message, true, now);
    }
  }
  EXPECT_TRUE(outbox->save(store));
  return delivered;
}

std::vector<Delivered> DispatcherDay::step(Duration later) {
  auto store = open_store();
  if (restarts_) begin(store);
  dispatcher->configure(std::make_shared<const NotifyConfig>(config));
  dispatcher->set_failing(failing);
  {
    auto transaction = store.begin();
    EXPECT_TRUE(transaction);
    EXPECT_TRUE(dispatcher->step(store, present(), facts, now));
    EXPECT_TRUE(transaction->commit());
  }
  dispatcher->finish(true);
  auto delivered = deliver(store);
  now += later;
  return delivered;
}

std::vector<Delivered> DispatcherDay::run(Duration duration, Duration every) {
  std::vector<Delivered> all;
  const SystemTime end = now + duration;
  while (now < end) std::ranges::move(step(every), std::back_inserter(all));
  return all;
}

std::vector<Delivered> DispatcherDay::step_without_disk() {
  auto store = open_store();
  {
    auto transaction = store.begin();
    static_cast<void>(dispatcher->step(store, present(), facts, now));
  }
  dispatcher->finish(false);
  std::vector<Delivered> delivered;
  while (auto message = outbox->take("phone")) {
    delivered.push_back({"phone", message->notification});
    outbox->remove(*message, true, now);
  }
  now += std::chrono::seconds(1);
  return delivered;
}

void DispatcherDay::killed_step(bool committed) {
  auto store = open_store();
  if (restarts_) begin(store);
  {
    auto transaction = store.begin();
    EXPECT_TRUE(dispatcher->step(store, present(), facts, now));
    if (committed) {
      EXPECT_TRUE(transaction->commit());
    }
  }
  begin(store);
  now += std::chrono::seconds(1);
}

}  // namespace clawvigil::test
