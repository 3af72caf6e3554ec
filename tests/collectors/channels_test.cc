#include "collectors/channels.h"

#include <gtest/gtest.h>

#include "tests/collectors/openclaw_case.h"

namespace clawvigil {
namespace {

TEST(Channels, Cases) { check_all_cases("channels", make_channels_collector); }

TEST(Channels, PhoneNumbersOfAccountsAndSendersAreNeverExported) {
  const auto root = host::Root::open("/");
  const TemporaryHome home(CLAWVIGIL_SOURCE_DIR
                           "/tests/collectors/channels/accounts-2026.3.13/home");
  const auto collector = make_channels_collector();
  const std::string text = render_case(run_collector(*collector, {home.home(*root)}));
  EXPECT_EQ(text.find("15551234567"), std::string::npos) << text;
}

TEST(Channels, NoHomesIsAnEmptyBatch) {
  const auto collector = make_channels_collector();
  EXPECT_TRUE(run_collector(*collector, {})->families().empty());
}

}  // namespace
}  // namespace clawvigil
