#include <gtest/gtest.h>

#include <cmath>

#include "tests/collectors/keys_fixture.h"

namespace clawvigil {
namespace {

using test::has;
using test::kCreated;
using test::kDay;
using test::kExpiry;
using test::kMaxAge;
using test::kPlaintext;
using test::kRotations;
using test::kUnmatched;
using test::value;

using Keys = test::KeysHost;

TEST_F(Keys, AgeIsAtLeastThatOfTheFile) {
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
  EXPECT_TRUE(out.unknowns().empty());

  // Another setting is changed: the file is new, the value is not.
  clock_.advance(std::chrono::hours(24));
  age_ = 0;
  config(R"({ gateway: { auth: { token: 'MARKER-gateway-token' }, port: 18789 } })");
  restart();
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 11 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
}

TEST_F(Keys, AnOlderCopyOfTheConfigurationIsOlderProof) {
  age_ = 200 * kDay;
  write("openclaw.json.bak.1", R"({"gateway":{"auth":{"token":"another-one"}}})");
  age_ = 40 * kDay;
  write("openclaw.json.bak", R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 40 * kDay);
}

TEST_F(Keys, ImpossibleTimesProveNothing) {
  age_ = to_unix_seconds(clock_.now().wall);  // 1970
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 0);
  age_ = -5 * kDay;
  config(R"({"hooks":{"token":"MARKER-hooks-token"}})");
  EXPECT_EQ(age(run(), "hooks/token"), 0);
}

TEST_F(Keys, AChangedValueIsARotationAndAnOldOneThatReturnsIsOld) {
  run();
  clock_.advance(std::chrono::hours(24));
  age_ = 0;
  config(R"({"gateway":{"auth":{"token":"MARKER-second-token"}}})");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 0);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 1);

  clock_.advance(std::chrono::hours(24));
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  restart();
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 12 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 1);
}

TEST_F(Keys, AMovedValueIsNoRotation) {
  run();
  age_ = 0;
  write(".env", "export OPENCLAW_GATEWAY_TOKEN=\"MARKER-gateway-token\"\n");
  config("{}");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "env"}), 1);

  config(R"({"gateway":{"auth":{"token":"${OPENCLAW_GATEWAY_TOKEN}"}}})");
  out = run();
  EXPECT_EQ(age(out, "gateway/token"), 10 * kDay);
  EXPECT_EQ(value(out, kPlaintext, {"claw", "config"}), 0);
  EXPECT_FALSE(has(out, kCreated, {"claw", "env/OPENCLAW_GATEWAY_TOKEN", "env"}));
}

TEST_F(Keys, ACopiedDirectoryKeepsTheAge) {
  run();
  age_ = 0;
  host_.mkdir("/home/claw/.openclaw-work", 0700);
  write_at("/home/claw/.openclaw-work/openclaw.json",
           R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token", "claw/work"), 10 * kDay);
}

TEST_F(Keys, WhatIsGoneDisappearsAndKeepsItsAgeIfItReturns) {
  run();
  const std::string text = R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})";
  config("{}");
  EXPECT_EQ(run().find(kCreated), nullptr);
  clock_.advance(std::chrono::hours(48));
  age_ = 0;
  config(text);
  const auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 12 * kDay);
  EXPECT_EQ(value(out, kRotations, {"claw", "gateway/token"}), 0);
}

TEST_F(Keys, WhatTheOwnerKnows) {
  const auto stated = [this](double days) {
    return std::chrono::floor<std::chrono::days>(clock_.now().wall -
                                                 std::chrono::hours(static_cast<int>(days * 24)));
  };
  settings_.keys.credentials = {{"gateway/token", stated(300), std::chrono::days(400), false},
                                {"hooks/token", stated(1), std::nullopt, true},
                                {"model/typo", std::nullopt, std::nullopt, true}};
  config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}},
    "hooks":{"token":"eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6MTgwMDAwMDAwMH0.c2ln"}})");
  auto out = run();
  EXPECT_EQ(age(out, "gateway/token"), 300 * kDay);
  EXPECT_EQ(value(out, kMaxAge, {"claw", "gateway/token"}), 400 * kDay);
  // The file is older than the date, but only clawvigil's own eyes outweigh the owner.
  EXPECT_EQ(age(out, "hooks/token"), kDay);
  EXPECT_TRUE(std::isinf(value(out, kMaxAge, {"claw", "hooks/token"})));
  EXPECT_EQ(out.find(kExpiry), nullptr);
  EXPECT_EQ(value(out, kUnmatched, {"gateway/token"}), 0);
  EXPECT_EQ(value(out, kUnmatched, {"model/typo"}), 1);

  // Exchanged since: the date was the old one's.
  clock_.advance(std::chrono::hours(72));
  age_ = 0;
  config(R"({"gateway":{"auth":{"token":"MARKER-second-token"}}})");
  EXPECT_EQ(age(run(), "gateway/token"), 0);

  // Nothing is said of settings while not everything can be read.
  config("{");
  EXPECT_EQ(run().find(kUnmatched), nullptr);
}

}  // namespace
}  // namespace clawvigil
