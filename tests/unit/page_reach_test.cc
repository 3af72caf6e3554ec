#include <gtest/gtest.h>

#include "collectors/egress.h"
#include "collectors/egress_families.h"
#include "collectors/tailscale.h"
#include "collectors/tailscale_families.h"
#include "exporter/web/page.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::web {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class ReachPage : public testing::Test {
 protected:
  std::string page() {
    const Instant now = clock_.now();
    hub_.publish_success(kTailscaleInfo, std::make_shared<Batch>(tailscale_), now, {});
    hub_.publish_success(kEgressInfo, std::make_shared<Batch>(egress_), now, {});
    const auto snapshot = hub_.snapshot(now);
    const View view(*snapshot, "");
    Html html;
    page::reach(html, view);
    return html.take();
  }

  test::ManualClock clock_;
  Hub hub_{{&kTailscaleInfo, &kEgressInfo}};
  Batch tailscale_;
  Batch egress_;
};

TEST_F(ReachPage, SaysNothingWhereThereIsNothing) { EXPECT_EQ(page(), ""); }

TEST_F(ReachPage, ShowsWaysInAndOut) {
  using namespace tailscale_families;
  tailscale_.set(kUp, 1);
  tailscale_.set(kFunnel, 1, "gateway");
  tailscale_.set(kFunnel, 0, "other");
  tailscale_.set(kServe, 0, "gateway");
  tailscale_.set(kServe, 0, "other");
  using namespace egress_families;
  egress_.set(kPolicy, 1, "claw", "local_only");
  egress_.set(kAttribution, 1, "claw", "user");
  for (const char* const scope : {"loopback", "tailnet", "private", "public"}) {
    egress_.set(kConnections, 3, "claw", scope);
  }
  egress_.set(kUnusualPorts, 1, "claw", "public", "tcp", "6697");
  egress_.set(kNew, 2, "claw", "public", "unusual");
  egress_.set(kLearning, to_unix_seconds(clock_.now().wall) + 86'400, "claw");
  const std::string learning = page();
  for (const char* const part : {"The gateway", "Never", "all of its user", "local models only",
                                 "tcp 6697 (public)", "Learning until 2026-11-23"}) {
    EXPECT_TRUE(contains(learning, part)) << part << "\n" << learning;
  }
  egress_.set(kLearning, to_unix_seconds(clock_.now().wall) - 86'400, "claw");
  EXPECT_FALSE(contains(page(), "Learning until"));
}

TEST_F(ReachPage, WhatCannotBeSeenIsUnknownWithItsReason) {
  egress_.set(egress_families::kPolicy, 1, "claw", "open");
  egress_.unknown({Errc::unsupported, "claw: in a container"},
                  names_of(egress_families::kFromSockets));
  tailscale_.set(tailscale_families::kUp, 1);
  tailscale_.unknown({Errc::denied, "tailscaled answers 403"},
                     names_of(tailscale_families::kFromDaemon));
  const std::string text = page();
  EXPECT_TRUE(contains(text, "claw: in a container"));
  EXPECT_TRUE(contains(text, "tailscaled answers 403"));
  EXPECT_FALSE(contains(text, "Nothing</"));
  EXPECT_FALSE(contains(text, "Never"));
}

}  // namespace
}  // namespace clawvigil::web
