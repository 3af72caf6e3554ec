// The probe "nftables" with the real programs, in a network namespace of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "collectors/firewall/assembly.h"
#include "exporter/probe/probe.h"
#include "tests/support/net_namespace.h"
#include "tests/support/program.h"

namespace clawvigil {

namespace {

Result<std::vector<host::ProbeReading>> run_probe() {
  const host::Root root = *host::Root::open("/");
  const Config config;
  const SystemClock clock;
  return probe::nftables({root, config, {}, clock, {}});
}

TEST(ProbeNftables, ReadsWhatTheKernelHas) {
  if (!test::has_program("nft") || !test::has_program("iptables-nft")) {
    GTEST_SKIP() << "SKIPPED: no nft or iptables";
  }
  REQUIRE_NAMESPACE([] {
    ASSERT_EQ(std::system("iptables-nft -P INPUT DROP && iptables-nft -A INPUT -p tcp -m "
                          "multiport --dports 22,443 -j ACCEPT && nft add table inet other"),
              0);
    const auto readings = run_probe();
    ASSERT_TRUE(readings) << readings.error().message;
    std::map<std::string, std::string> outputs;
    for (const host::ProbeReading& reading : *readings) {
      ASSERT_TRUE(reading.output) << reading.subject << ": " << reading.output.error().message;
      outputs[reading.subject] = *reading.output;
    }
    EXPECT_NE(outputs.at("iptables").find("--dports 22,443"), std::string::npos);
    const auto ruleset = firewall::assemble(outputs);
    ASSERT_TRUE(ruleset) << ruleset.error().message;
    ASSERT_EQ(ruleset->tables.size(), 2U);
    for (const firewall::Table& table : ruleset->tables) EXPECT_FALSE(table.has_hidden_rules);
  });
}

}  // namespace

}  // namespace clawvigil
