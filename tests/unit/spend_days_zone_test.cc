// The days of the page's chart where they do not begin with an hour of UTC, from the ledger itself.
#include "exporter/cli/spend_days.h"

#include "tests/collectors/spend_fixture.h"

namespace clawvigil::cli {
namespace {

class SpendDaysOfZones : public test::SpendFixture {
 protected:
  void spend(double usd) { book({{.time_ms = now_ms(), .usd = usd, .asked = false}}); }
  [[nodiscard]] std::vector<web::SpendDay> look(const std::string& zone) {
    std::vector<web::SpendDay> days;
    harness_.with_context([&](const Context& context) {
      auto found = days_.of(context.store, zone, harness_.clock.now());
      ASSERT_TRUE(found) << found.error().message;
      days = *std::move(found);
    });
    return days;
  }

  SpendDays days_;
};

TEST_F(SpendDaysOfZones, ADayThatBeginsWithinAnHourOfUtcIsNoPartOfTheOneBefore) {
  using std::chrono::hours;
  using std::chrono::minutes;
  EXPECT_TRUE(look("Asia/Kolkata").empty());
  spend(2);
  harness_.clock.advance(hours(18) + minutes(20));  // 23:50 there
  spend(3);
  const auto before = look("Asia/Kolkata");
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before.back().day, 22);
  EXPECT_DOUBLE_EQ(before.back().usd, 5);
  harness_.clock.advance(minutes(15));
  spend(1);
  const auto after = look("Asia/Kolkata");
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after.front().day, 22);
  EXPECT_DOUBLE_EQ(after.front().usd, 5);
  EXPECT_EQ(after.back().day, 23);
  EXPECT_DOUBLE_EQ(after.back().usd, 1);
  harness_.clock.advance(minutes(1));
  spend(4);
  EXPECT_DOUBLE_EQ(look("Asia/Kolkata").back().usd, 5);
  // Another calendar shows at once.
  const auto in_utc = look("Etc/UTC");
  ASSERT_EQ(in_utc.size(), 1U);
  EXPECT_DOUBLE_EQ(in_utc.back().usd, 10);
}

}  // namespace
}  // namespace clawvigil::cli
