#include "collectors/firewall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "exporter/host/spool.h"
#include "exporter/store/acceptances.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/net_namespace.h"
#include "tests/support/unknown_text.h"

namespace clawvigil {

namespace {

using test::CollectorHarness;
using test::details;
using test::has;
using test::value;
using testing::HasSubstr;

constexpr std::string_view kDev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
    "    lo:       0       0    0    0    0     0          0         0        0       0\n"
    "  out0:       0       0    0    0    0     0          0         0        0       0\n";
constexpr std::string_view kDocker =
    "docker0:  0       0    0    0    0     0          0         0\n";
constexpr std::string_view kRoutes =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "out0\t00000000\t097100CB\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
constexpr std::string_view kTrie =
    "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 203.0.113.1\n        /32 host LOCAL\n";
constexpr std::string_view kAddresses =
    "20010db8000000000000000000000001 02 40 00 80     out0\n"
    "00000000000000000000000000000001 01 80 10 80       lo\n";

constexpr std::string_view kActive = "clawvigil_firewall_active";
constexpr std::string_view kDeny = "clawvigil_firewall_default_deny_incoming";
constexpr std::string_view kAllowed = "clawvigil_firewall_allowed_port_info";
constexpr std::string_view kChanged = "clawvigil_firewall_changed_timestamp_seconds";
constexpr std::string_view kGateway = "clawvigil_firewall_gateway_port_open";
constexpr std::string_view kPublished = "clawvigil_docker_published_ports_exposed";
constexpr std::string_view kPublishedPort = "clawvigil_docker_published_port_info";

class FirewallCollectorTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: the spool belongs to root";
    harness_.add_home();
    harness_.use_root(files_.real("/"));
    harness_.config.probes_directory = spool_ / "probes";
    files_.write("/proc/net/dev", kDev);
    files_.write("/proc/net/route", kRoutes);
    files_.write("/proc/net/fib_trie", kTrie);
    files_.write("/proc/net/if_inet6", kAddresses);
    files_.write("/proc/net/ipv6_route", "");
    files_.write("/proc/sys/net/ipv4/ip_forward", "1\n");
  }

  static std::string captured(const std::string& name) {
    return test::read_all(test::fixture("collectors/firewall/captured/" + name));
  }

  // What the probe would leave now.
  void report(std::vector<host::ProbeReading> readings) {
    const auto taken = std::chrono::floor<std::chrono::seconds>(harness_.clock.now().wall);
    const auto written = host::write_probe_report(harness_.config.probes_directory, "nftables",
                                                  {taken, std::move(readings)});
    ASSERT_TRUE(written) << written.error().message;
  }
  void report_captured(const std::string& name) {
    report({{"ruleset", captured(name + "/ruleset")},
            {"iptables", captured(name + "/iptables")},
            {"ip6tables", captured(name + "/ip6tables")}});
  }
  void report_ruleset(const std::string& json) { report({{"ruleset", json}}); }

  Batch run() {
    harness_.clock.advance(std::chrono::minutes(1));
    return harness_.run(*collector_);
  }

  static bool is_unknown(const Batch& batch, std::string_view family) {
    for (const Unknown& unknown : batch.unknowns()) {
      if (std::ranges::find(unknown.families, family) != unknown.families.end()) return true;
    }
    return false;
  }

  test::HostFixture files_;
  test::TempDir spool_;
  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ =
      make_firewall_collector([](const Home&) { return std::vector<std::uint16_t>{18789}; });
};

TEST_F(FirewallCollectorTest, WithoutReportAndUfwNothingIsClaimed) {
  const Batch batch = run();
  for (const std::string_view family : {kActive, kDeny, kAllowed, kChanged, kGateway}) {
    EXPECT_EQ(batch.find(family), nullptr) << family;
    EXPECT_TRUE(is_unknown(batch, family)) << family;
  }
  EXPECT_THAT(details(batch), HasSubstr("clawvigil probe nftables"));
  EXPECT_THAT(details(batch), HasSubstr("ufw is not installed"));
  // There is no Docker to publish anything.
  EXPECT_EQ(value(batch, kPublished), 0);
}

TEST_F(FirewallCollectorTest, NoRulesAreNoFirewall) {
  report_captured("none");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kActive, {"nftables"}), 0);
  EXPECT_EQ(value(batch, kDeny, {"ipv4"}), 0);
  EXPECT_EQ(value(batch, kDeny, {"ipv6"}), 0);
  EXPECT_EQ(value(batch, kGateway, {"claw"}), 1);
  EXPECT_EQ(batch.find(kAllowed), nullptr);
  EXPECT_EQ(value(batch, kPublished), 0);
  EXPECT_EQ(details(batch), "");
}

TEST_F(FirewallCollectorTest, NftRules) {
  report_captured("nft");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kActive, {"nftables"}), 1);
  EXPECT_EQ(value(batch, kDeny, {"ipv4"}), 1);
  EXPECT_EQ(value(batch, kDeny, {"ipv6"}), 1);
  EXPECT_EQ(value(batch, kGateway, {"claw"}), 0);
  EXPECT_EQ(batch.find(kAllowed)->samples.size(), 3U + 11U + 2U);
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "22", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "8010", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "53", "any", "false"}));
  EXPECT_EQ(details(batch), "");
}

// iptables-save tells what nft leaves out.
TEST_F(FirewallCollectorTest, UfwRulesInTheKernel) {
  report_captured("ufw");
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(value(batch, kActive, {"nftables"}), 1);
  EXPECT_EQ(value(batch, kDeny, {"ipv4"}), 1);
  EXPECT_EQ(value(batch, kDeny, {"ipv6"}), 1);
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "22", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "443", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "3000", "private", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "60000-60100", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "68", "any", "true"}));  // DHCP
}

// What nft alone shows of them decides nothing.
TEST_F(FirewallCollectorTest, HiddenRulesAreUnclear) {
  report_ruleset(captured("ufw/ruleset"));
  const Batch batch = run();
  EXPECT_EQ(batch.find(kActive), nullptr);
  EXPECT_TRUE(is_unknown(batch, kActive));
  EXPECT_TRUE(is_unknown(batch, kDeny));
  EXPECT_TRUE(is_unknown(batch, kChanged));
  EXPECT_THAT(details(batch), HasSubstr("iptables match conntrack"));
}

TEST_F(FirewallCollectorTest, UnclearOnlyWhereItDecides) {
  report_captured("unclear");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kActive, {"nftables"}), 1);
  EXPECT_EQ(value(batch, kDeny, {"ipv4"}), 1);
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "22", "any", "false"}));
  EXPECT_FALSE(is_unknown(batch, kDeny));
  EXPECT_TRUE(is_unknown(batch, kAllowed));
  EXPECT_THAT(details(batch), HasSubstr("iptables match string"));
}

TEST_F(FirewallCollectorTest, UfwFilesWithoutAReport) {
  for (const char* name : {"ufw.conf", "before.rules", "user.rules", "after.rules", "before6.rules",
                           "user6.rules", "after6.rules"}) {
    files_.write(std::string("/etc/ufw/") + name, captured(std::string("ufw-files/") + name), 0640);
  }
  files_.write("/etc/default/ufw", captured("ufw-files/default"));
  const Batch by_files = run();
  report_captured("ufw");
  const Batch by_kernel = run();
  EXPECT_EQ(value(by_files, kActive, {"ufw"}), 1);
  EXPECT_EQ(by_files.find(kAllowed)->samples, by_kernel.find(kAllowed)->samples);
  EXPECT_EQ(by_files.find(kDeny)->samples, by_kernel.find(kDeny)->samples);
  EXPECT_EQ(details(by_kernel), "");
  // Another source of the same rules is no change of them.
  EXPECT_EQ(by_kernel.find(kChanged), nullptr);
}

TEST_F(FirewallCollectorTest, UfwThatIsOffProvesNothing) {
  files_.write("/etc/ufw/ufw.conf", "ENABLED=no\n");
  const Batch batch = run();
  EXPECT_EQ(batch.find(kActive), nullptr);
  EXPECT_TRUE(is_unknown(batch, kActive));
  EXPECT_THAT(details(batch), HasSubstr("ufw is not enabled"));
}

TEST_F(FirewallCollectorTest, BrokenUfwFilesAreUnknown) {
  files_.write("/etc/ufw/ufw.conf", "ENABLED=yes\n");
  EXPECT_TRUE(is_unknown(run(), kActive));
  files_.write("/etc/default/ufw", "DEFAULT_INPUT_POLICY=\"MAYBE\"\nIPV6=no\n");
  for (const char* name : {"before.rules", "user.rules", "after.rules"}) {
    files_.write(std::string("/etc/ufw/") + name, "*filter\nCOMMIT\n");
  }
  const Batch batch = run();
  EXPECT_TRUE(is_unknown(batch, kActive));
  EXPECT_THAT(details(batch), HasSubstr("DEFAULT_INPUT_POLICY"));
}

TEST_F(FirewallCollectorTest, ExpectedPorts) {
  report_captured("nft");
  harness_.config.listeners.accepted.push_back({"tcp", 443, ""});
  harness_.with_context([](const Context& context) {
    ASSERT_TRUE(store::accept_listener(context.store, {"udp", 53, "", {}}, context.now.wall));
  });
  files_.write("/usr/sbin/sshd", "", 0755);
  files_.write("/etc/ssh/sshd_config", "Port 22\nPort 8005\n");
  const Batch batch = run();
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "443", "any", "true"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "53", "any", "true"}));
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "22", "any", "true"}));
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "8005", "any", "true"}));
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "80", "any", "false"}));
  EXPECT_TRUE(has(batch, kAllowed, {"udp", "5353", "any", "false"}));
}

// Before 2026.9 a gateway started with --port is given away by the sockets beside its own only.
TEST_F(FirewallCollectorTest, AGatewayOnAnotherPortThanConfiguredIsFound) {
  REQUIRE_NAMESPACE([&] {
    report_captured("nft");
    const Fd gateway = test::bind_socket({SOCK_STREAM, "127.0.0.1", 8005});
    const Fd browser = test::bind_socket({SOCK_STREAM, "127.0.0.1", 8007});
    EXPECT_EQ(value(run(), kGateway, {"claw"}), 0);
    const Fd relay = test::bind_socket({SOCK_STREAM, "127.0.0.1", 8008});
    EXPECT_EQ(value(run(), kGateway, {"claw"}), 1);
  });
}

TEST_F(FirewallCollectorTest, PublishedPorts) {
  files_.write("/proc/net/dev", std::string(kDev) + std::string(kDocker));
  report_captured("docker");
  harness_.config.listeners.accepted.push_back({"tcp", 8080, ""});
  const Batch batch = run();
  EXPECT_EQ(value(batch, kPublished), 2);
  EXPECT_TRUE(has(batch, kPublishedPort, {"tcp", "8080", "any", "true"}));
  EXPECT_TRUE(has(batch, kPublishedPort, {"udp", "5353", "any", "false"}));
  EXPECT_EQ(batch.find(kPublishedPort)->samples.size(), 2U);
  // They are no ports of this host, and the firewall stays one.
  EXPECT_TRUE(has(batch, kAllowed, {"tcp", "22", "any", "false"}));
  EXPECT_FALSE(has(batch, kAllowed, {"tcp", "8080", "any", "true"}));
  EXPECT_EQ(details(batch), "");
  // Where nothing is forwarded, nothing is exposed.
  files_.write("/proc/sys/net/ipv4/ip_forward", "0\n");
  EXPECT_EQ(value(run(), kPublished), 0);
}

TEST_F(FirewallCollectorTest, ContainersWithoutAReportAreUnknown) {
  files_.write("/proc/net/dev", std::string(kDev) + std::string(kDocker));
  const Batch batch = run();
  EXPECT_EQ(batch.find(kPublished), nullptr);
  EXPECT_TRUE(is_unknown(batch, kPublished));
}

TEST_F(FirewallCollectorTest, OnlyFamiliesTheInternetReaches) {
  files_.write("/proc/net/if_inet6", "fe800000000000000000000000000001 02 40 20 80     out0\n");
  report_captured("nft");
  const Batch batch = run();
  EXPECT_TRUE(has(batch, kDeny, {"ipv4"}));
  EXPECT_FALSE(has(batch, kDeny, {"ipv6"}));
  EXPECT_EQ(details(batch), "");
}

std::string one_rule(const std::string& set_element, int packets) {
  return R"({"nftables": [{"table": {"family": "inet", "name": "filter", "handle": 1}},
    {"table": {"family": "inet", "name": "f2b-table", "handle": 2}},
    {"set": {"family": "inet", "name": "addr-set-sshd", "table": "f2b-table", "type": "ipv4_addr",
             "handle": 3, "elem": [")" +
         set_element + R"("]}},
    {"set": {"family": "inet", "name": "seen", "table": "filter", "type": "ipv4_addr", "handle": 4,
             "flags": ["timeout"], "elem": [")" +
         set_element + R"("]}},
    {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1,
               "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
    {"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": )" +
         std::to_string(packets) + R"(, "expr": [
      {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
                 "right": 22}}, {"counter": {"packets": )" +
         std::to_string(packets) + R"(, "bytes": 7}}, {"accept": null}]}}]})";
}

TEST_F(FirewallCollectorTest, ChangesAreOfRulesOnly) {
  report_ruleset(one_rule("198.51.100.1", 1));
  EXPECT_FALSE(has(run(), kChanged));
  // Counters, handles and bans.
  report_ruleset(one_rule("198.51.100.2", 2));
  EXPECT_FALSE(has(run(), kChanged));
  report_captured("nft");
  const double changed = value(run(), kChanged);
  EXPECT_EQ(changed, std::floor(to_unix_seconds(harness_.clock.now().wall)));
  // It stays, over a restart and a time without reports.
  harness_.clock.advance(std::chrono::hours(1));
  EXPECT_FALSE(has(run(), kChanged));
  harness_.restart_store();
  collector_ = make_firewall_collector([](const Home&) { return std::vector<std::uint16_t>{}; });
  report_captured("nft");
  EXPECT_EQ(value(run(), kChanged), changed);
}

TEST_F(FirewallCollectorTest, OldReportsAndFailedReadingsAreUnknown) {
  report_captured("nft");
  EXPECT_TRUE(has(run(), kActive, {"nftables"}));
  harness_.clock.advance(std::chrono::minutes(21));
  const Batch old = run();
  EXPECT_EQ(old.find(kActive), nullptr);
  EXPECT_TRUE(is_unknown(old, kActive));
  report({{"ruleset", fail(Errc::not_found, "nft is not installed")}});
  EXPECT_THAT(details(run()), HasSubstr("nft is not installed"));
  // Rules of the older interface must not be overlooked.
  report({{"ruleset", captured("none/ruleset")},
          {"iptables-legacy", fail(Errc::timeout, "took too long")}});
  EXPECT_THAT(details(run()), HasSubstr("took too long"));
  report({{"ruleset", captured("none/ruleset")}, {"iptables-legacy", captured("docker/iptables")}});
  EXPECT_EQ(value(run(), kActive, {"nftables"}), 1);
  report_ruleset("{\"nftables\": 3}");
  const Batch broken = run();
  EXPECT_TRUE(is_unknown(broken, kActive));
  EXPECT_THAT(details(broken), HasSubstr("parse"));
}

}  // namespace

}  // namespace clawvigil
