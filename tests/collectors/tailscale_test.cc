#include "collectors/tailscale.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "collectors/parse/tailscale.h"
#include "tests/support/build_paths.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/http_server.h"
#include "tests/support/net_namespace.h"

namespace clawvigil {
namespace {

using parse::TailscaleServed;
using test::has;
using test::value;

std::string sample(const std::string& name) {
  std::ifstream file(std::string(CLAWVIGIL_SOURCE_DIR) + "/tests/fuzz/corpus/tailscale/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(TailscaleStatus, SaysWhetherAndUntilWhen) {
  const auto status = parse::parse_tailscale_status(sample("status")).value();
  EXPECT_TRUE(status.running);
  EXPECT_FALSE(status.expired);
  EXPECT_EQ(status.key_expiry, SystemTime(std::chrono::sys_days(std::chrono::year(2027) / 3 / 1)) +
                                   std::chrono::hours(9) + std::chrono::minutes(20) +
                                   std::chrono::seconds(11));
  const auto logged_out = parse::parse_tailscale_status(sample("needs_login")).value();
  EXPECT_FALSE(logged_out.running);
  EXPECT_FALSE(logged_out.key_expiry);
  for (const std::string bad : {"", "[]", "null", "{", R"({"Version":"1"})", "\xFF"}) {
    EXPECT_EQ(parse::parse_tailscale_status(bad).error().code, Errc::parse) << bad;
  }
}

TEST(TailscaleServe, SaysWhereEachWayLeads) {
  const auto served = parse::parse_tailscale_serve(sample("serve")).value();
  const std::vector<TailscaleServed> expected = {{10'000, 22, false},
                                                 {443, 18'789, true},
                                                 {8'443, std::nullopt, false},
                                                 {8'443, std::nullopt, false}};
  EXPECT_EQ(served, expected);
  EXPECT_TRUE(parse::parse_tailscale_serve("null").value().empty());
  EXPECT_TRUE(parse::parse_tailscale_serve("{}").value().empty());
}

TEST(TailscaleServe, LooksIntoTerminalsAndServices) {
  const auto served = parse::parse_tailscale_serve(sample("foreground")).value();
  EXPECT_EQ(served, (std::vector<TailscaleServed>{{443, 3'000, true}, {80, 18'789, false}}));
}

TEST(TailscaleServe, AFunnelOfATcpPortCountsUnderAnyName) {
  const auto served = parse::parse_tailscale_serve(
      R"({"TCP":{"443":{"TCPForward":"localhost:18789"}},"AllowFunnel":{"a.b.ts.net:443":true}})");
  EXPECT_EQ(served.value(), (std::vector<TailscaleServed>{{443, 18'789, true}}));
  // Allowed on a port that serves nothing: nobody gets anywhere.
  EXPECT_TRUE(parse::parse_tailscale_serve(R"({"AllowFunnel":{"a:443":true}})").value().empty());
}

TEST(TailscaleServe, RefusesWhatIsNoSuchDocument) {
  for (const std::string bad : {"", "[]", "1", "{", R"({"TCP":)"}) {
    EXPECT_EQ(parse::parse_tailscale_serve(bad).error().code, Errc::parse) << bad;
  }
  std::string many = R"({"TCP":{)";
  for (int port = 1; port <= 1'001; ++port) {
    many += (port > 1 ? ",\"" : "\"") + std::to_string(port) + R"(":{"TCPForward":"a:1"})";
  }
  EXPECT_EQ(parse::parse_tailscale_serve(many + "}}").error().code, Errc::too_large);
  const std::string odd =
      R"({"TCP":{"0":{"HTTP":true},"x":{"HTTP":true},"70000":{"HTTP":true},"80":7,
          "81":{"HTTP":true}},"Web":{"a:81":{"Handlers":{"/":{"Proxy":"http://[::1]:0"}}}}})";
  EXPECT_EQ(parse::parse_tailscale_serve(odd).value(),
            (std::vector<TailscaleServed>{{81, std::nullopt, false}}));
}

class TailscaleCollectorTest : public testing::Test {
 protected:
  void write_config(const std::string& text) {
    harness_.add_home();
    std::ofstream(harness_.home_path() / "openclaw.json") << text;
  }

  // tailscaled, answering `status` and `serve`; with status codes other than 200 nothing.
  std::unique_ptr<test::HttpServer> tailscaled(std::string status, std::string serve,
                                               int code = 200) {
    host_.mkdir("/run/tailscale");
    return std::make_unique<test::HttpServer>(
        [=](const test::HttpExchange& exchange) {
          const auto host = exchange.headers.find("host");
          const bool meant = host != exchange.headers.end() &&
                             host->second == "local-tailscaled.sock" && exchange.method == "GET";
          if (!meant) return test::http_answer(403, "invalid localapi request");
          if (code != 200) return test::http_answer(code, "no");
          if (exchange.path == "/localapi/v0/status?peers=false") {
            return test::http_answer(200, status);
          }
          if (exchange.path == "/localapi/v0/serve-config") return test::http_answer(200, serve);
          return test::http_answer(404);
        },
        host_.real("/run/tailscale/tailscaled.sock"));
  }

  Batch run() {
    harness_.use_root(host_.real("/"));
    return harness_.run(*collector_);
  }

  test::HostFixture host_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_tailscale_collector();
};

TEST_F(TailscaleCollectorTest, AHostWithoutTailscaleHasNothingToSay) {
  REQUIRE_NAMESPACE([&] {
    write_config("{}");
    const Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_gateway_tailscale_mode_info", {"claw", "off"}), 1);
    EXPECT_EQ(batch.families().size(), 1U);
    EXPECT_TRUE(batch.unknowns().empty());
  });
}

TEST_F(TailscaleCollectorTest, AGatewayThatNeedsItsTailnetHasNone) {
  REQUIRE_NAMESPACE([&] {
    write_config(R"({"gateway":{"tailscale":{"mode":"serve"}}})");
    const Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_gateway_tailscale_mode_info", {"claw", "serve"}), 1);
    EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 0);
    EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}), 0);
    EXPECT_TRUE(batch.unknowns().empty());
  });
}

TEST_F(TailscaleCollectorTest, AsksTailscaledWhereItsFunnelLeads) {
  write_config(R"({"gateway":{"port":18789}})");
  const auto server = tailscaled(sample("status"), sample("serve"));
  const Batch batch = run();
  EXPECT_TRUE(batch.unknowns().empty());
  EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 1);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_serve_enabled", {"gateway"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_serve_enabled", {"other"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"other"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_key_expiry_timestamp_seconds"), 1803892811);
  test::expect_declared(*collector_, batch);
}

TEST_F(TailscaleCollectorTest, AnotherPortIsNotTheGateway) {
  write_config(R"({"gateway":{"port":20000}})");
  const auto server = tailscaled(sample("needs_login"), sample("serve"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 0);
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_key_expiry_timestamp_seconds"));
  EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"other"}), 1);
}

TEST_F(TailscaleCollectorTest, AnExpiredKeyIsNotUp) {
  const auto server = tailscaled(R"({"BackendState":"Running","Self":{"Expired":true}})", "null");
  EXPECT_EQ(value(run(), "clawvigil_tailscale_up"), 0);
}

// What cannot be understood is unknown, never off.
TEST_F(TailscaleCollectorTest, NonsenseIsUnknown) {
  const auto server = tailscaled("{}", "null");
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_up"));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::parse);
}

TEST_F(TailscaleCollectorTest, ARefusalIsUnknown) {
  const auto server = tailscaled("", "", 403);
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::denied);
}

TEST_F(TailscaleCollectorTest, AnAnswerWithoutEndIsUnknown) {
  const auto server = tailscaled(sample("status") + std::string(65'536, ' '), "null");
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::too_large);
}

TEST_F(TailscaleCollectorTest, OnlyWhatIsServedCanBeUnknown) {
  const auto server = tailscaled(sample("status"), "[1]");
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 1);
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].families.size(), 2U);
}

TEST_F(TailscaleCollectorTest, AStoppedDaemonServesNothing) {
  REQUIRE_NAMESPACE([&] {
    // The content is never looked at: it holds private keys.
    host_.write("/var/lib/tailscale/tailscaled.state", "private", 0600);
    const Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 0);
    EXPECT_EQ(value(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}), 0);
    EXPECT_FALSE(has(batch, "clawvigil_tailscale_key_expiry_timestamp_seconds"));
    EXPECT_TRUE(batch.unknowns().empty());
  });
}

// tailscaled in a container with the host's network: its interface is here, its socket is not.
TEST_F(TailscaleCollectorTest, AnInterfaceWithoutADaemonToAskIsUnknown) {
  REQUIRE_NAMESPACE([&] {
    ASSERT_EQ(
        std::system(
            "ip link add tailscale0 type veth peer name ts1 && ip addr add 100.101.102.103/32 "
            "dev tailscale0 && ip link set tailscale0 up"),
        0);
    Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_tailscale_up"), 1);
    EXPECT_FALSE(has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
    ASSERT_EQ(batch.unknowns().size(), 1U);
    EXPECT_EQ(batch.unknowns()[0].families.size(), 3U);
    ASSERT_EQ(std::system("ip addr flush dev tailscale0"), 0);  // as `tailscale down` leaves it
    EXPECT_EQ(value(run(), "clawvigil_tailscale_up"), 0);
  });
}

TEST_F(TailscaleCollectorTest, AnotherUsersServerIsNotBelieved) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root";
  constexpr uid_t kNobody = 65'534;
  host_.mkdir("/run/tailscale");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  host_.real("/run/tailscale/tailscaled.sock").copy(address.sun_path, sizeof address.sun_path - 1);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::seteuid(kNobody), 0);
  const int listening = ::listen(socket.get(), 8);
  ASSERT_EQ(::seteuid(0), 0);
  ASSERT_EQ(listening, 0);
  const Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_tailscale_funnel_enabled", {"gateway"}));
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns()[0].reason, Errc::unsafe);
}

}  // namespace
}  // namespace clawvigil
