// The collector spend over a ledger that a test fills.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collectors/spend.h"
#include "collectors/usage/ledger.h"
#include "tests/support/collector_harness.h"

namespace clawvigil::test {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;

// A home whose calls a ledger was told of.
class SpendFixture : public testing::Test {
 protected:
  SpendFixture() {
    harness_.add_home("claw");
    harness_.config.owner.time_zone = "Etc/UTC";
  }

  [[nodiscard]] std::int64_t now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               harness_.clock.now().wall.time_since_epoch())
        .count();
  }

  struct Call {
    std::int64_t time_ms;
    double usd;
    usage::Trigger trigger = usage::Trigger::user;
    std::string agent = "main";
    bool asked = true;  // somebody wrote before it
    bool failed = false;
    std::uint64_t tools = 0;
    std::uint64_t session = 1;
    std::string model = "fake-large";
    parse::TokenCounts tokens = {.input = 1'000, .output = 100};
    std::string_view channel = "telegram";  // static
  };

  void book(const std::vector<Call>& calls, bool complete = true) {
    harness_.with_context([&](const Context& context) {
      auto ledger = usage::Ledger::open(context.store);
      ASSERT_TRUE(ledger) << ledger.error().message;
      std::uint64_t open = 0;
      std::string agent;
      for (const Call& call : calls) {
        if (call.session != open || call.agent != agent) {
          ASSERT_TRUE(ledger->begin_source({.id = static_cast<std::int64_t>(call.session),
                                            .session = call.session,
                                            .home = "claw",
                                            .agent = call.agent,
                                            .starts_anew = false,
                                            .session_id = "s",
                                            .trigger = call.trigger,
                                            .channel = "telegram"}));
          open = call.session;
          agent = call.agent;
        }
        if (call.asked) {
          ledger->prompt({.key = ++key_,
                          .time_ms = call.time_ms - 1'000,
                          .origin = call.trigger,
                          .text = key_},
                         context.now.wall);
        }
        ledger->book({.key = ++key_,
                      .time_ms = call.time_ms,
                      .provider = "fakeai",
                      .model = call.model,
                      .tokens = call.tokens,
                      .cost_usd = call.usd,
                      .failed = call.failed,
                      .calls = call.tools},
                     {}, {call.trigger, call.channel}, context.now.wall);
      }
      ASSERT_TRUE(ledger->commit(context.now.wall));
      if (complete) {
        ASSERT_TRUE(ledger->set_history_complete());
      }
    });
  }

  // Weeks in which a person spends some 0.80 USD between eight and twenty o'clock.
  void book_usual_weeks(int days) {
    std::vector<Call> calls;
    for (int day = days; day >= 1; --day) {
      for (int hour = 8; hour < 20; ++hour) {
        const std::int64_t begin = now_ms() / kDayMs * kDayMs - day * kDayMs + hour * kHourMs;
        for (int call = 0; call < 4; ++call) {
          calls.push_back({.time_ms = begin + call * 15 * kMinuteMs + (day % 5) * kMinuteMs,
                           .usd = 0.18 + 0.01 * ((day + hour + call) % 5)});
        }
      }
    }
    book(calls);
  }

  Batch run() { return harness_.run(*collector_); }

  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_spend_collector();
  std::uint64_t key_ = 0;
};

}  // namespace clawvigil::test
