#include "alerts/notify/silences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/store/acceptances.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using test::kNoon;
using testing::HasSubstr;

Silence of(const std::string& matcher, Duration lasts = 1h) {
  Silence silence;
  silence.matchers = {*parse_matcher(matcher)};
  silence.expires = kNoon + lasts;
  silence.comment = "why";
  return silence;
}

TEST(Matcher, IsReadInEveryForm) {
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {{"alertname=GatewayDown", "alertname=\"GatewayDown\""},
               {"severity=~warning|info", "severity=~\"warning|info\""},
               {" unit != \"ssh.service\" ", "unit!=\"ssh.service\""},
               {"a!~\"x\\\"y\"", "a!~\"x\\\"y\""},
               {"a=", "a=\"\""},
               {"a==b", "a=\"=b\""}};
  for (const auto& each : cases) {
    const auto matcher = parse_matcher(each.text);
    ASSERT_TRUE(matcher) << each.text;
    EXPECT_EQ(to_string(*matcher), each.expected);
    EXPECT_EQ(to_string(*parse_matcher(to_string(*matcher))), each.expected);
  }
}

TEST(Matcher, ErrorsSayWhatWasExpected) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {{"GatewayDown", "expected a matcher such as alertname=GatewayDown"},
               {"", "expected a matcher"},
               {"=x", "not the name of a label"},
               {"a b=x", "not the name of a label"},
               {"a!x", "expected one of = != =~ !~"},
               {"a=\"x", "closing quote is missing"},
               {"a=\"x\"y", "text after the closing quote"},
               {"a=~(", "missing )"}};
  for (const auto& each : cases) {
    const auto matcher = parse_matcher(each.text);
    ASSERT_FALSE(matcher) << each.text;
    EXPECT_THAT(matcher.error().message, HasSubstr(each.message)) << each.text;
  }
}

TEST(Silences, AreKeptMatchedAndEnded) {
  auto store = store::Store::in_memory();
  Silences silences;
  ASSERT_TRUE(silences.refresh(store));
  const auto id = add_silence(store, of("alertname=A"), kNoon);
  ASSERT_TRUE(id);
  ASSERT_TRUE(silences.refresh(store));
  const Alert a = test::make_alert("A");
  ASSERT_NE(silences.match(a.labels, kNoon), nullptr);
  EXPECT_EQ(silences.match(a.labels, kNoon)->comment, "why");
  EXPECT_EQ(silences.match(a.labels, kNoon + 1h), nullptr) << "over";
  EXPECT_EQ(silences.match(test::make_alert("B").labels, kNoon), nullptr);
  ASSERT_TRUE(expire_silence(store, *id, kNoon + 1min));
  ASSERT_TRUE(silences.refresh(store));
  EXPECT_EQ(silences.match(a.labels, kNoon + 2min), nullptr);
  EXPECT_EQ(expire_silence(store, *id, kNoon + 2min).error().code, Errc::not_found);
  EXPECT_EQ(expire_silence(store, 99, kNoon).error().code, Errc::not_found);
  EXPECT_EQ(list_silences(store)->size(), 1U);
  ASSERT_TRUE(prune_silences(store, kNoon + 48h, 24h));
  EXPECT_EQ(list_silences(store)->size(), 0U);
}

TEST(Silences, AnAcceptedFindingMayLastForEver) {
  auto store = store::Store::in_memory();
  Silence accepted = of("alertname=A");
  accepted.kind = SilenceKind::accepted;
  accepted.expires.reset();
  ASSERT_TRUE(add_silence(store, accepted, kNoon));
  ASSERT_TRUE(add_silence(store, of("alertname=A"), kNoon));
  Silences silences;
  ASSERT_TRUE(silences.refresh(store));
  const Silence* const found = silences.match(test::make_alert("A").labels, kNoon + 10000h);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->kind, SilenceKind::accepted);
  EXPECT_EQ(silences.match(test::make_alert("A").labels, kNoon)->kind, SilenceKind::accepted);
}

TEST(Silences, OneThatWouldHideEverythingIsRefused) {
  auto store = store::Store::in_memory();
  for (const char* matcher : {"alertname=~.*", "x!=y", "x="}) {
    EXPECT_FALSE(add_silence(store, of(matcher), kNoon)) << matcher;
  }
  Silence endless = of("alertname=A");
  endless.expires.reset();
  EXPECT_FALSE(add_silence(store, endless, kNoon));
  EXPECT_FALSE(add_silence(store, of("alertname=A", -1s), kNoon));
  Silence none = of("alertname=A");
  none.matchers.clear();
  EXPECT_FALSE(add_silence(store, none, kNoon));
}

TEST(Acceptances, OfListeners) {
  auto store = store::Store::in_memory();
  EXPECT_EQ(store::accepted_listeners(store, kNoon)->size(), 0U);
  ASSERT_TRUE(store::accept_listener(store, {"tcp", 22, "ssh", std::nullopt}, kNoon));
  ASSERT_TRUE(store::accept_listener(store, {"tcp", 8080, "trial", kNoon + 1h}, kNoon));
  ASSERT_TRUE(store::accept_listener(store, {"tcp", 22, "again", std::nullopt}, kNoon));
  const auto now = store::accepted_listeners(store, kNoon);
  ASSERT_EQ(now->size(), 2U);
  EXPECT_EQ(now->at(0).comment, "again");
  EXPECT_EQ(store::accepted_listeners(store, kNoon + 1h)->size(), 1U);
  EXPECT_FALSE(store::accept_listener(store, {"sctp", 22, "", std::nullopt}, kNoon));
  EXPECT_FALSE(store::accept_listener(store, {"udp", 0, "", std::nullopt}, kNoon));
  EXPECT_FALSE(store::accept_listener(store, {"udp", 5, "", kNoon}, kNoon));
  EXPECT_TRUE(*store::withdraw_listener(store, "tcp", 22));
  EXPECT_FALSE(*store::withdraw_listener(store, "tcp", 22));
  ASSERT_TRUE(store::prune_accepted_listeners(store, kNoon + 48h, 24h));
  EXPECT_EQ(store::accepted_listeners(store, kNoon)->size(), 0U);
}

}  // namespace
}  // namespace clawvigil::notify
