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
  Dispatcher() { day.config.digest_at = 8h; }
  DispatcherDay day{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Steps, Dispatcher, testing::Bool(), [](const auto& mode) {
  return mode.param ? "RestartedEachTime" : "OneProcess";
});

TEST_P(Dispatcher, TellsOnceThatAnAlertFiresAndOnceThatItEnds) {
  EXPECT_THAT(day.run(5s), IsEmpty());
  day.fire("A");
  EXPECT_THAT(texts_of(day.run(60s)), ElementsAre("phone: fired A"));
  day.resolve("A");
  EXPECT_THAT(texts_of(day.run(60s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, TellsAllOfOneEvaluationInOneMessageWorstFirst) {
  day.fire("W1");
  day.fire("C", Severity::critical);
  day.fire("W2");
  EXPECT_THAT(texts_of(day.run(3s)), ElementsAre("phone: fired C, fired W1, fired W2"));
  day.resolve("C");
  day.fire("W3");
  EXPECT_THAT(texts_of(day.run(3s)), ElementsAre("phone: fired W3, resolved C"));
}

TEST_P(Dispatcher, RepeatsBySeverity) {
  day.fire("C", Severity::critical);
  day.fire("W");
  const auto told = texts_of(day.run(24h + 10min, 5min));
  EXPECT_THAT(told, ElementsAre("phone: fired C, fired W", "phone: still C", "phone: still C",
                                "phone: still C", "phone: still C", "phone: still C",
                                "phone: digest, still C, still W", "phone: still C, still W"))
      << "the digest comes at 08:00";
}

TEST_P(Dispatcher, InfoIsInTheDailyDigestOnly) {
  day.fire("Note", Severity::info);
  EXPECT_THAT(day.run(1h, 1min), IsEmpty());
  day.resolve("Note");
  const auto told = day.run(24h, 10min);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: digest, passed Note"));
  EXPECT_EQ(told[0].notification.facts.ok, 40U);
  EXPECT_THAT(day.run(48h, 10min), IsEmpty());
}

TEST_P(Dispatcher, TheDigestComesAtItsTimeAndIsQuietWithoutNews) {
  EXPECT_THAT(day.run(24h, 10min), IsEmpty());
  day.config.digest_when_quiet = true;
  const auto told = day.run(24h, 10min);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: digest"));
  EXPECT_EQ(told[0].notification.time, test::kNoon + 44h);
}

TEST_P(Dispatcher, SilencedAlertsAreToldWhenTheSilenceEnds) {
  auto store = day.open_store();
  notify::Silence silence;
  silence.matchers = {*notify::parse_matcher("alertname=A")};
  silence.expires = day.now + 1h;
  ASSERT_TRUE(notify::add_silence(store, silence, day.now));
  day.fire("A");
  day.fire("B");
  EXPECT_THAT(texts_of(day.run(1h - 10s, 10s)), ElementsAre("phone: fired B"));
  EXPECT_THAT(texts_of(day.run(20s)), ElementsAre("phone: fired A"));
}

TEST_P(Dispatcher, AnEndDuringASilenceIsToldToThoseWhoKnewOfTheBeginning) {
  day.fire("A");
  EXPECT_THAT(texts_of(day.run(2s)), ElementsAre("phone: fired A"));
  auto store = day.open_store();
  notify::Silence silence;
  silence.matchers = {*notify::parse_matcher("severity=warning")};
  silence.expires = day.now + 10h;
  ASSERT_TRUE(notify::add_silence(store, silence, day.now));
  day.fire("B");
  EXPECT_THAT(day.run(5h, 1min), IsEmpty()) << "no reminder of A, nothing of B";
  day.resolve("A");
  day.resolve("B");
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: resolved A"));
  EXPECT_THAT(day.run(12h, 1min), IsEmpty());
}

TEST_P(Dispatcher, AReceiverThatDoesNotWantEndsIsNotToldThem) {
  day.config.receivers[0].send_resolved = false;
  day.fire("A");
  EXPECT_THAT(texts_of(day.run(2s)), ElementsAre("phone: fired A"));
  day.resolve("A");
  EXPECT_THAT(day.run(2h, 10s), IsEmpty());
  day.fire("A");
  EXPECT_THAT(texts_of(day.run(2s)), ElementsAre("phone: fired A"));
}

TEST_P(Dispatcher, ReceiversGetTheirSeverities) {
  day.config.receivers.push_back(test::telegram_receiver("pager"));
  day.config.receivers[1].severities = {"critical"};
  day.fire("C", Severity::critical);
  day.fire("W");
  EXPECT_THAT(texts_of(day.run(2s)), ElementsAre("pager: fired C", "phone: fired C, fired W"));
}

TEST_P(Dispatcher, AnAlertThatComesAndGoesDoesNotSpam) {
  std::vector<std::string> told;
  for (int i = 0; i < 60; ++i) {
    day.fire("A");
    std::ranges::move(texts_of(day.run(30s, 5s)), std::back_inserter(told));
    day.resolve("A");
    std::ranges::move(texts_of(day.run(30s, 5s)), std::back_inserter(told));
  }
  EXPECT_THAT(told, ElementsAre("phone: fired A", "phone: resolved A", "phone: fired A"));
  const auto end = day.run(3h, 10s);
  ASSERT_THAT(texts_of(end), ElementsAre("phone: resolved A"));
  EXPECT_EQ(day.run(1h, 1min).size(), 0U);
}

TEST_P(Dispatcher, MessagesSayHowOftenAnAlertCameBack) {
  for (int i = 0; i < 2; ++i) {
    day.fire("A");
    static_cast<void>(day.run(10s));
    day.resolve("A");
    static_cast<void>(day.run(10s));
  }
  const auto end = day.run(10min, 10s);
  ASSERT_THAT(texts_of(end), ElementsAre("phone: resolved A"));
  EXPECT_EQ(end[0].notification.events[0].fired_last_hour, 2U);
}

TEST_P(Dispatcher, AStormIsCappedAndNothingIsLost) {
  day.config.max_per_hour = 8;
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
    day.fire("A" + std::to_string(i));
    count(day.run(10s));
    if (i % 2 == 0) day.resolve("A" + std::to_string(i));
    count(day.run(10s));
  }
  EXPECT_EQ(messages, 6U) << "a quarter of 8 is kept for critical alerts";
  day.fire("C", Severity::critical);
  const auto critical = day.run(1s);
  ASSERT_THAT(critical, SizeIs(1));
  EXPECT_EQ(critical[0].notification.events[0].alert.name(), "C");
  count(critical);
  count(day.run(1h, 10s));
  EXPECT_THAT(news, SizeIs(41));
  for (const auto& [name, times] : news) EXPECT_EQ(times, 1) << name;
  EXPECT_LE(messages, 14U);
}

TEST_P(Dispatcher, WhatEndedBeforeItCouldBeToldIsToldAsPassed) {
  day.config.max_per_hour = 1;
  day.fire("A");
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: fired A"));
  day.fire("B");
  EXPECT_THAT(day.run(10s), IsEmpty());
  day.resolve("B");
  EXPECT_THAT(texts_of(day.run(1h, 10s)), ElementsAre("phone: passed B"));
}

TEST_P(Dispatcher, AClockThatStepsBackADayRepeatsNothingAndLosesNoReminder) {
  day.fire("C", Severity::critical);
  EXPECT_THAT(day.run(1min), SizeIs(1));
  day.now -= 24h;
  EXPECT_THAT(day.run(4h - 2min, 1min), IsEmpty());
  EXPECT_THAT(texts_of(day.run(3min, 10s)), ElementsAre("phone: still C"));
  day.resolve("C");
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: resolved C"));
}

TEST_P(Dispatcher, AfterASuspensionAllRemindersComeInOneMessage) {
  for (int i = 0; i < 5; ++i) {
    day.fire("C" + std::to_string(i), Severity::critical);
    EXPECT_THAT(day.run(10min, 10s), SizeIs(1));
  }
  day.now += 8h;
  EXPECT_THAT(day.run(1h, 10s), SizeIs(1));
}

TEST_P(Dispatcher, TheWatchdogIsForMachines) {
  day.fire("Watchdog", Severity::critical);
  EXPECT_THAT(day.run(48h, 10min), IsEmpty());
}

TEST_P(Dispatcher, AFailingAlertmanagerIsStoodInFor) {
  ReceiverConfig manager = test::alertmanager_receiver("am", "http://127.0.0.1:1");
  manager.fallback = "phone";
  day.config.receivers = {manager, test::telegram_receiver("phone")};
  day.config.receivers[1].fallback_only = true;
  day.fire("A");
  EXPECT_THAT(day.run(10s), IsEmpty());
  day.failing = {"am"};
  const auto told = day.run(10s);
  ASSERT_THAT(texts_of(told), ElementsAre("phone: fired A"));
  EXPECT_EQ(told[0].notification.stands_in_for, "am");
  day.failing = {};
  day.fire("B");
  EXPECT_THAT(day.run(10s), IsEmpty());
  day.resolve("A");
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, AlertmanagerIsShownWhatFiresAndWhatEndedLately) {
  ReceiverConfig manager = test::alertmanager_receiver("am", "http://127.0.0.1:1");
  day.config.receivers = {manager};
  day.fire("A");
  day.fire("Watchdog", Severity::info);
  static_cast<void>(day.run(10s));
  EXPECT_THAT(*day.dispatcher->present(), SizeIs(2));
  day.resolve("A");
  static_cast<void>(day.run(14min, 1min));
  EXPECT_THAT(*day.dispatcher->present(), SizeIs(2));
  static_cast<void>(day.run(2min, 1min));
  EXPECT_THAT(*day.dispatcher->present(), SizeIs(1));
}

TEST_P(Dispatcher, AKillBeforeTheTransactionEndsLosesAndRepeatsNothing) {
  day.fire("A");
  day.killed_step(false);
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: fired A"));
  day.resolve("A");
  day.killed_step(false);
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: resolved A"));
}

TEST_P(Dispatcher, AKillAfterTheTransactionLeavesTheMessageInTheOutbox) {
  day.fire("A");
  day.killed_step(true);
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: fired A"));
  day.resolve("A");
  day.killed_step(true);
  EXPECT_THAT(texts_of(day.run(10s)), ElementsAre("phone: resolved A"));
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
