// A secret that a receiver is given is found nowhere but in the request that needs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "alerts/notify/sender.h"
#include "exporter/base/log.h"
#include "exporter/host/secret_file.h"
#include "tests/support/http_server.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::http_answer;
using test::HttpExchange;
using test::HttpServer;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMarker = "s3cret-marker-0123456789";

// Every kind of receiver, each with every secret it can have.
std::vector<ReceiverConfig> all_receivers(const HttpServer& server, const test::TempDir& secrets) {
  secrets.write("token", std::string(kMarker) + "\n");
  secrets.write("url", server.url() + "/" + kMarker + "?key=" + kMarker + "\n");
  const SecretOrigin token{.file = secrets / "token", .credential = {}};
  const SecretOrigin url{.file = secrets / "url", .credential = {}};
  std::vector<ReceiverConfig> all;
  const auto add = [&](const std::string& name, auto service) {
    all.emplace_back().name = name;
    all.back().service = std::move(service);
  };
  TelegramConfig telegram;
  telegram.bot_token = token;
  telegram.api_url = server.url();
  add("telegram", telegram);
  NtfyConfig ntfy;
  ntfy.url = server.url();
  ntfy.topic_secret = token;
  ntfy.token = token;
  add("ntfy", ntfy);
  EmailConfig email;
  email.host = "127.0.0.1";
  email.port = server.port();
  email.from = "a@example.org";
  email.to = {"b@example.org"};
  email.username = "user";
  email.password = token;
  add("email", email);
  for (const auto& [name, format] : {std::pair("webhook", WebhookConfig::Format::alertmanager),
                                     std::pair("slack", WebhookConfig::Format::slack),
                                     std::pair("discord", WebhookConfig::Format::discord)}) {
    WebhookConfig webhook;
    webhook.format = format;
    webhook.url_secret = url;
    webhook.bearer_token = token;
    add(name, webhook);
  }
  AlertmanagerConfig manager;
  manager.url = server.url();
  manager.username = "user";
  manager.password = token;
  add("alertmanager", manager);
  return all;
}

// An echo of the request: what a service may well answer.
test::HttpAnswer echo(const HttpExchange& request) {
  static std::atomic<int> turn = 0;
  constexpr int kStatuses[] = {400, 401, 404, 429, 500, 302};
  const int status = kStatuses[turn++ % 6];
  const nlohmann::json body{{"ok", false},
                            {"error", request.path + request.body},
                            {"description", "chat not found " + request.path}};
  return http_answer(status, body.dump(), "Location: http://127.0.0.1" + request.path + "\r\n");
}

std::string everything_below(const std::string& directory) {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) text += test::read_all(entry.path());
  }
  return text;
}

TEST(NotifySecrets, AreInNoLogErrorMetricOrDatabase) {
  testing::internal::CaptureStderr();
  const HttpServer server(echo);
  const test::TempDir secrets;
  const test::TempDir storage;
  const SystemClock clock;
  std::string seen;
  {
    auto store = store::Store::open(storage.path(), clock.now().wall);
    Outbox outbox;
    ASSERT_TRUE(outbox.load(store));
    Sender sender(
        clock, outbox,
        {.storage_path = storage.path(), .secrets = {}, .limits = {.connect = 1s, .total = 2s}});
    auto config = std::make_shared<NotifyConfig>();
    config->receivers = all_receivers(server, secrets);
    config->heartbeat.url_secret.file = secrets / "url";
    sender.start(config);
    for (const ReceiverConfig& receiver : config->receivers) {
      if (is_level_triggered(receiver)) continue;
      Notification notification;
      notification.time = clock.now().wall;
      notification.events.push_back({.alert = test::make_alert("A"), .at = notification.time});
      ASSERT_TRUE(outbox.stage(store, receiver.name, notification));
    }
    outbox.publish(true);
    auto present = std::make_shared<std::vector<Alert>>();
    present->push_back(test::make_alert("A"));
    sender.set_present(present);
    sender.alive();
    const auto all_failed = [&] {
      return std::ranges::all_of(sender.status(), [](const ReceiverStatus& status) {
        return status.counts.failed > 0 && !status.last_error.empty();
      });
    };
    EXPECT_TRUE(eventually(all_failed, 30s));
    for (const ReceiverStatus& status : sender.status()) {
      seen += status.name + ": " + status.last_error + "\n";
    }
    Batch batch;
    sender.describe(batch);
    for (const auto& [name, family] : batch.families()) {
      for (const auto& [labels, value] : family.samples) {
        for (const std::string& label : labels) seen += label + "\n";
      }
    }
    const auto results =
        send_test(*config, {}, "vps1", {}, clock.now().wall, {.connect = 1s, .total = 2s});
    ASSERT_TRUE(results);
    for (const TestResult& result : *results) seen += result.error + "\n";
    sender.stop(1s);
  }
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr("receiver fails"));
  EXPECT_THAT(log, Not(HasSubstr(kMarker)));
  EXPECT_THAT(seen, Not(HasSubstr(kMarker)));
  EXPECT_THAT(everything_below(storage.path()), Not(HasSubstr(kMarker)));
  std::size_t carried = 0;
  for (const HttpExchange& exchange : server.exchanges()) {
    std::string all = exchange.path + exchange.body;
    for (const auto& [name, value] : exchange.headers) all += value;
    if (all.find(kMarker) != std::string::npos) ++carried;
  }
  EXPECT_GE(carried, 6U) << "the secrets did reach the service";
}

TEST(SecretFile, IsReadSafely) {
  const test::TempDir directory;
  directory.write("good", "token\r\n");
  directory.write("bare", "token");
  EXPECT_EQ(host::read_secret_file(directory / "good")->reveal(), "token");
  EXPECT_EQ(host::read_secret_file(directory / "bare")->reveal(), "token");
  directory.write("group", "token\n", 0640);
  EXPECT_TRUE(host::read_secret_file(directory / "group"));
  directory.write("open", "token\n", 0644);
  directory.write("empty", "\n");
  directory.write("lines", "a\nb\n");
  directory.write("long", std::string(20'000, 'x'));
  const struct {
    const char* name;
    Errc code;
    const char* message;
  } cases[] = {{"open", Errc::unsafe, "chmod o="},      {"empty", Errc::parse, "empty"},
               {"lines", Errc::parse, "on one line"},   {"long", Errc::too_large, "longer"},
               {"missing", Errc::not_found, "No such"}, {".", Errc::unsafe, "regular file"}};
  for (const auto& each : cases) {
    const auto secret = host::read_secret_file(directory / each.name);
    ASSERT_FALSE(secret) << each.name;
    EXPECT_EQ(secret.error().code, each.code) << each.name;
    EXPECT_THAT(secret.error().message, HasSubstr(each.message)) << each.name;
  }
}

TEST(Receivers, AnswersThatAreNotTheServicesAreNotBelieved) {
  host::TransferReply reply;
  reply.status = 200;
  reply.origin = "https://host";
  for (const char* body : {"", "<html>", "[]", "{}", "{\"ok\":false}"}) {
    reply.body = body;
    const auto telegram = make_receiver(test::telegram_receiver("t"));
    EXPECT_EQ(telegram->judge(reply, test::kNoon).kind, Outcome::Kind::retry) << body;
    ReceiverConfig ntfy;
    ntfy.service = NtfyConfig();
    EXPECT_EQ(make_receiver(ntfy)->judge(reply, test::kNoon).kind, Outcome::Kind::retry) << body;
  }
  reply.body = R"({"ok":true,"result":{"message_id":1}})";
  EXPECT_EQ(make_receiver(test::telegram_receiver("t"))->judge(reply, test::kNoon).kind,
            Outcome::Kind::delivered);
}

TEST(Receivers, TelegramSaysHowLongToWaitInItsAnswer) {
  host::TransferReply reply;
  reply.status = 429;
  reply.body = R"({"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35",
                   "parameters":{"retry_after":35}})";
  const auto telegram = make_receiver(test::telegram_receiver("t"));
  EXPECT_EQ(telegram->judge(reply, test::kNoon).retry_after, Duration(35s));
  reply.status = 400;
  reply.body = R"({"ok":false,"error_code":400,"description":"Bad Request: chat not found"})";
  EXPECT_EQ(telegram->judge(reply, test::kNoon).kind, Outcome::Kind::misconfigured);
}

TEST(Receivers, FallbacksAreChecked) {
  NotifyConfig config;
  config.receivers = {test::telegram_receiver("a"), test::telegram_receiver("b"),
                      test::alertmanager_receiver("am", "http://127.0.0.1:1")};
  EXPECT_TRUE(check_receivers(config).empty());
  config.receivers[0].fallback = "nobody";
  config.receivers[1].fallback_only = true;
  EXPECT_EQ(check_receivers(config).size(), 2U);
  config.receivers[0].fallback = "a";
  EXPECT_EQ(check_receivers(config).size(), 2U);
  config.receivers[0].fallback = "b";
  EXPECT_TRUE(check_receivers(config).empty());
  config.receivers[1].fallback = "am";
  EXPECT_EQ(check_receivers(config).size(), 1U);
}

}  // namespace
}  // namespace clawvigil::notify
