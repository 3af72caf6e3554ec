#include "collectors/channels.h"

#include <gtest/gtest.h>

#include "tests/support/collector_case.h"

namespace clawvigil {
namespace {

using test::check_all_cases;
using test::render_case;
using test::run_case;

TEST(Channels, Cases) { check_all_cases("channels", make_channels_collector); }

TEST(Channels, PhoneNumbersOfAccountsAndSendersAreNeverExported) {
  const auto root = host::Root::open("/");
  const test::CaseHome home("channels/accounts-2026.3.13");
  const auto collector = make_channels_collector();
  const std::string text = render_case(run_case(*collector, {home.home(*root)}));
  EXPECT_EQ(text.find("15551234567"), std::string::npos) << text;
}

TEST(Channels, NoHomesIsAnEmptyBatch) {
  const auto collector = make_channels_collector();
  EXPECT_TRUE(run_case(*collector, {})->families().empty());
}

}  // namespace
}  // namespace clawvigil
