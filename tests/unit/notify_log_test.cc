// What was told: kept when it is over, beside what waits, over restarts; as the terminal shows it.
#include "exporter/cli/notify_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "alerts/notify/told_lately.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using test::kNoon;
using testing::ElementsAre;

class NotifyLogTest : public testing::Test {
 protected:
  NotifyLogTest() { EXPECT_TRUE(outbox_.load(store_)); }

  void stage(const std::string& receiver, const std::string& alert, SystemTime at = kNoon) {
    Notification notification;
    notification.time = at;
    notification.events.push_back({.alert = test::make_alert(alert), .at = at});
    ASSERT_TRUE(outbox_.stage(store_, receiver, std::move(notification)));
    outbox_.publish(true);
  }
  // "waiting phone A", as the daemon sees it, and any other process once it is written.
  std::vector<std::string> told(SystemTime now = kNoon) {
    const std::vector<std::string> seen = texts(told_lately(store_, outbox_, 20, now));
    EXPECT_TRUE(outbox_.save(store_));
    EXPECT_EQ(texts(told_lately(store_, outbox_, 20, now)), seen) << "now in the table";
    EXPECT_EQ(texts(told_lately(store_, 20, now)), seen) << "beside the daemon";
    Outbox next;
    EXPECT_TRUE(next.load(store_));
    EXPECT_EQ(texts(told_lately(store_, next, 20, now)), seen) << "after a restart";
    return seen;
  }
  static std::vector<std::string> texts(const Result<std::vector<LoggedMessage>>& messages) {
    std::vector<std::string> texts;
    EXPECT_TRUE(messages);
    for (const LoggedMessage& message : messages.value_or(std::vector<LoggedMessage>())) {
      std::string text =
          std::string(to_string(message.ending)) + " " + message.receiver + " " +
          (message.kind == MessageKind::alert ? "" : std::string(to_string(message.kind)));
      for (const ToldAlert& alert : message.alerts) text += alert.alertname;
      if (!message.stands_in_for.empty()) text += " for " + message.stands_in_for;
      if (!message.reason.empty()) text += ": " + message.reason;
      texts.push_back(text);
    }
    return texts;
  }

  store::Store store_ = store::Store::in_memory();
  Outbox outbox_;
};

TEST_F(NotifyLogTest, KeepsHowEachMessageEnded) {
  EXPECT_THAT(told(), testing::IsEmpty());
  stage("phone", "A");
  stage("mail", "B", kNoon + 1s);
  EXPECT_THAT(told(), ElementsAre("waiting mail B", "waiting phone A"));
  outbox_.remove(*outbox_.take("phone"), true, kNoon + 2s);
  EXPECT_THAT(told(), ElementsAre("waiting mail B", "delivered phone A"));
  outbox_.remove(*outbox_.take("mail"), false, kNoon + 3s, "HTTP 400");
  EXPECT_THAT(told(), ElementsAre("refused mail B: HTTP 400", "delivered phone A"));
  stage("old", "C");
  outbox_.keep_only({"phone", "mail"}, kNoon + 4s);
  EXPECT_THAT(told(),
              ElementsAre("removed old C", "refused mail B: HTTP 400", "delivered phone A"));
}

TEST_F(NotifyLogTest, SaysWhyAMessageWaitsAndUntilWhen) {
  stage("phone", "A");
  Message message = *outbox_.take("phone");
  ++message.attempts;
  message.in_flight = false;
  outbox_.count_failure("phone", {.since = kNoon, .next_try = kNoon + 5s, .reason = "no answer"});
  outbox_.put_back(message);
  outbox_.add_copy(message, "mail");
  outbox_.remove(*outbox_.take("mail"), true, kNoon + 6s);
  EXPECT_THAT(told(), ElementsAre("waiting phone A: no answer", "delivered mail A for phone"));
  const auto waiting = told_lately(store_, 1, kNoon);
  EXPECT_EQ(waiting->at(0).next_try, kNoon + 5s);
  EXPECT_EQ(waiting->at(0).failed_tries, 1U);
  outbox_.expire(kNoon + 61min);
  EXPECT_THAT(told(), ElementsAre("elsewhere phone A", "delivered mail A for phone"));
}

TEST_F(NotifyLogTest, WhatBecomesTooOldIsLoggedWithItsNames) {
  for (const char* const name : {"A", "B", "C", "D", "E", "F", "G", "H", "I"}) {
    stage("phone", name, kNoon + 1min * (name[0] - 'A'));
  }
  EXPECT_THAT(told().back(), "waiting phone AB") << "the two oldest are one";
  outbox_.expire(kNoon + kMessageExpiry + 30s);
  EXPECT_THAT(told(), testing::Contains("expired phone A"));
  EXPECT_EQ(outbox_.counts().at("phone").given_up, 0U) << "the rest of it still waits";
  outbox_.expire(kNoon + kMessageExpiry + 90s);
  EXPECT_THAT(told(), testing::IsSupersetOf({"expired phone A", "expired phone B"}));
  EXPECT_EQ(outbox_.counts().at("phone").given_up, 1U);
}

TEST_F(NotifyLogTest, AHeartbeatOutOfReachIsALineOnceItLasts) {
  const auto fail = [&](SystemTime now) {
    outbox_.count_failure(
        "heartbeat", {.since = now, .next_try = now + 10s, .reason = "no answer", .contact = true});
  };
  fail(kNoon);
  fail(kNoon + 1min);
  EXPECT_THAT(told(kNoon + 1min), testing::IsEmpty());
  outbox_.count_success("heartbeat", kNoon + 2min);
  EXPECT_THAT(told(kNoon + 10min), testing::IsEmpty()) << "a short while is not worth a line";
  fail(kNoon + 20min);
  fail(kNoon + 25min);
  EXPECT_THAT(told(kNoon + 25min), ElementsAre("waiting heartbeat lost: no answer"));
  outbox_.count_success("heartbeat", kNoon + 30min);
  EXPECT_THAT(told(kNoon + 31min), ElementsAre("delivered heartbeat lost: no answer"));
  EXPECT_EQ(told_lately(store_, 1, kNoon)->at(0).made_at, kNoon + 20min);
}

TEST_F(NotifyLogTest, ForgetsWhatIsOldOrTooMuchAndSkipsWhatItDoesNotKnow) {
  LoggedMessage message;
  message.receiver = "phone";
  message.ending = Ending::delivered;
  message.ended_at = message.made_at = kNoon - kMessagesKept - 1h;
  ASSERT_TRUE(log_message(store_, message));
  message.ended_at = message.made_at = kNoon;
  for (std::size_t i = 0; i < kMaxLoggedMessages + 9; ++i)
    ASSERT_TRUE(log_message(store_, message));
  ASSERT_TRUE(prune_message_log(store_, kNoon));
  EXPECT_EQ(logged_messages(store_, 10'000)->size(), kMaxLoggedMessages);
  ASSERT_TRUE(store_.execute("UPDATE notify_log SET kind = 'of later', alerts = '[7,[]]'"));
  EXPECT_TRUE(logged_messages(store_, 10'000)->empty());
  ASSERT_TRUE(store_.execute("UPDATE notify_log SET kind = 'digest'"));
  EXPECT_TRUE(logged_messages(store_, 1)->at(0).alerts.empty());
  store::Store untouched = store::Store::in_memory();
  EXPECT_TRUE(told_lately(untouched, 5, kNoon)->empty());
  EXPECT_FALSE(*untouched.has_table("notify_log")) << "looking writes nothing";
}

TEST_F(NotifyLogTest, NamesOfAMessageAreBoundedAndCounted) {
  Message message;
  for (int i = 0; i < 30; ++i) {
    const auto kind = i < 2 ? Event::Kind::fired : Event::Kind::resolved;
    message.notification.events.push_back({.kind = kind, .alert = test::make_alert("A"), .at = {}});
  }
  message.notification.left_out = 5;
  const LoggedMessage entry = logged(message);
  EXPECT_EQ(entry.alert_count, 35U);
  EXPECT_EQ(entry.alerts.size(), kMaxNamed);
  EXPECT_EQ(entry.kind, MessageKind::alert);
  EXPECT_EQ(named(entry, false).at(0).count, 2U);
  EXPECT_EQ(named(entry, true).at(0).count, kMaxNamed - 2);
}

// One message of every kind of end.
std::vector<LoggedMessage> every_end() {
  using enum Event::Kind;
  std::vector<LoggedMessage> all;
  all.push_back({"phone",
                 MessageKind::alert,
                 Ending::waiting,
                 kNoon,
                 {},
                 3,
                 "no answer",
                 kNoon + 2h,
                 "",
                 {{"GatewayDown", fired}, {"BackupOld", resolved}},
                 4});
  all.push_back({"mail",
                 MessageKind::alert,
                 Ending::delivered,
                 kNoon,
                 kNoon + 1s,
                 0,
                 "",
                 {},
                 "phone",
                 {{"PortExposed", fired}, {"PortExposed", fired}},
                 2});
  all.push_back({"mail",
                 MessageKind::digest,
                 Ending::expired,
                 kNoon,
                 kNoon + 72h,
                 9,
                 "no answer",
                 {},
                 "",
                 {},
                 0});
  all.push_back(
      {"heartbeat", MessageKind::lost, Ending::delivered, kNoon, kNoon + 1h, 0, "", {}, "", {}, 0});
  return all;
}

TEST(NotifyLogText, AnswersWhetherWhenAndByWhatWay) {
  const auto zone = host::TimeZone::load("Europe/Paris");
  const std::vector<LoggedMessage> all = every_end();
  const std::map<std::string, std::string> services{{"phone", "telegram"}, {"mail", "email"}};
  EXPECT_EQ(cli::notify_log_text({all, services, *zone, kNoon}, 60, cli::Style(false)),
            "2026-11-22 13:00  WAITING    phone (telegram)  alert\n"
            "    GatewayDown; over: BackupOld; 2 more\n"
            "    3 tries failed, next try 2026-11-22 15:00: no answer\n"
            "2026-11-22 13:00  delivered  mail (email)      alert\n"
            "    PortExposed (2)\n"
            "    in place of phone, which did not answer\n"
            "2026-11-25 13:00  GIVEN UP   mail (email)      daily digest\n"
            "    not delivered within three days: no answer\n"
            "2026-11-22 14:00  delivered  heartbeat         contact lost\n"
            "    reached again, out of reach since 2026-11-22 13:00\n");
}

TEST(NotifyLogText, AsJsonHasEveryMember) {
  const auto document = nlohmann::json::parse(cli::notify_log_json(every_end()));
  const auto& first = document.at("messages").at(0);
  EXPECT_EQ(first, nlohmann::json::parse(R"({"receiver": "phone", "kind": "alert",
      "outcome": "waiting", "made": "2026-11-22T12:00:00Z", "ended": null, "failed_tries": 3,
      "next_try": "2026-11-22T14:00:00Z", "reason": "no answer", "stands_in_for": "",
      "alert_count": 4, "alerts": [{"alertname": "GatewayDown", "event": "fired"},
                                   {"alertname": "BackupOld", "event": "resolved"}]})"));
  EXPECT_EQ(document.at("messages").at(3).at("kind"), "lost");
}

}  // namespace
}  // namespace clawvigil::notify
