#include "collectors/usage/loop_watch.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace clawvigil::usage {
namespace {

using parse::Trigger;

constexpr std::int64_t kBegin = 1'795'300'000'000;
constexpr std::int64_t kStep = 20'000;

// Steps of one session, taken by one watch and by one that is stored after every step, as it is
// when each step is read in a run of its own.
class Watches {
 public:
  void prompt(Trigger origin, std::uint64_t text, std::int64_t pause = kStep) {
    step(pause, [&](LoopWatch& watch) { watch.prompt(origin, text, time_ms_); });
  }
  void call(std::uint64_t calls) {
    step(kStep, [&](LoopWatch& watch) { watch.call(calls, time_ms_, false, 0.5, 100); });
    last_call_ms_ = time_ms_;
  }
  // Of both; they must agree.
  [[nodiscard]] const Chain& chain() const {
    EXPECT_EQ(stored_.chain().calls, whole_.chain().calls);
    EXPECT_EQ(stored_.chain().repeats, whole_.chain().repeats);
    EXPECT_EQ(stored_.chain().since_ms, whole_.chain().since_ms);
    return whole_.chain();
  }

 private:
  void step(std::int64_t pause, const std::function<void(LoopWatch&)>& take) {
    time_ms_ += pause;
    take(whole_);
    stored_ = LoopWatch::restore(stored_.chain(), last_call_ms_, stored_.recent());
    take(stored_);
  }

  std::int64_t time_ms_ = kBegin;
  std::int64_t last_call_ms_ = 0;
  LoopWatch whole_;
  LoopWatch stored_;
};

TEST(LoopWatch, CountsWhatComesAgainStepByStep) {
  Watches watches;
  watches.prompt(Trigger::user, 1);
  for (int round = 0; round < 30; ++round) {
    watches.call(70);
    watches.call(71);
  }
  EXPECT_EQ(watches.chain().repeats, 30);
  EXPECT_EQ(watches.chain().calls, 60);
  EXPECT_EQ(watches.chain().since_ms, kBegin + 2 * kStep);
}

TEST(LoopWatch, NewStepsDriveOutTheOldestOnly) {
  Watches watches;
  watches.prompt(Trigger::user, 1);
  for (std::uint64_t step = 0; step < 20; ++step) {
    watches.call(70);
    watches.call(1'000 + step);
  }
  EXPECT_EQ(watches.chain().repeats, 20);
}

TEST(LoopWatch, TheSamePromptAtOnceGoesOnAndAnotherEndsTheChain) {
  Watches watches;
  for (int i = 0; i < 12; ++i) {
    watches.prompt(Trigger::user, 5);
    watches.call(0);
  }
  EXPECT_EQ(watches.chain().repeats, 12);
  EXPECT_EQ(watches.chain().calls, 12);
  watches.prompt(Trigger::user, 6);
  watches.call(0);
  EXPECT_EQ(watches.chain().repeats, 1);
  EXPECT_EQ(watches.chain().calls, 1);
}

TEST(LoopWatch, APauseEndsTheChainOfAJobToo) {
  constexpr std::int64_t kHour = 3'600'000;
  Watches watches;
  for (int i = 0; i < 4; ++i) {
    watches.prompt(Trigger::cron, 5, kHour);
    watches.call(70);
    EXPECT_EQ(watches.chain().calls, 1);
    EXPECT_EQ(watches.chain().repeats, 1);
  }
  watches.prompt(Trigger::cron, 5);
  watches.call(70);
  EXPECT_EQ(watches.chain().calls, 2);
  EXPECT_EQ(watches.chain().repeats, 2);
}

TEST(LoopWatch, WhatWasStoredOtherwiseIsTakenForNothing) {
  for (const std::size_t size : {0U, 1U, 7U, 12U, 24U, 33U}) {
    LoopWatch watch = LoopWatch::restore({.calls = 3}, kBegin, std::string(size, '\1'));
    watch.call(70, kBegin, false, 0, 0);
    EXPECT_EQ(watch.chain().calls, 4);
    EXPECT_EQ(watch.chain().repeats, 1) << size;
  }
  // More than it keeps.
  const LoopWatch watch = LoopWatch::restore({}, kBegin, std::string(8 + 12 * 100, '\1'));
  EXPECT_EQ(watch.recent().size(), 8U + 12 * 8);
}

}  // namespace
}  // namespace clawvigil::usage
