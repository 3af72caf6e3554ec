// The collector against real processes in real cgroups that connect through a network namespace.
#include <gtest/gtest.h>

#include <fstream>

#include "collectors/egress.h"
#include "tests/support/collector_harness.h"
#include "tests/support/egress_net.h"
#include "tests/support/http_server.h"
#include "tests/support/net_namespace.h"

namespace clawvigil {
namespace {

using test::has;
using test::NetProgram;
using test::PeerMachine;
using test::TestCgroup;
using test::value;

constexpr uid_t kUser = 4321;
constexpr int kGatewayPort = 18'789;

class EgressSockets : public testing::Test {
 protected:
  EgressSockets() {
    const auto path = harness_.home_path("claw");
    std::filesystem::create_directories(path);
    auto dir = host::Root::open("/")->anchor(path.string());
    harness_.add_home(
        Home{"claw", path.string(), kUser, std::make_shared<const host::Dir>(std::move(*dir))});
  }

  static std::unique_ptr<Collector> make_collector() {
    return make_egress_collector(
        [](const Home&) { return std::vector<std::uint16_t>{kGatewayPort}; });
  }
  // As the runner would, five seconds later.
  Batch run() {
    harness_.clock.advance(std::chrono::seconds(5));
    return harness_.run(*collector_);
  }
  void restart() {
    collector_ = make_collector();
    harness_.restart_store();
  }
  static double open(const Batch& batch, const std::string& scope) {
    return value(batch, "clawvigil_outbound_connections", {"claw", scope});
  }
  static double appeared(const Batch& batch, const std::string& scope) {
    return value(batch, "clawvigil_outbound_connections_seen_total", {"claw", scope});
  }
  static double fresh(const Batch& batch, const std::string& scope, const std::string& ports) {
    return value(batch, "clawvigil_outbound_destinations_new_total", {"claw", scope, ports});
  }

  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_collector();
};

TEST_F(EgressSockets, CountsWhatTheUnitOpensByReach) {
  const TestCgroup unit("openclaw-gateway.service/agent");
  if (unit.path().empty()) GTEST_SKIP() << "SKIPPED: no cgroup v2 to write to";
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({22, 443, 6697, 11434});
    const std::string service = unit.path().substr(0, unit.path().rfind('/'));
    NetProgram gateway(kUser, service);
    NetProgram command(kUser, unit.path());  // what an agent starts, in a cgroup below
    NetProgram other(kUser, "");             // the same user, outside the unit
    const int door = gateway.listen("127.0.0.1", kGatewayPort);
    (void)gateway.connect("203.0.113.2", 443);
    (void)gateway.connect("2001:db8::2", 443);
    (void)gateway.connect("10.77.0.2", 11434);
    (void)gateway.connect("100.64.0.2", 443);
    (void)gateway.connect("fd7a:115c:a1e0::2", 443);
    (void)command.connect("198.51.100.2", 22);
    (void)command.connect_udp("198.51.100.2", 53);
    (void)other.connect("203.0.113.2", 22);
    (void)other.connect("127.0.0.1", kGatewayPort);
    (void)gateway.accept(door);
    (void)command.connect("127.0.0.1", kGatewayPort);
    (void)gateway.accept(door);

    const Batch batch = run();
    EXPECT_TRUE(batch.unknowns().empty());
    EXPECT_EQ(open(batch, "public"), 3);
    EXPECT_EQ(open(batch, "private"), 1);
    EXPECT_EQ(open(batch, "tailnet"), 2);
    EXPECT_EQ(open(batch, "loopback"), 1);
    EXPECT_EQ(value(batch, "clawvigil_outbound_attribution_info", {"claw", "unit"}), 1);
    const std::string_view unusual = "clawvigil_outbound_unusual_port_connections";
    EXPECT_EQ(value(batch, unusual, {"claw", "public", "tcp", "22"}), 1);
    EXPECT_EQ(value(batch, unusual, {"claw", "private", "tcp", "11434"}), 1);
    EXPECT_EQ(batch.find(unusual)->samples.size(), 2U);
    EXPECT_EQ(value(batch, "clawvigil_outbound_policy_info", {"claw", "open"}), 1);
    EXPECT_EQ(appeared(batch, "public"), 0);  // the first look
    EXPECT_EQ(fresh(batch, "public", "unusual"), 0);

    harness_.config.egress = {true, {11'434}};
    const Batch configured = run();
    EXPECT_EQ(configured.find(unusual)->samples.size(), 1U);
    EXPECT_EQ(value(configured, "clawvigil_outbound_policy_info", {"claw", "local_only"}), 1);
  });
}

TEST_F(EgressSockets, WithoutAUnitTheUserCounts) {
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({443});
    NetProgram gateway(kUser, "");
    NetProgram other(kUser, "");
    NetProgram stranger(kUser + 1, "");
    (void)gateway.listen("127.0.0.1", kGatewayPort);
    (void)gateway.connect("203.0.113.2", 443);
    (void)other.connect("10.77.0.2", 443);
    (void)stranger.connect("198.51.100.2", 443);
    const Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_outbound_attribution_info", {"claw", "user"}), 1);
    EXPECT_EQ(open(batch, "public"), 1);
    EXPECT_EQ(open(batch, "private"), 1);
  });
}

// Before 2026.9 a gateway started with --port is given away by the sockets beside its own only.
TEST_F(EgressSockets, AGatewayOnAnotherPortThanConfiguredIsFound) {
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({443});
    NetProgram gateway(kUser, "");
    (void)gateway.listen("127.0.0.1", 28'789);
    (void)gateway.connect("203.0.113.2", 443);
    EXPECT_EQ(open(run(), "public"), 0);
    (void)gateway.listen("127.0.0.1", 28'791);
    (void)gateway.listen("127.0.0.1", 28'792);
    const Batch batch = run();
    EXPECT_EQ(value(batch, "clawvigil_outbound_attribution_info", {"claw", "user"}), 1);
    EXPECT_EQ(open(batch, "public"), 1);
  });
}

TEST_F(EgressSockets, LearnsThenTellsWhatIsNewOnceAndOverRestarts) {
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({22, 443, 4444});
    NetProgram gateway(kUser, "");
    (void)gateway.listen("127.0.0.1", kGatewayPort);
    (void)gateway.connect("203.0.113.2", 443);
    (void)gateway.connect("10.77.0.2", 22);
    Batch batch = run();
    const double end = value(batch, "clawvigil_outbound_learning_end_timestamp_seconds", {"claw"});
    EXPECT_EQ(end, to_unix_seconds(harness_.clock.now().wall) + 14.0 * 86'400);
    const int tunnel = gateway.connect("203.0.113.2", 4444);
    batch = run();
    EXPECT_EQ(appeared(batch, "public"), 1);
    EXPECT_EQ(fresh(batch, "public", "unusual"), 0);

    harness_.clock.advance(std::chrono::days(14));
    EXPECT_EQ(fresh(run(), "public", "unusual"), 0);  // learned in time
    gateway.close(tunnel);
    (void)gateway.connect("203.0.113.3", 4444);  // the same network
    EXPECT_EQ(fresh(run(), "public", "unusual"), 0);
    (void)gateway.connect("198.51.100.2", 4444);
    (void)gateway.connect("2001:db8::2", 443);
    batch = run();
    EXPECT_EQ(fresh(batch, "public", "unusual"), 1);
    EXPECT_EQ(fresh(batch, "public", "usual"), 1);
    EXPECT_EQ(fresh(batch, "private", "unusual"), 0);
    const double seen = appeared(batch, "public");
    EXPECT_EQ(seen, 4);

    restart();
    batch = run();
    EXPECT_EQ(fresh(batch, "public", "unusual"), 1);
    EXPECT_EQ(fresh(batch, "public", "usual"), 1);
    EXPECT_EQ(appeared(batch, "public"), seen);
    EXPECT_EQ(value(batch, "clawvigil_outbound_learning_end_timestamp_seconds", {"claw"}), end);
    (void)gateway.connect("2001:db9::2", 4444);
    batch = run();
    EXPECT_EQ(fresh(batch, "public", "unusual"), 2);
    EXPECT_EQ(appeared(batch, "public"), seen + 1);
  });
}

// A packet filter that drops what the gateway sends leaves a socket in SYN_SENT.
TEST_F(EgressSockets, AnAttemptCountsToo) {
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({443});
    NetProgram gateway(kUser, "");
    (void)gateway.listen("127.0.0.1", kGatewayPort);
    (void)gateway.begin_connect("192.0.2.77", 4444);  // nobody answers there
    const Batch batch = run();
    EXPECT_EQ(open(batch, "public"), 1);
    EXPECT_EQ(value(batch, "clawvigil_outbound_unusual_port_connections",
                    {"claw", "public", "tcp", "4444"}),
              1);
  });
}

TEST_F(EgressSockets, AStoppedGatewayHasNoConnections) {
  REQUIRE_NAMESPACE([&] {
    const Batch batch = run();
    EXPECT_TRUE(batch.unknowns().empty());
    EXPECT_EQ(open(batch, "public"), 0);
    EXPECT_FALSE(has(batch, "clawvigil_outbound_attribution_info", {"claw", "user"}));
    EXPECT_FALSE(has(batch, "clawvigil_outbound_learning_end_timestamp_seconds", {"claw"}));
  });
}

// Of two profiles of one user only one runs: the other's process is not somewhere else.
TEST_F(EgressSockets, AStoppedProfileBesideARunningOneIsStopped) {
  harness_.add_home(Home{"claw/work", harness_.home().path + "-work", kUser, harness_.home().dir});
  collector_ = make_egress_collector([](const Home& home) {
    const int port = home.label == "claw" ? kGatewayPort : kGatewayPort + 100;
    return std::vector<std::uint16_t>{static_cast<std::uint16_t>(port)};
  });
  REQUIRE_NAMESPACE([&] {
    const PeerMachine peer({443});
    NetProgram gateway(kUser, "");
    gateway.rename("openclaw-gateway");
    (void)gateway.listen("127.0.0.1", kGatewayPort);
    (void)gateway.connect("203.0.113.2", 443);
    const Batch batch = run();
    EXPECT_TRUE(batch.unknowns().empty());
    EXPECT_EQ(open(batch, "public"), 1);
    EXPECT_EQ(value(batch, "clawvigil_outbound_connections", {"claw/work", "public"}), 0);
  });
}

TEST_F(EgressSockets, AGatewayWithoutASocketHereIsUnknown) {
  REQUIRE_NAMESPACE([&] {
    NetProgram gateway(kUser, "");
    gateway.rename("openclaw-gateway");
    const Batch batch = run();
    ASSERT_EQ(batch.unknowns().size(), 1U);
    EXPECT_EQ(batch.unknowns()[0].reason, Errc::unsupported);
    EXPECT_FALSE(has(batch, "clawvigil_outbound_connections", {"claw", "public"}));
  });
}

// As docker-proxy holds the port of a gateway in a container.
TEST_F(EgressSockets, AGatewayInAnotherNamespaceIsUnknown) {
  REQUIRE_NAMESPACE([&] {
    NetProgram proxy(0, "");
    (void)proxy.listen("127.0.0.1", kGatewayPort);
    const Batch batch = run();
    ASSERT_EQ(batch.unknowns().size(), 1U);
    EXPECT_EQ(batch.unknowns()[0].reason, Errc::unsupported);
    EXPECT_FALSE(has(batch, "clawvigil_outbound_connections", {"claw", "public"}));
    EXPECT_EQ(fresh(batch, "public", "unusual"), 0);
  });
}

}  // namespace
}  // namespace clawvigil
