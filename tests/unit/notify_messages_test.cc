// What people read, per receiver and language:
// tests/notify/golden/<receiver>.<language>.<case>.txt. With CLAWVIGIL_UPDATE_GOLDENS=1 in the
// environment the files are rewritten instead of compared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "alerts/notify/document.h"
#include "alerts/notify/messages.h"
#include "alerts/notify/receiver.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::kNoon;
using Kind = Event::Kind;

Alert gateway_down() {
  Alert alert = test::make_alert("GatewayDown", Severity::critical);
  alert.annotations = {{"summary", "The OpenClaw gateway of claw does not answer"},
                       {"description", "It has not answered for 2m (up is 0, expected 1)."},
                       {"action", "systemctl --user status openclaw-gateway"},
                       {"runbook_url", "https://clawvigil.example/RUNBOOK.md#gatewaydown"}};
  alert.translated = {{"summary", "La passerelle OpenClaw de claw ne répond pas"},
                      {"description", "Elle ne répond plus depuis 2m (up vaut 0 au lieu de 1)."}};
  alert.fingerprint = 0x8877665544332211;
  alert.fired_at = kNoon - 3min;
  return alert;
}

Alert hostile() {
  Alert alert = test::make_alert("Hostile", Severity::warning);
  alert.annotations = {
      {"summary", "<!channel> @everyone *bold* _x_ `rm` </b><a href=\"x\">\r\nBcc: x"},
      {"description", "\xE2\x80\xAEright to left \xFF\x01 [link](https://evil) &amp;"},
      {"action", "echo `id` && <script>"},
      {"runbook_url", "javascript:alert(1)"}};
  alert.fingerprint = 2;
  return alert;
}

Notification alerts_of(std::vector<Event> events) {
  Notification notification;
  notification.time = kNoon;
  notification.host = "vps1";
  notification.events = std::move(events);
  sort_and_bound(notification);
  return notification;
}

std::map<std::string, Notification> cases() {
  std::map<std::string, Notification> all;
  all["fired"] = alerts_of({{.kind = Kind::fired, .alert = gateway_down(), .at = kNoon}});
  Alert over = gateway_down();
  over.state = alerts::AlertState::resolved;
  over.resolved_at = kNoon;
  all["resolved"] = alerts_of({{.kind = Kind::resolved, .alert = over, .at = kNoon}});
  Alert day_old = gateway_down();
  day_old.fired_at = kNoon - 28h;
  Alert gone = test::make_alert("Gone");
  gone.fingerprint = 3;
  all["several"] =
      alerts_of({{.kind = Kind::still, .alert = day_old, .at = kNoon},
                 {.kind = Kind::fired, .alert = hostile(), .at = kNoon, .fired_last_hour = 6},
                 {.kind = Kind::passed, .alert = over, .at = kNoon},
                 {.kind = Kind::gone, .alert = gone, .at = kNoon}});
  all["several"].stands_in_for = "phone";
  all["several"].left_out = 7;
  Alert note = test::make_alert("Note", Severity::info);
  note.fired_at = kNoon - 5h;
  note.resolved_at = kNoon - 4h;
  all["digest"] = alerts_of({{.kind = Kind::still, .alert = gateway_down(), .at = kNoon},
                             {.kind = Kind::passed, .alert = note, .at = kNoon}});
  all["digest"].kind = Notification::Kind::digest;
  all["digest"].facts = {
      41, 1, 2, {{{"agent", 12}, {"owner", 1}}, {{"instructions", 2}, {"ssh", 1}, {"new", 3}}}};
  all["digest"].given_up = 3;
  all["quiet"] = alerts_of({});
  all["quiet"].kind = Notification::Kind::digest;
  all["quiet"].facts = {44, 0, 0};
  all["test"] = alerts_of({});
  all["test"].kind = Notification::Kind::test;
  return all;
}

std::map<std::string, ReceiverConfig> receivers() {
  std::map<std::string, ReceiverConfig> all;
  all["telegram"] = test::telegram_receiver("telegram");
  all["webhook"] = test::webhook_receiver("webhook", "http://127.0.0.1:1");
  for (const auto& [name, format] : {std::pair("slack", WebhookConfig::Format::slack),
                                     std::pair("discord", WebhookConfig::Format::discord)}) {
    all[name] = test::webhook_receiver(name, "http://127.0.0.1:1");
    std::get<WebhookConfig>(all[name].service).format = format;
  }
  all["ntfy"].service = NtfyConfig();
  EmailConfig email;
  email.from = "vps1@example.org";
  email.to = {"owner@example.org", "second@example.org>\r\nBcc: <x@example.org"};
  all["email"].service = email;
  all["alertmanager"] = test::alertmanager_receiver("am", "http://127.0.0.1:1");
  return all;
}

// Payloads in JSON are shown with their line ends, so that a change is a readable diff.
std::string readable(const std::vector<std::string>& payloads) {
  std::string text;
  for (const std::string& payload : payloads) {
    const json value = json::parse(payload, nullptr, false);
    if (value.is_discarded()) {
      text += payload + "\n";
      continue;
    }
    text += value.dump(2) + "\n";
    for (const char* name : {"text", "content", "message"}) {
      if (value.is_object() && value.contains(name)) {
        text += "--- " + std::string(name) + "\n" + value.at(name).get<std::string>() + "\n";
      }
    }
  }
  std::erase(text, '\r');
  return text;
}

class Messages : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(Messages, AreAsInTheGoldenFiles) {
  const bool update = std::getenv("CLAWVIGIL_UPDATE_GOLDENS") != nullptr;
  for (const char* language : {"en", "fr"}) {
    const RenderOptions options{language, "https://vps1.example.ts.net/", ""};
    for (const auto& [service, config] : receivers()) {
      const auto receiver = make_receiver(config);
      for (const auto& [name, notification] : cases()) {
        const bool digest = notification.kind == Notification::Kind::digest;
        if (digest && !takes_digest(config)) continue;
        if (is_level_triggered(config) && name != "test") continue;
        const std::string text = readable(receiver->render(notification, options));
        const auto path =
            test::fixture("notify/golden/" + service + "." + language + "." + name + ".txt");
        if (update) {
          std::filesystem::create_directories(path.parent_path());
          std::ofstream(path) << text;
        }
        EXPECT_EQ(text, test::read_all(path)) << path;
      }
    }
  }
}

TEST_F(Messages, DurationsAndTimes) {
  const Texts& english = texts("en");
  EXPECT_EQ(duration_text(english, -5s), "0 s");
  EXPECT_EQ(duration_text(english, 59s), "59 s");
  EXPECT_EQ(duration_text(english, 3min), "3 min");
  EXPECT_EQ(duration_text(english, 125min), "2 h 5 min");
  EXPECT_EQ(duration_text(english, 47h), "47 h");
  EXPECT_EQ(duration_text(texts("fr"), 99h), "4 j 3 h");
  EXPECT_EQ(time_text(english, kNoon - 1h, kNoon), "11:00");
  EXPECT_EQ(time_text(english, kNoon - 13h, kNoon), "21 Nov 23:00");
  EXPECT_EQ(time_text(texts("fr"), kNoon - 13h, kNoon), "21/11 23:00");
}

TEST_F(Messages, TheOwnersRunbookReplacesTheBaseOnly) {
  const Alert alert = gateway_down();
  EXPECT_EQ(runbook_url(alert, {"en", "", ""}), "https://clawvigil.example/RUNBOOK.md#gatewaydown");
  EXPECT_EQ(runbook_url(alert, {"en", "", "https://wiki/vigil"}), "https://wiki/vigil#gatewaydown");
  EXPECT_EQ(runbook_url(hostile(), {"en", "", ""}), "");
}

TEST_F(Messages, ANotificationSurvivesItsJson) {
  for (const auto& [name, notification] : cases()) {
    const std::string text = to_json(notification);
    const auto read = notification_from_json(text);
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(to_json(*read), text) << name;
    EXPECT_EQ(dedup_key("phone", *read), dedup_key("phone", notification)) << name;
  }
  EXPECT_FALSE(notification_from_json("{}"));
  EXPECT_FALSE(notification_from_json("nonsense"));
}

TEST_F(Messages, MergingForgetsNoNews) {
  Alert alert = test::make_alert("A");
  const auto merged = [&](Kind older, Kind newer) {
    return merge(alerts_of({{.kind = older, .alert = alert, .at = kNoon}}),
                 alerts_of({{.kind = newer, .alert = alert, .at = kNoon + 1min}}))
        .events.at(0)
        .kind;
  };
  EXPECT_EQ(merged(Kind::fired, Kind::resolved), Kind::passed);
  EXPECT_EQ(merged(Kind::fired, Kind::still), Kind::fired);
  EXPECT_EQ(merged(Kind::still, Kind::resolved), Kind::resolved);
  EXPECT_EQ(merged(Kind::resolved, Kind::fired), Kind::fired);
  EXPECT_EQ(merged(Kind::passed, Kind::fired), Kind::fired);
}

TEST_F(Messages, KeysNameTheNewsNotTheAttempt) {
  const auto all = cases();
  EXPECT_EQ(dedup_key("a", all.at("fired")), dedup_key("a", all.at("fired")));
  EXPECT_NE(dedup_key("a", all.at("fired")), dedup_key("b", all.at("fired")));
  EXPECT_NE(dedup_key("a", all.at("fired")), dedup_key("a", all.at("resolved")));
  Notification later = all.at("fired");
  later.time += 1h;
  EXPECT_EQ(dedup_key("a", all.at("fired")), dedup_key("a", later));
  later.events[0].alert.fired_at = kNoon;
  EXPECT_NE(dedup_key("a", all.at("fired")), dedup_key("a", later));
}

}  // namespace
}  // namespace clawvigil::notify
