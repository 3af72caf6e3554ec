#include "collectors/retention.h"

#include <gmock/gmock.h>

#include "tests/support/collector_harness.h"
#include "tests/support/file_time.h"
#include "tests/support/sqlite_writer.h"
#include "tests/support/unknown_text.h"

namespace clawvigil::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kOldest = "clawvigil_session_oldest_timestamp_seconds";
constexpr std::string_view kBytes = "clawvigil_session_store_bytes";
constexpr std::string_view kMode = "clawvigil_session_maintenance_info";
constexpr std::string_view kLogOldest = "clawvigil_log_oldest_timestamp_seconds";
constexpr std::string_view kLogBytes = "clawvigil_log_files_bytes";
constexpr Duration kDay = std::chrono::days(1);

class Retention : public testing::Test {
 protected:
  Retention() { harness_.add_home(); }
  void write(const std::string& name, std::string_view content, Duration age) const {
    harness_.directory().write(name, content);
    set_changed(harness_.directory() / name, harness_.clock.now().wall - age);
  }
  void write_config(std::string_view text) const {
    harness_.directory().write("claw/openclaw.json", text);
  }
  Batch run() { return harness_.run(*collector_); }
  [[nodiscard]] double seconds_ago(Duration age) const {
    return to_unix_seconds(harness_.clock.now().wall - age);
  }
  [[nodiscard]] std::int64_t milliseconds_ago(Duration age) const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               (harness_.clock.now().wall - age).time_since_epoch())
        .count();
  }

  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_retention_collector();
};

TEST_F(Retention, AFreshHomeHasNeitherAgeNorComplaint) {
  // Not the log of a gateway that runs on the machine of the test.
  write_config(R"({"logging": {"file": "/nowhere/claw.log"}})");
  const Batch batch = run();
  EXPECT_FALSE(has(batch, kOldest, {"claw"}));
  EXPECT_EQ(value(batch, kBytes, {"claw"}), 0);
  EXPECT_FALSE(has(batch, kLogOldest, {"claw"}));
  EXPECT_TRUE(batch.unknowns().empty()) << details(batch);
}

// Names as OpenClaw 2026.3.13 and its migration to 2026.9.6 leave them.
TEST_F(Retention, TranscriptsInFilesAreAsOldAsTheirLastUse) {
  const std::string base = "claw/agents/main/";
  write(base + "sessions/a.jsonl", "12345", 3 * kDay);
  write(base + "sessions/b.jsonl.reset.2026-03-01T00-00-00.000Z", "123", 200 * kDay);
  write(base + "sessions/sessions.json", "{}", 900 * kDay);
  write(base + "sessions/a.trajectory.jsonl", "1", 901 * kDay);
  write("claw/agents/other/session-sqlite-import-archive/agent_x.b.jsonl.imported-1", "12",
        250 * kDay);
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kOldest, {"claw"}), seconds_ago(250 * kDay));
  EXPECT_EQ(value(batch, kBytes, {"claw"}), 5 + 3 + 2 + 1 + 2);
}

TEST_F(Retention, SessionsInTheDatabaseByTheirWindows) {
  std::filesystem::create_directories(harness_.home_path() / "agents/main/agent");
  const std::string path = harness_.home_path() / "agents/main/agent/openclaw-agent.sqlite";
  WritingConnection database(path);
  database.execute("PRAGMA journal_mode = WAL");
  database.execute(
      "CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, updated_at INTEGER NOT "
      "NULL) STRICT");
  EXPECT_FALSE(has(run(), kOldest, {"claw"}));
  for (const int days : {3, 190, 40}) {
    database.execute("INSERT INTO session_windows VALUES('s" + std::to_string(days) + "', " +
                     std::to_string(milliseconds_ago(days * kDay)) + ")");
  }
  Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kOldest, {"claw"}), seconds_ago(190 * kDay));
  EXPECT_GT(value(batch, kBytes, {"claw"}), 0);
  database.execute("CREATE TABLE session_transcript_archives (created_at INTEGER NOT NULL) STRICT");
  database.execute("INSERT INTO session_transcript_archives VALUES(" +
                   std::to_string(milliseconds_ago(300 * kDay)) + ")");
  batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kOldest, {"claw"}), seconds_ago(300 * kDay));
}

// The database of the real OpenClaw 2026.9.6.
TEST_F(Retention, ADatabaseOfTheRealProgram) {
  const auto sample = fixture("../../shared/openclaw-samples/2026.9.6/state/agents/main/agent");
  if (!std::filesystem::exists(sample)) GTEST_SKIP() << "SKIPPED: ../shared is not there";
  std::filesystem::create_directories(harness_.home_path() / "agents/main/agent");
  for (const auto& entry : std::filesystem::directory_iterator(sample)) {
    const auto to = harness_.home_path() / "agents/main/agent" / entry.path().filename();
    std::filesystem::copy_file(entry.path(), to);
    std::filesystem::permissions(to, std::filesystem::perms(0600));
  }
  const Batch batch = run();
  EXPECT_NEAR(value(batch, kOldest, {"claw"}), 1795300000, 86'400);
  EXPECT_TRUE(batch.unknowns().empty()) << details(batch);
}

TEST_F(Retention, WhatCannotBeReadIsUnknownAndTheRestCounts) {
  write("claw/agents/main/sessions/a.jsonl", "1", 200 * kDay);
  write("claw/agents/main/agent/openclaw-agent.sqlite", "this is no database at all", kDay);
  write_config(R"({"session": {"store": "/elsewhere/sessions.json"}})");
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kOldest, {"claw"}), seconds_ago(200 * kDay));
  EXPECT_FALSE(has(batch, kBytes, {"claw"}));
  EXPECT_THAT(details(batch), HasSubstr("openclaw-agent.sqlite"));
  EXPECT_THAT(details(batch), HasSubstr("session.store"));
}

TEST_F(Retention, TheLogOfTheGatewayBeginsWithItsFirstLine) {
  const std::string place = harness_.directory() / "logs";
  write_config(R"({"logging": {"file": ")" + place + R"(/claw.log"}})");
  EXPECT_TRUE(run().unknowns().empty());
  write("logs/claw.log",
        R"({"0":"x","_meta":{"date":"2026-01-02T03:04:05.000Z"},"time":"y"})"
        "\n{}\n",
        kDay);
  write("logs/other.log", "not of this gateway", 999 * kDay);
  Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kLogOldest, {"claw"}), 1767323045);
  const double size = value(batch, kLogBytes, {"claw", "gateway"});
  // A rotated one that does not say is as old as its last line.
  write("logs/claw.1.log", "no JSON\n", 400 * kDay);
  batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kLogOldest, {"claw"}), seconds_ago(400 * kDay));
  EXPECT_EQ(value(batch, kLogBytes, {"claw", "gateway"}), size + 8);
  write("claw/logs/config-audit.jsonl", "123", 400 * kDay);
  EXPECT_EQ(value(run(), kLogBytes, {"claw", "state"}), 3);
}

TEST_F(Retention, WhatOpenClawDoesAboutOldSessions) {
  const auto mode = [&](std::string_view config) {
    write_config(config);
    const Batch batch = run();
    const Family* const family = batch.find(kMode);
    return family == nullptr ? std::string("unknown") : family->samples.begin()->first[1];
  };
  const auto of_version = [](std::string_view version) {
    return R"({"meta": {"lastTouchedVersion": ")" + std::string(version) + "\"}}";
  };
  EXPECT_EQ(mode("{}"), "unknown");
  EXPECT_EQ(mode(of_version("2026.3.13")), "warn");
  EXPECT_EQ(mode(of_version("2026.4.2")), "unknown");
  EXPECT_EQ(mode(of_version("2026.4.26")), "enforce");
  EXPECT_EQ(mode(of_version("2026.9.6")), "enforce");
  EXPECT_EQ(mode(R"({"session": {"maintenance": {"mode": "warn"}}})"), "warn");
  EXPECT_EQ(mode(R"({"session": {"maintenance": {"mode": "sometimes"}}})"), "unknown");
}

}  // namespace
}  // namespace clawvigil::test
