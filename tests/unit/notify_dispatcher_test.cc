#include "alerts/notify/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/notify/schedule.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil {
namespace {

using namespace std::chrono_literals;
using alerts::Severity;
using test::DispatcherDay;
using test::texts_of;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Every case runs with one process and with a new process for every step.
class Dispatcher : public testing::TestWithParam<bool> {
 protected:
  Dispatcher() { day_.config.digest_at = 8h; }
  DispatcherDay day_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Steps, Dispatcher, testing::Bool(), [](const auto& mode) {
  return mode.param ? "RestartedEachTime" : "OneProcess";
});

TEST_P(Dispatcher, TellsOnceThatAnAlertFiresAndOnceThatItEnds) {
  EXPECT_THAT(day_.run(5s), IsEmpty());
  day_.fire("A");
  EXPECT_THAT(texts_of(day_.run(60s)), ElementsAre("phone: fired A"));
  day_.resolve("A");
  EXPECT_THAT(texts_of(day_.run(60s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, TellsAllOfOneEvaluationInOneMessageWorstFirst) {
  day_.fire("W1");
  day_.fire("C", Severity::critical);
  day_.fire("W2");
  EXPECT_THAT(texts_of(day_.run(3s)), ElementsAre("phone: fired C, fired W1, fired W2"));
  day_.resolve("C");
  day_.fire("W3");
  EXPECT_THAT(texts_of(day_.run(3s)), ElementsAre("phone: fired W3, resolved C"));
}

TEST_P(Dispatcher, RepeatsBySeverity) {
  day_.fire("C", Severity::critical);
  day_.fire("W");
  const auto told = texts_of(day_.run(24h + 10min, 5min));
  EXPECT_THAT(told, ElementsAre("phone: fired C, fired W", "phone: still C", "phone: still C",
                                "phone: still C", "phone: still C", "phone: still C",
                                "phone: digest, still C, still W", "phone: still C, still W"))
      << "the digest comes at 08:00";
}

TEST_P(Dispatcher, InfoIsInTheDailyDigestOnly) {
  day_.fire("Note", Severity::info);
  EXPECT_THAT(day_.run(1h, 1min), IsEmpty());
  day_.resolve("Note");
  const auto told = day_.run(24h, 10min);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: digest, passed Note"));
  EXPECT_EQ(told[0].notification.facts.ok, 40U);
  EXPECT_THAT(day_.run(48h, 10min), IsEmpty());
}

TEST_P(Dispatcher, TheDigestComesAtItsTimeAndIsQuietWithoutNews) {
  EXPECT_THAT(day_.run(24h, 10min), IsEmpty());
  day_.config.digest_when_quiet = true;
  const auto told = day_.run(24h, 10min);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: digest"));
  EXPECT_EQ(told[0].notification.time, test::kNoon + 44h);
}

TEST_P(Dispatcher, SilencedAlertsAreToldWhenTheSilenceEnds) {
  auto store = day_.open_store();
  notify::Silence silence;
  silence.matchers = {*notify::parse_matcher("alertname=A")};
  silence.expires = day_.now + 1h;
  ASSERT_TRUE(notify::add_silence(store, silence, day_.now));
  day_.fire("A");
  day_.fire("B");
  EXPECT_THAT(texts_of(day_.run(1h - 10s, 10s)), ElementsAre("phone: fired B"));
  EXPECT_THAT(texts_of(day_.run(20s)), ElementsAre("phone: fired A"));
}

TEST_P(Dispatcher, AnEndDuringASilenceIsToldToThoseWhoKnewOfTheBeginning) {
  day_.fire("A");
  EXPECT_THAT(texts_of(day_.run(2s)), ElementsAre("phone: fired A"));
  auto store = day_.open_store();
  notify::Silence silence;
  silence.matchers = {*notify::parse_matcher("severity=warning")};
  silence.expires = day_.now + 10h;
  ASSERT_TRUE(notify::add_silence(store, silence, day_.now));
  day_.fire("B");
  EXPECT_THAT(day_.run(5h, 1min), IsEmpty()) << "no reminder of A, nothing of B";
  day_.resolve("A");
  day_.resolve("B");
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: resolved A"));
  EXPECT_THAT(day_.run(12h, 1min), IsEmpty());
}

TEST_P(Dispatcher, AReceiverThatDoesNotWantEndsIsNotToldThem) {
  day_.config.receivers[0].send_resolved = false;
  day_.fire("A");
  EXPECT_THAT(texts_of(day_.run(2s)), ElementsAre("phone: fired A"));
  day_.resolve("A");
  EXPECT_THAT(day_.run(2h, 10s), IsEmpty());
  day_.fire("A");
  EXPECT_THAT(texts_of(day_.run(2s)), ElementsAre("phone: fired A"));
}

TEST_P(Dispatcher, ReceiversGetTheirSeverities) {
  day_.config.receivers.push_back(test::telegram_receiver("pager"));
  day_.config.receivers[1].severities = {"critical"};
  day_.fire("C", Severity::critical);
  day_.fire("W");
  EXPECT_THAT(texts_of(day_.run(2s)), ElementsAre("pager: fired C", "phone: fired C, fired W"));
}

TEST_P(Dispatcher, AnAlertThatComesAndGoesDoesNotSpam) {
  std::vector<std::string> told;
  for (int i = 0; i < 60; ++i) {
    day_.fire("A");
    std::ranges::move(texts_of(day_.run(30s, 5s)), std::back_inserter(told));
    day_.resolve("A");
    std::ranges::move(texts_of(day_.run(30s, 5s)), std::back_inserter(told));
  }
  EXPECT_THAT(told, ElementsAre("phone: fired A", "phone: resolved A", "phone: fired A"));
  const auto end = day_.run(3h, 10s);
  ASSERT_THAT(texts_of(end), ElementsAre("phone: resolved A"));
  EXPECT_EQ(day_.run(1h, 1min).size(), 0U);
}

TEST_P(Dispatcher, MessagesSayHowOftenAnAlertCameBack) {
  for (int i = 0; i < 2; ++i) {
    day_.fire("A");
    static_cast<void>(day_.run(10s));
    day_.resolve("A");
    static_cast<void>(day_.run(10s));
  }
  const auto end = day_.run(10min, 10s);
  ASSERT_THAT(texts_of(end), ElementsAre("phone: resolved A"));
  EXPECT_EQ(end[0].notification.events[0].fired_last_hour, 2U);
}

TEST_P(Dispatcher, AStormIsCappedAndNothingIsLost) {
  day_.config.max_per_hour = 8;
  std::map<std::string, int> news;
  std::size_t messages = 0;
  const auto count = [&](const std::vector<test::Delivered>& told) {
    messages += told.size();
    for (const auto& one : told) {
      for (const auto& event : one.notification.events) {
        if (event.kind == notify::Event::Kind::fired || event.kind == notify::Event::Kind::passed) {
          ++news[std::string(event.alert.name())];
        }
      }
    }
  };
  for (int i = 0; i < 40; ++i) {
    day_.fire("A" + std::to_string(i));
    count(day_.run(10s));
    if (i % 2 == 0) day_.resolve("A" + std::to_string(i));
    count(day_.run(10s));
  }
  EXPECT_EQ(messages, 6U) << "a quarter of 8 is kept for critical alerts";
  day_.fire("C", Severity::critical);
  const auto critical = day_.run(1s);
  ASSERT_THAT(critical, SizeIs(1));
  EXPECT_EQ(critical[0].notification.events[0].alert.name(), "C");
  count(critical);
  count(day_.run(1h, 10s));
  EXPECT_THAT(news, SizeIs(41));
  for (const auto& [name, times] : news) EXPECT_EQ(times, 1) << name;
  EXPECT_LE(messages, 14U);
}

TEST_P(Dispatcher, WhatEndedBeforeItCouldBeToldIsToldAsPassed) {
  day_.config.max_per_hour = 1;
  day_.fire("A");
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: fired A"));
  day_.fire("B");
  EXPECT_THAT(day_.run(10s), IsEmpty());
  day_.resolve("B");
  EXPECT_THAT(texts_of(day_.run(1h, 10s)), ElementsAre("phone: passed B"));
}

TEST_P(Dispatcher, AClockThatStepsBackADayRepeatsNothingAndLosesNoReminder) {
  day_.fire("C", Severity::critical);
  EXPECT_THAT(day_.run(1min), SizeIs(1));
  day_.now -= 24h;
  EXPECT_THAT(day_.run(4h - 2min, 1min), IsEmpty());
  EXPECT_THAT(texts_of(day_.run(3min, 10s)), ElementsAre("phone: still C"));
  day_.resolve("C");
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: resolved C"));
}

TEST_P(Dispatcher, AfterASuspensionAllRemindersComeInOneMessage) {
  for (int i = 0; i < 5; ++i) {
    day_.fire("C" + std::to_string(i), Severity::critical);
    EXPECT_THAT(day_.run(10min, 10s), SizeIs(1));
  }
  day_.now += 8h;
  EXPECT_THAT(day_.run(1h, 10s), SizeIs(1));
}

TEST_P(Dispatcher, TheWatchdogIsForMachines) {
  day_.fire("Watchdog", Severity::critical);
  EXPECT_THAT(day_.run(48h, 10min), IsEmpty());
}

TEST_P(Dispatcher, AFailingAlertmanagerIsStoodInFor) {
  ReceiverConfig manager = test::alertmanager_receiver("am", "http://127.0.0.1:1");
  manager.fallback = "phone";
  day_.config.receivers = {manager, test::telegram_receiver("phone")};
  day_.config.receivers[1].fallback_only = true;
  day_.fire("A");
  EXPECT_THAT(day_.run(10s), IsEmpty());
  day_.failing = {"am"};
  const auto told = day_.run(10s);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: fired A"));
  EXPECT_EQ(told[0].notification.stands_in_for, "am");
  day_.failing = {};
  day_.fire("B");
  EXPECT_THAT(day_.run(10s), IsEmpty());
  day_.resolve("A");
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, AlertmanagerIsShownWhatFiresAndWhatEndedLately) {
  ReceiverConfig manager = test::alertmanager_receiver("am", "http://127.0.0.1:1");
  day_.config.receivers = {manager};
  day_.fire("A");
  day_.fire("Watchdog", Severity::info);
  static_cast<void>(day_.run(10s));
  EXPECT_THAT(*day_.dispatcher->present(), SizeIs(2));
  day_.resolve("A");
  static_cast<void>(day_.run(14min, 1min));
  EXPECT_THAT(*day_.dispatcher->present(), SizeIs(2));
  static_cast<void>(day_.run(2min, 1min));
  EXPECT_THAT(*day_.dispatcher->present(), SizeIs(1));
}

TEST_P(Dispatcher, AKillBeforeTheTransactionEndsLosesAndRepeatsNothing) {
  day_.fire("A");
  day_.killed_step(false);
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: fired A"));
  day_.resolve("A");
  day_.killed_step(false);
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, AKillAfterTheTransactionLeavesTheMessageInTheOutbox) {
  day_.fire("A");
  day_.killed_step(true);
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: fired A"));
  day_.resolve("A");
  day_.killed_step(true);
  EXPECT_THAT(texts_of(day_.run(10s)), ElementsAre("phone: resolved A"));
}

TEST(DispatcherWithoutDisk, TellsFromMemoryAndCatchesUp) {
  DispatcherDay day(false);
  day.fire("A");
  EXPECT_THAT(texts_of(day.step_without_disk()), ElementsAre("phone: fired A"));
  EXPECT_THAT(day.step_without_disk(), IsEmpty());
  EXPECT_THAT(day.step(), IsEmpty());
  auto store = day.open_store();
  day.begin(store);
  EXPECT_THAT(day.step(), IsEmpty()) << "the next process knows what was told";
  day.resolve("A");
  EXPECT_THAT(texts_of(day.step_without_disk()), ElementsAre("phone: resolved A"));
}

TEST(DispatcherWithoutRule, SaysThatAnAlertIsNoLongerWatched) {
  DispatcherDay day(false);
  day.fire("A");
  EXPECT_THAT(day.run(10s), SizeIs(1));
  day.vanish("A");
  EXPECT_THAT(texts_of(day.run(10min)), ElementsAre("phone: gone A"));
}

TEST(Schedule, ResolvesAreHeldLongerTheMoreOftenAnAlertReturns) {
  EXPECT_EQ(notify::resolve_hold(1), 0s);
  EXPECT_EQ(notify::resolve_hold(2), 5min);
  EXPECT_EQ(notify::resolve_hold(3), 10min);
  EXPECT_EQ(notify::resolve_hold(100), 1h);
}

TEST(Schedule, AQuarterOfTheHourIsKeptForCriticalAlerts) {
  EXPECT_EQ(notify::hourly_limit(20, false), 15U);
  EXPECT_EQ(notify::hourly_limit(20, true), 20U);
  EXPECT_EQ(notify::hourly_limit(1, false), 1U);
  EXPECT_EQ(notify::hourly_limit(0, true), 1U);
}

}  // namespace
}  // namespace clawvigil
