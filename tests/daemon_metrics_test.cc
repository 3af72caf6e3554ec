// What a running daemon exports over captured homes is what its descriptors declare.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/collector_case.h"
#include "tests/support/daemon_process.h"
#include "tests/support/declared_families.h"
#include "tests/support/http_client.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using Names = test::LabelNames;

// The label names of a sample line.
Names labels_of(const std::string& line) {
  static const std::regex label(R"re([{,]([a-z_]+)="(\\.|[^"\\])*")re");
  Names names;
  for (std::sregex_iterator at(line.begin(), line.end(), label), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

TEST(DaemonMetrics, AreThoseTheDescriptorsDeclare) {
  const test::TempDir directory;
  const test::CaseHome home("gateway/onboard-2026.9.6");
  fs::copy(home.path(), directory / "home", fs::copy_options::recursive);
  fs::copy(test::fixture("collectors/usage/jsonl"), directory / "home",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  test::DaemonProcess daemon({"--openclaw.home=" + (directory / "home"),
                              "--storage.path=" + (directory / "state"),
                              "--web.listen-address=127.0.0.1:0", "--web.allow-gateway-user"});
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  ASSERT_TRUE(test::eventually([&] { return test::http(port, "GET", "/-/ready").status == 200; }))
      << daemon.output();

  const auto declared = test::declared_families();
  std::istringstream lines(test::http(port, "GET", "/metrics").body);
  std::size_t samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::string name = line.substr(0, line.find_first_of("{ "));
    ASSERT_TRUE(declared.contains(name)) << line;
    EXPECT_EQ(labels_of(line), declared.at(name)) << line;
    ++samples;
  }
  EXPECT_GT(samples, 100U);
}

}  // namespace
}  // namespace clawvigil
