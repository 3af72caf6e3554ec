#include "exporter/collect/schedule.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kStart{std::chrono::hours(1)};

TEST(Schedule, RunsKeepTheirPaceHoweverLongTheyTake) {
  EXPECT_EQ(next_run(kStart, seconds(1), kStart + milliseconds(300)), kStart + seconds(1));
}

TEST(Schedule, ASlowRunSkipsWhatItMissed) {
  EXPECT_EQ(next_run(kStart, seconds(1), kStart + milliseconds(3500)), kStart + seconds(4));
  EXPECT_EQ(next_run(kStart, seconds(1), kStart + seconds(3)), kStart + seconds(4));
}

TEST(Schedule, ASuspendedMachineDoesNotCatchUp) {
  EXPECT_EQ(next_run(kStart, seconds(10), kStart + std::chrono::hours(8)),
            kStart + std::chrono::hours(8) + seconds(10));
}

}  // namespace
}  // namespace clawvigil
