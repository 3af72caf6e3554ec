// Over a tree with files of OpenClaw 2026.3.13 and 2026.9.6.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "collectors/updates.h"
#include "collectors/updates_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {
namespace {

using namespace updates_families;
using test::has;
using test::value;

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/updates/" + name));
}

// One home below the fixture's root.
class OpenClawUpdatesTest : public ::testing::Test {
 protected:
  OpenClawUpdatesTest() { harness_.use_root(host_.real("/")); }
  void add_home(const std::string& config) {
    host_.write("/home/claw/.openclaw/openclaw.json", config, 0600);
    harness_.add_home(
        {"claw", "/home/claw/.openclaw", ::getuid(),
         std::make_shared<const host::Dir>(host_.root().anchor("/home/claw/.openclaw").value())});
  }
  void log_line(const std::string& version) const {
    std::string line = captured("log-line-" + version);
    const std::string quoted = "\"file:///";
    const std::size_t at = line.find(quoted) + quoted.size();
    const std::size_t end = line.find("/node_modules/openclaw", at);
    line.replace(at, end - at, "usr/lib");
    host_.write("/tmp/openclaw/openclaw-2026-11-21.log", "{}\n" + line, 0600);
  }
  void package(const std::string& version, const std::string& range,
               const std::string& built) const {
    host_.write("/usr/lib/node_modules/openclaw/package.json",
                R"({"name":"openclaw","version":")" + version + R"(","engines":{"node":")" + range +
                    R"("}})");
    host_.write("/usr/lib/node_modules/openclaw/dist/build-info.json",
                R"({"version":")" + version + R"(","commit":"x","builtAt":")" + built + R"("})");
  }
  static double of_claw(const Batch& batch, const Metric<1>& metric) {
    return value(batch, metric.name(), {"claw"});
  }
  static bool is_unknown(const Batch& batch, std::string_view family, Errc reason) {
    return std::ranges::any_of(batch.unknowns(), [&](const Unknown& unknown) {
      return unknown.reason == reason &&
             std::ranges::find(unknown.families, family) != unknown.families.end();
    });
  }
  Batch run() { return harness_.run(*collector_); }

  test::HostFixture host_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_updates_collector();
};

TEST_F(OpenClawUpdatesTest, ReadsTheFilesOf313) {
  add_home(R"({"meta":{"lastTouchedVersion":"2026.3.13"}})");
  log_line("2026.3.13");
  package("2026.3.13", ">=22.16.0", "2026-03-14T05:36:18.673Z");
  host_.write("/home/claw/.openclaw/update-check.json",
              "{\n  \"lastCheckedAt\": \"2026-11-21T22:50:52.939Z\",\n"
              "  \"lastAvailableVersion\": \"2026.9.6\",\n  \"lastAvailableTag\": \"latest\"\n}",
              0600);
  const Batch batch = run();
  EXPECT_EQ(value(batch, kInstalled.name(), {"claw", "2026.3.13"}), 1);
  EXPECT_EQ(value(batch, kNode.name(), {"claw", "22.23.3"}), 1);
  EXPECT_EQ(of_claw(batch, kNodeSupported), 1);
  EXPECT_EQ(of_claw(batch, kAvailable), 1);
  EXPECT_EQ(of_claw(batch, kAutoUpdate), 0);
  EXPECT_NEAR(of_claw(batch, kReleased), 1773466578.673, 0.01);
  EXPECT_NEAR(of_claw(batch, kChecked), 1795301452.939, 0.01);
  EXPECT_EQ(of_claw(batch, kEverChecked), 1);
  // A line of a command that printed a lot does not hide it.
  const std::string log = test::read_all(host_.real("/tmp/openclaw/openclaw-2026-11-21.log"));
  host_.write("/tmp/openclaw/openclaw-2026-11-21.log",
              log + "{\"0\":\"" + std::string(800'000, 'x') + "\"}\n", 0600);
  EXPECT_EQ(of_claw(run(), kNodeSupported), 1);
  // Since then it was updated; the record is of before.
  const double since = of_claw(batch, kAvailableSince);
  harness_.clock.advance(std::chrono::hours(24));
  EXPECT_EQ(of_claw(run(), kAvailableSince), since);
  package("2026.9.6", ">=24.16.0 <25 || >=26.1.0", "2026-09-23T16:33:12.144Z");
  const Batch updated = run();
  EXPECT_EQ(of_claw(updated, kAvailable), 0);
  EXPECT_EQ(of_claw(updated, kNodeSupported), 0) << "22.23.3 is too old for it";
  EXPECT_FALSE(has(updated, kAvailableSince.name(), {"claw"}));
}

TEST_F(OpenClawUpdatesTest, ReadsTheStateDatabaseOf96) {
  add_home(R"({"update":{"auto":{"enabled":true}}})");
  log_line("2026.9.6");
  package("2026.9.6", ">=24.16.0 <25 || >=26.1.0", "2026-09-23T16:33:12.144Z");
  host_.mkdir("/home/claw/.openclaw/state", 0700);
  test::WritingConnection(host_.real("/home/claw/.openclaw/state/openclaw.sqlite"))
      .execute(
          "CREATE TABLE schema_meta (meta_key TEXT PRIMARY KEY, app_version TEXT);"
          "INSERT INTO schema_meta VALUES ('primary', '2026.9.6');"
          "CREATE TABLE config_machine_state (state_key TEXT PRIMARY KEY, value_json TEXT, "
          "updated_at_ms INTEGER);"
          "INSERT INTO config_machine_state VALUES ('update.checkState', "
          "'{\"lastCheckedAt\":\"2026-11-22T00:59:18.447Z\",\"lastCheckedChannel\":\"stable\"}', "
          "1);");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kInstalled.name(), {"claw", "2026.9.6"}), 1);
  EXPECT_EQ(of_claw(batch, kNodeSupported), 1);
  EXPECT_EQ(of_claw(batch, kAvailable), 0);
  EXPECT_EQ(of_claw(batch, kAutoUpdate), 1);
  EXPECT_NEAR(of_claw(batch, kReleased), 1790181192.144, 0.01);
}

// As it was between 2026.6 and the twelfth schema.
TEST_F(OpenClawUpdatesTest, ReadsTheTableOfUpdateChecks) {
  add_home(R"({"meta":{"lastTouchedVersion":"2026.7.1"}})");
  host_.mkdir("/home/claw/.openclaw/state", 0700);
  test::WritingConnection connection(host_.real("/home/claw/.openclaw/state/openclaw.sqlite"));
  connection.execute(
      "CREATE TABLE update_check_state (state_key TEXT PRIMARY KEY, last_checked_at TEXT, "
      "last_available_version TEXT);"
      "INSERT INTO update_check_state VALUES ('default', '2026-11-21T22:50:52.939Z', '2026.9.6');");
  Batch batch = run();
  EXPECT_NEAR(of_claw(batch, kChecked), 1795301452.939, 0.01);
  EXPECT_EQ(of_claw(batch, kAvailable), 1);
  // What cannot be compared is not "none".
  connection.execute("UPDATE update_check_state SET last_available_version = 'next'");
  batch = run();
  EXPECT_TRUE(is_unknown(batch, kAvailable.name(), Errc::parse));
  EXPECT_FALSE(has(batch, kAvailable.name(), {"claw"}));
  EXPECT_NEAR(of_claw(batch, kChecked), 1795301452.939, 0.01);
  connection.execute("UPDATE update_check_state SET last_available_version = NULL");
  EXPECT_EQ(of_claw(run(), kAvailable), 0);
}

TEST_F(OpenClawUpdatesTest, SaysWhatItCannotTell) {
  add_home("{}");
  Batch batch = run();
  EXPECT_TRUE(is_unknown(batch, kInstalled.name(), Errc::not_found));
  EXPECT_TRUE(is_unknown(batch, kNodeSupported.name(), Errc::not_found));
  EXPECT_EQ(of_claw(batch, kEverChecked), 0);
  EXPECT_FALSE(has(batch, kChecked.name(), {"claw"})) << "it never looked";
  EXPECT_FALSE(has(batch, kAvailable.name(), {"claw"}));
  // Without a package only the month is known, taken at its latest.
  host_.write("/home/claw/.openclaw/openclaw.json", R"({"meta":{"lastTouchedVersion":"2026.9.6"}})",
              0600);
  host_.write("/home/claw/.openclaw/update-check.json", "{\"lastCheckedAt\": 17", 0600);
  batch = run();
  EXPECT_EQ(of_claw(batch, kReleased), 1790812799);
  EXPECT_TRUE(is_unknown(batch, kAvailable.name(), Errc::parse));
  host_.write("/home/claw/.openclaw/update-check.json", std::string(100'000, ' '), 0600);
  EXPECT_TRUE(is_unknown(run(), kAvailable.name(), Errc::too_large));
}

}  // namespace
}  // namespace clawvigil
