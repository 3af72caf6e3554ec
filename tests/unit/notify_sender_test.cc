#include "alerts/notify/sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/support/http_server.h"
#include "tests/support/manual_clock.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::http_answer;
using test::HttpAnswer;
using test::HttpExchange;
using test::HttpServer;
using testing::HasSubstr;

// A clock that tests move while the sender reads it.
class SharedClock final : public Clock {
 public:
  Instant now() const override {
    const std::lock_guard lock(mutex_);
    return clock_.now();
  }
  void advance(Duration duration) {
    const std::lock_guard lock(mutex_);
    clock_.advance(duration);
  }

 private:
  mutable std::mutex mutex_;
  test::ManualClock clock_;
};

class SenderTest : public testing::Test {
 protected:
  SenderTest() { restart(); }
  ~SenderTest() override {
    if (sender_) sender_->stop(0s);
  }

  void restart() {
    if (sender_) sender_->stop(0s);
    sender_.reset();
    outbox_ = std::make_unique<Outbox>();
    store_.emplace(store::Store::open(directory_.path(), clock_.now().wall));
    ASSERT_TRUE(outbox_->load(*store_));
    sender_ = std::make_unique<Sender>(clock_, *outbox_,
                                       Sender::Options{.storage_path = directory_.path(),
                                                       .secrets = {},
                                                       .limits = {.connect = 1s, .total = 2s}});
  }
  void start() { sender_->start(std::make_shared<const NotifyConfig>(config_)); }
  void tell(const std::string& receiver, const std::string& alert) {
    Notification notification;
    notification.time = clock_.now().wall;
    notification.host = "vps1";
    notification.events.push_back({.alert = test::make_alert(alert), .at = notification.time});
    ASSERT_TRUE(outbox_->stage(*store_, receiver, notification));
    outbox_->publish(true);
    sender_->wake();
  }
  ReceiverStatus status(const std::string& name) {
    for (const ReceiverStatus& each : sender_->status()) {
      if (each.name == name) return each;
    }
    return {};
  }
  // Lets rest times pass, and the sender look.
  void pass(Duration duration) {
    clock_.advance(duration);
    sender_->wake();
  }

  test::TempDir directory_;
  SharedClock clock_;
  NotifyConfig config_;
  std::unique_ptr<Outbox> outbox_;
  std::optional<store::Store> store_;
  std::unique_ptr<Sender> sender_;
};

TEST_F(SenderTest, DeliversOnceAndRemembersIt) {
  const HttpServer server([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::webhook_receiver("hook", server.url() + "/x")};
  start();
  tell("hook", "A");
  ASSERT_TRUE(eventually([&] { return status("hook").counts.delivered == 1; }));
  const json body = json::parse(server.exchanges().at(0).body);
  EXPECT_EQ(body.at("version"), "4");
  EXPECT_EQ(body.at("alerts").at(0).at("labels").at("alertname"), "A");
  ASSERT_TRUE(eventually([&] { return status("hook").queued == 0; }));
  restart();
  start();
  EXPECT_EQ(status("hook").counts.delivered, 1U) << "counters survive a restart";
  tell("hook", "B");
  ASSERT_TRUE(server.wait_for(2));
  EXPECT_THAT(server.exchanges().at(1).body, HasSubstr("\"B\""));
}

TEST_F(SenderTest, TriesAgainAfterARestWithTheSameKey) {
  std::atomic<int> status_now = 503;
  const HttpServer server([&](const HttpExchange&) { return http_answer(status_now); });
  config_.receivers = {test::webhook_receiver("hook", server.url())};
  start();
  tell("hook", "A");
  // It is counted a moment before it is explained.
  ASSERT_TRUE(eventually([&] { return !status("hook").last_error.empty(); }));
  EXPECT_EQ(status("hook").counts.failed, 1U);
  EXPECT_THAT(status("hook").last_error, HasSubstr("HTTP 503"));
  EXPECT_EQ(status("hook").queued, 1U);
  pass(2s);
  pass(10s);
  ASSERT_TRUE(eventually([&] { return status("hook").counts.failed == 2; }));
  status_now = 200;
  pass(20s);
  ASSERT_TRUE(eventually([&] { return status("hook").counts.delivered == 1; }));
  ASSERT_TRUE(eventually([&] { return status("hook").last_error.empty(); }));
  const auto seen = server.exchanges();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].headers.at("idempotency-key"), seen[2].headers.at("idempotency-key"));
}

TEST_F(SenderTest, WaitsAsLongAsTheServiceAsks) {
  const HttpServer server(
      [](const HttpExchange&) { return http_answer(429, "", "Retry-After: 600\r\n"); });
  config_.receivers = {test::webhook_receiver("hook", server.url())};
  start();
  tell("hook", "A");
  ASSERT_TRUE(eventually([&] { return status("hook").counts.failed == 1; }));
  pass(599s);
  EXPECT_FALSE(eventually([&] { return server.exchanges().size() > 1; }, 200ms));
  pass(2s);
  EXPECT_TRUE(server.wait_for(2));
}

TEST_F(SenderTest, AHangingReceiverKeepsNoOtherWaiting) {
  const HttpServer hanging([](const HttpExchange&) { return HttpAnswer{"", true}; });
  const HttpServer working([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::webhook_receiver("hanging", hanging.url()),
                       test::webhook_receiver("working", working.url())};
  start();
  tell("hanging", "A");
  ASSERT_TRUE(hanging.wait_for(1));
  tell("working", "A");
  ASSERT_TRUE(working.wait_for(1));
  EXPECT_EQ(status("hanging").counts.failed, 0U);
  ASSERT_TRUE(eventually([&] { return status("hanging").counts.failed == 1; }));
}

TEST_F(SenderTest, TheFallbackIsToldOnceAndMarked) {
  const HttpServer broken([](const HttpExchange&) { return http_answer(500); });
  const HttpServer backup([](const HttpExchange&) { return http_answer(200, R"({"id":"x"})"); });
  config_.receivers = {test::webhook_receiver("first", broken.url())};
  config_.receivers[0].fallback = "backup";
  ReceiverConfig ntfy;
  ntfy.name = "backup";
  NtfyConfig service;
  service.url = backup.url();
  service.topic = "topic";
  ntfy.service = service;
  config_.receivers.push_back(ntfy);
  start();
  tell("first", "A");
  ASSERT_TRUE(eventually([&] { return status("first").counts.failed == 1; }));
  EXPECT_EQ(backup.exchanges().size(), 0U);
  for (int i = 0; i < 8; ++i) {
    pass(1min);
    std::this_thread::sleep_for(20ms);
  }
  ASSERT_TRUE(backup.wait_for(1));
  const json body = json::parse(backup.exchanges().at(0).body);
  EXPECT_THAT(body.at("message").get<std::string>(), HasSubstr("\"first\" is not answering"));
  ASSERT_TRUE(eventually([&] { return status("backup").counts.delivered == 1; }));
  EXPECT_EQ(status("first").queued, 1U) << "still tried for an hour";
  pass(1h);
  ASSERT_TRUE(eventually([&] { return status("first").queued == 0; }));
  EXPECT_EQ(status("first").counts.given_up, 0U);
  EXPECT_EQ(backup.exchanges().size(), 1U);
}

TEST_F(SenderTest, ARefusedMessageGoesToTheFallbackAtOnce) {
  const HttpServer refusing([](const HttpExchange&) { return http_answer(400); });
  const HttpServer backup([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::webhook_receiver("first", refusing.url()),
                       test::webhook_receiver("backup", backup.url())};
  config_.receivers[0].fallback = "backup";
  start();
  tell("first", "A");
  ASSERT_TRUE(backup.wait_for(1));
  ASSERT_TRUE(eventually([&] { return status("first").counts.given_up == 1; }));
  EXPECT_EQ(refusing.exchanges().size(), 1U);
}

TEST_F(SenderTest, SecretsAreReadAgainWhenTheyAreRefused) {
  const HttpServer server([](const HttpExchange& request) {
    const auto token = request.headers.find("authorization");
    return http_answer(token != request.headers.end() && token->second == "Bearer new" ? 200 : 401);
  });
  directory_.write("token", "old\n");
  config_.receivers = {test::webhook_receiver("hook", server.url())};
  std::get<WebhookConfig>(config_.receivers[0].service).bearer_token.file = directory_ / "token";
  start();
  tell("hook", "A");
  ASSERT_TRUE(eventually([&] { return status("hook").counts.failed == 1; }));
  EXPECT_TRUE(eventually([&] { return sender_->failing().contains("hook"); }));
  directory_.write("token", "new\n");
  pass(10s);
  ASSERT_TRUE(eventually([&] { return status("hook").counts.delivered == 1; }));
}

TEST_F(SenderTest, ASecretEverybodyMayReadIsRefusedWithTheRepair) {
  directory_.write("token", "x\n", 0644);
  config_.receivers = {test::webhook_receiver("hook", "http://127.0.0.1:1")};
  std::get<WebhookConfig>(config_.receivers[0].service).bearer_token.file = directory_ / "token";
  start();
  tell("hook", "A");
  ASSERT_TRUE(eventually([&] { return !status("hook").last_error.empty(); }));
  EXPECT_THAT(status("hook").last_error, HasSubstr("chmod o= "));
}

TEST_F(SenderTest, StopKeepsWhatIsUnderWayForTheNextProcess) {
  const HttpServer hanging([](const HttpExchange&) { return HttpAnswer{"", true}; });
  config_.receivers = {test::webhook_receiver("hook", hanging.url())};
  start();
  tell("hook", "A");
  ASSERT_TRUE(hanging.wait_for(1));
  restart();
  const HttpServer working([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::webhook_receiver("hook", working.url())};
  start();
  ASSERT_TRUE(working.wait_for(1));
}

TEST_F(SenderTest, ReloadChangesReceivers) {
  const HttpServer first([](const HttpExchange&) { return http_answer(500); });
  const HttpServer second([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::webhook_receiver("hook", first.url()),
                       test::webhook_receiver("old", first.url())};
  start();
  tell("hook", "A");
  tell("old", "A");
  ASSERT_TRUE(first.wait_for(2));
  config_.receivers = {test::webhook_receiver("hook", second.url())};
  sender_->configure(std::make_shared<const NotifyConfig>(config_));
  ASSERT_TRUE(second.wait_for(1));
  EXPECT_EQ(sender_->status().size(), 1U);
}

TEST_F(SenderTest, TheHeartbeatBeatsWhileTheEngineLives) {
  const HttpServer server([](const HttpExchange&) { return http_answer(200); });
  config_.heartbeat.url = server.url() + "/ping";
  config_.heartbeat.interval = 5min;
  start();
  EXPECT_FALSE(eventually([&] { return !server.exchanges().empty(); }, 100ms));
  sender_->alive();
  ASSERT_TRUE(server.wait_for(1));
  EXPECT_EQ(server.exchanges().at(0).method, "GET");
  ASSERT_TRUE(eventually([&] { return status("heartbeat").counts.delivered == 1; }));
  pass(6min);
  EXPECT_FALSE(eventually([&] { return server.exchanges().size() > 1; }, 200ms))
      << "the engine stands still";
  sender_->alive();
  pass(6s);
  ASSERT_TRUE(server.wait_for(2));
}

TEST_F(SenderTest, AlertmanagerIsToldThePresentAgainAndAgain) {
  const HttpServer server([](const HttpExchange&) { return http_answer(200); });
  config_.receivers = {test::alertmanager_receiver("am", server.url())};
  start();
  auto present = std::make_shared<std::vector<Alert>>();
  present->push_back(test::make_alert("A"));
  sender_->set_present(present);
  ASSERT_TRUE(server.wait_for(1));
  const HttpExchange seen = server.exchanges().at(0);
  EXPECT_EQ(seen.path, "/api/v2/alerts");
  EXPECT_EQ(json::parse(seen.body).at(0).at("endsAt"), "2026-11-22T00:04:00.000Z");
  sender_->set_present(std::make_shared<std::vector<Alert>>(*present));
  EXPECT_FALSE(eventually([&] { return server.exchanges().size() > 1; }, 200ms));
  pass(61s);
  ASSERT_TRUE(server.wait_for(2));
  auto later = std::make_shared<std::vector<Alert>>(*present);
  later->push_back(test::make_alert("B"));
  sender_->set_present(later);
  ASSERT_TRUE(server.wait_for(3));
}

TEST_F(SenderTest, CountersExistAtZeroForEveryReceiver) {
  config_.receivers = {test::webhook_receiver("hook", "http://127.0.0.1:1")};
  config_.heartbeat.url = "http://127.0.0.1:1";
  start();
  Batch batch;
  sender_->describe(batch);
  for (const char* family :
       {"clawvigil_notifications_total", "clawvigil_notifications_failed_total",
        "clawvigil_notifications_given_up_total", "clawvigil_notification_queue_length"}) {
    const Family* const found = batch.find(family);
    ASSERT_NE(found, nullptr) << family;
    EXPECT_EQ(found->samples.at({"hook"}), 0) << family;
    EXPECT_EQ(found->samples.at({"heartbeat"}), 0) << family;
  }
}

TEST(SendTest, SaysOfEveryReceiverHowItWent) {
  const HttpServer good([](const HttpExchange&) { return http_answer(200); });
  const HttpServer bad([](const HttpExchange&) { return http_answer(404); });
  NotifyConfig config;
  config.receivers = {test::webhook_receiver("good", good.url()),
                      test::webhook_receiver("bad", bad.url()),
                      test::alertmanager_receiver("am", good.url())};
  config.heartbeat.url = good.url() + "/beat";
  const auto results = send_test(config, {}, "vps1", {}, test::kNoon);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 4U);
  EXPECT_EQ(results->at(3).receiver, "heartbeat");
  EXPECT_TRUE(results->at(3).delivered);
  config.heartbeat.url = bad.url();
  const auto beat = send_test(config, {"heartbeat"}, "vps1", {}, test::kNoon);
  ASSERT_TRUE(beat && beat->size() == 1);
  EXPECT_THAT(beat->at(0).error, HasSubstr("HTTP 404"));
  EXPECT_TRUE(results->at(0).delivered);
  EXPECT_FALSE(results->at(1).delivered);
  EXPECT_THAT(results->at(1).error, HasSubstr("HTTP 404"));
  EXPECT_TRUE(results->at(2).delivered);
  const auto unknown = send_test(config, {"god"}, "vps1", {}, test::kNoon);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean good?"));
}

}  // namespace
}  // namespace clawvigil::notify
