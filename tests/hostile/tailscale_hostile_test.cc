// A tailscaled that is not one, and documents no Go program writes.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "collectors/parse/tailscale.h"
#include "collectors/tailscale.h"
#include "tests/support/build_paths.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/http_server.h"

namespace clawvigil {
namespace {

std::string sample(const std::string& name) {
  std::ifstream file(std::string(CLAWVIGIL_SOURCE_DIR) + "/tests/fuzz/corpus/tailscale/" + name);
  std::string text(std::istreambuf_iterator<char>(file), {});
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

TEST(TailscaleHostile, WhatIsCutShortIsRefused) {
  const std::string status = sample("status");
  ASSERT_TRUE(parse::parse_tailscale_status(status));
  const std::string serve = sample("serve");
  ASSERT_TRUE(parse::parse_tailscale_serve(serve));
  for (std::size_t size = 0; size < status.size(); ++size) {
    ASSERT_FALSE(parse::parse_tailscale_status(status.substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < serve.size(); ++size) {
    ASSERT_FALSE(parse::parse_tailscale_serve(serve.substr(0, size))) << size;
  }
}

TEST(TailscaleHostile, DeepAndWrongTypesAreRefusedOrLeftOut) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(parse::parse_tailscale_serve(R"({"TCP":)" + deep).error().code, Errc::parse);
  std::string nested;
  for (int i = 0; i < 10'000; ++i) nested += R"({"Foreground":{"x":)";
  EXPECT_EQ(parse::parse_tailscale_serve(nested).error().code, Errc::parse);
  for (
      const char* const odd :
      {R"({"TCP":[]})", R"({"TCP":{"443":null},"Web":7,"AllowFunnel":"all"})",
       R"({"TCP":{"443":{"HTTPS":"yes"}}})", R"({"Foreground":[{"TCP":{}}],"Services":1})",
       R"({"TCP":{"443":{"HTTPS":true}},"Web":{"a:443":{"Handlers":[]}},"AllowFunnel":{"a:443":1}})"}) {
    const auto served = parse::parse_tailscale_serve(odd);
    ASSERT_TRUE(served) << odd;
    EXPECT_TRUE(served->empty()) << odd;
  }
}

class FalseTailscaled : public testing::Test {
 protected:
  Batch run(const test::HttpAnswer& answer) {
    host_.mkdir("/run/tailscale");
    const test::HttpServer server([&](const test::HttpExchange&) { return answer; },
                                  host_.real("/run/tailscale/tailscaled.sock"));
    harness_.use_root(host_.real("/"));
    return harness_.run(*make_tailscale_collector());
  }
  static void expect_unknown(const Batch& batch, Errc reason) {
    EXPECT_FALSE(test::has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
    ASSERT_EQ(batch.unknowns().size(), 1U);
    EXPECT_EQ(batch.unknowns()[0].reason, reason) << batch.unknowns()[0].detail;
  }
  test::HostFixture host_;
  test::CollectorHarness harness_;
};

TEST_F(FalseTailscaled, WhoSpeaksNoHttpIsUnknown) {
  expect_unknown(run({"SSH-2.0-x\r\n\r\n"}), Errc::io);
}
TEST_F(FalseTailscaled, WhoHangsUpIsUnknown) { expect_unknown(run({""}), Errc::io); }
TEST_F(FalseTailscaled, WhoAnswersAnErrorIsUnknown) {
  expect_unknown(run(test::http_answer(500, "no")), Errc::unsupported);
}
TEST_F(FalseTailscaled, WhoNeverEndsIsUnknownAfterTwoSeconds) {
  const auto start = std::chrono::steady_clock::now();
  expect_unknown(run({"HTTP/1.1 200 OK\r\n", true}), Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
}

}  // namespace
}  // namespace clawvigil
