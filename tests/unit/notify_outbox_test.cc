#include "alerts/notify/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/notify/dispatcher_state.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using test::kNoon;

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { EXPECT_TRUE(outbox_.load(store_)); }

  static Notification news(const std::string& alert, SystemTime at = kNoon) {
    Notification notification;
    notification.time = at;
    notification.host = "vps1";
    notification.events.push_back({.alert = test::make_alert(alert), .at = at});
    return notification;
  }
  void stage(const Notification& notification) {
    ASSERT_TRUE(outbox_.stage(store_, "phone", notification));
    outbox_.publish(true);
  }
  // The alerts of all waiting messages, as this process or the next one sees them.
  std::vector<std::string> waiting(Outbox& box) const {
    std::vector<std::string> names;
    for (const Message& message : box.waiting("phone")) {
      for (const Event& event : message.notification.events) names.emplace_back(event.alert.name());
    }
    return names;
  }
  std::vector<std::string> after_restart() {
    Outbox next;
    EXPECT_TRUE(next.load(store_));
    return waiting(next);
  }

  store::Store store_ = store::Store::in_memory();
  Outbox outbox_;
};

TEST_F(OutboxTest, WhatIsCommittedSurvivesAndWhatIsDeliveredDoesNotReturn) {
  stage(news("A"));
  stage(news("B"));
  EXPECT_THAT(after_restart(), testing::ElementsAre("A", "B"));
  const auto message = outbox_.take("phone");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->notification.events[0].alert.name(), "A");
  outbox_.remove(*message, true, kNoon);
  EXPECT_THAT(after_restart(), testing::ElementsAre("A", "B")) << "delivered, not yet written";
  ASSERT_TRUE(outbox_.save(store_));
  EXPECT_THAT(after_restart(), testing::ElementsAre("B"));
  EXPECT_EQ(outbox_.counts().at("phone").delivered, 1U);
}

TEST_F(OutboxTest, WithoutADiskMessagesWaitInMemoryAndAreWrittenLater) {
  {
    auto transaction = store_.begin();
    ASSERT_TRUE(outbox_.stage(store_, "phone", news("A")));
  }
  outbox_.publish(false);
  EXPECT_THAT(waiting(outbox_), testing::ElementsAre("A"));
  EXPECT_THAT(after_restart(), testing::IsEmpty());
  ASSERT_TRUE(outbox_.save(store_));
  EXPECT_THAT(after_restart(), testing::ElementsAre("A"));
}

// The database was busy at the start, and is new or of a version without some table.
TEST_F(OutboxTest, WhatCouldNotBeReadAtTheStartIsWrittenAllTheSame) {
  store::Store fresh = store::Store::in_memory();
  Outbox unread;
  EXPECT_FALSE(unread.stage(fresh, "phone", news("A")));
  unread.publish(false);
  unread.count_failure("phone", {.since = kNoon, .next_try = kNoon + 5s, .reason = "no answer"});
  ASSERT_TRUE(unread.save(fresh));
  Outbox next;
  ASSERT_TRUE(next.load(fresh));
  EXPECT_THAT(waiting(next), testing::ElementsAre("A"));
  EXPECT_EQ(next.counts().at("phone").failing->reason, "no answer");
  DispatcherState state;
  state.paces["phone"].dirty = true;
  EXPECT_TRUE(state.save(fresh));
}

TEST_F(OutboxTest, TooManyWaitingMessagesBecomeFewerWithTheSameNews) {
  std::vector<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    stage(news("A" + std::to_string(i)));
    expected.push_back("A" + std::to_string(i));
  }
  EXPECT_LE(outbox_.waiting("phone").size(), kMaxWaiting + 1);
  EXPECT_THAT(waiting(outbox_), testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(after_restart(), testing::UnorderedElementsAreArray(expected));
}

TEST_F(OutboxTest, WhatIsUnderWayIsNotMerged) {
  stage(news("A"));
  const auto message = outbox_.take("phone");
  for (int i = 0; i < 20; ++i) stage(news("B" + std::to_string(i)));
  outbox_.remove(*message, true, kNoon);
  ASSERT_TRUE(outbox_.save(store_));
  EXPECT_EQ(waiting(outbox_).size(), 20U);
  EXPECT_EQ(after_restart().size(), 20U);
}

TEST_F(OutboxTest, AMessageThatAlwaysFailsKeepsNoOtherWaiting) {
  stage(news("Poison"));
  auto poison = outbox_.take("phone");
  ++poison->attempts;
  poison->in_flight = false;
  outbox_.put_back(*poison);
  stage(news("B"));
  EXPECT_EQ(outbox_.take("phone")->notification.events[0].alert.name(), "B");
}

TEST_F(OutboxTest, OldNewsIsGivenUpAndCounted) {
  stage(news("Old", kNoon - kMessageExpiry + 1min));
  stage(news("New", kNoon));
  outbox_.expire(kNoon);
  EXPECT_EQ(waiting(outbox_).size(), 2U);
  outbox_.expire(kNoon + 2min);
  EXPECT_THAT(waiting(outbox_), testing::ElementsAre("New"));
  EXPECT_EQ(outbox_.counts().at("phone").given_up, 1U);
}

TEST_F(OutboxTest, ADigestTakesThePlaceOfOneThatWaits) {
  Notification digest = news("Note");
  digest.kind = Notification::Kind::digest;
  digest.given_up = 1;
  stage(digest);
  digest.given_up = 2;
  stage(digest);
  ASSERT_EQ(outbox_.waiting("phone").size(), 1U);
  EXPECT_EQ(outbox_.waiting("phone")[0].notification.given_up, 3U);
  EXPECT_EQ(after_restart().size(), 1U);
}

TEST_F(OutboxTest, ADamagedRowCostsOnlyItself) {
  stage(news("A"));
  stage(news("B"));
  ASSERT_TRUE(store_.execute(
      "UPDATE outbox SET notification = 'x' WHERE notification LIKE '%A happened%'"));
  EXPECT_THAT(after_restart(), testing::ElementsAre("B"));
}

}  // namespace
}  // namespace clawvigil::notify
