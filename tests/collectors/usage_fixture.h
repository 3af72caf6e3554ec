// The usage collector over transcripts left by real OpenClaw installations
// (tests/collectors/usage):
//   jsonl/   2026.3.13: sessions, a fork, a compacted session (.bak and its tail), a reset, a
//            deletion
//   sqlite/  the same home after a start of 2026.9.6 and more turns: database with compressed
//            events, a fork, a rewind, a compaction, a deleted session, a cold archive, the
//            imported files
// The expected sums were made from the same files by an independent program that takes every entry
// once by its id and time.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "collectors/usage.h"
#include "tests/support/collector_harness.h"

namespace clawvigil::test {

struct Expected {
  double input, output, cache_read, requests, failed, cost;
};
inline constexpr Expected kJsonl{2000, 322, 8100, 10, 1, 0.01326};
inline constexpr Expected kSqlite{2800, 458, 12100, 15, 2, 0.0189};

inline void expect_totals(const Batch& batch, const Expected& expected,
                          const std::string& home = "claw") {
  std::string unknowns;
  for (const Unknown& unknown : batch.unknowns()) unknowns += unknown.detail + "\n";
  SCOPED_TRACE("unknown: " + unknowns);
  const auto tokens = [&](const char* type) {
    return value(batch, "clawvigil_model_tokens_total",
                 {home, "fakeai", "fake-large", "main", type});
  };
  EXPECT_EQ(tokens("input"), expected.input);
  EXPECT_EQ(tokens("output"), expected.output);
  EXPECT_EQ(tokens("cache_read"), expected.cache_read);
  EXPECT_EQ(tokens("cache_write"), 0);
  const std::vector<std::string> model{home, "fakeai", "fake-large", "main"};
  EXPECT_EQ(value(batch, "clawvigil_model_requests_total", model), expected.requests);
  EXPECT_EQ(value(batch, "clawvigil_model_requests_failed_total", model), expected.failed);
  EXPECT_NEAR(value(batch, "clawvigil_model_cost_usd_total",
                    {home, "fakeai", "fake-large", "main", "recorded"}),
              expected.cost, 1e-9);
}

// A writer like OpenClaw's; its schema uses a function that older SQLite libraries lack.
inline sqlite3* open_writer(const std::filesystem::path& database) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(database.c_str(), &handle), SQLITE_OK);
  const auto octet_length = [](sqlite3_context* context, int, sqlite3_value** values) {
    sqlite3_result_int(context, sqlite3_value_bytes(values[0]));
  };
  sqlite3_create_function(handle, "octet_length", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                          octet_length, nullptr, nullptr);
  return handle;
}

inline void execute(const std::filesystem::path& database, const std::string& sql) {
  sqlite3* handle = open_writer(database);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
  sqlite3_free(message);
  sqlite3_close(handle);
}

class Usage : public testing::Test {
 protected:
  Usage() : sessions_(harness_.home_path() / "agents/main/sessions") {
    harness_.add_home();
    harness_.clock.set_wall(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) +
                            std::chrono::minutes(45));
  }

  void lay_out(const std::string& which) {
    std::filesystem::copy(fixture("collectors/usage/" + which), harness_.home_path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    const auto dump = harness_.home_path() / "agents/main/agent/openclaw-agent.sql";
    if (!std::filesystem::exists(dump)) return;
    execute(database(), "PRAGMA journal_mode=WAL;" + read_all(dump));
    std::filesystem::remove(dump);
  }
  [[nodiscard]] std::filesystem::path database() const {
    return harness_.home_path() / "agents/main/agent/openclaw-agent.sqlite";
  }
  Batch run() {
    harness_.clock.advance(std::chrono::seconds(5));
    return harness_.run(*collector_);
  }
  void restart() {
    collector_ = make_usage_collector();
    harness_.restart_store();
  }

  CollectorHarness harness_;
  std::filesystem::path sessions_;
  std::unique_ptr<Collector> collector_ = make_usage_collector();
};

inline constexpr char kMain[] = "33e19ddf-3771-4a60-bebc-65e82cfaa22a.jsonl";

inline std::string one_more(const std::string& id) {
  return R"({"type":"message","id":")" + id +
         R"(","timestamp":"2026-11-22T00:50:00.000Z","message":{"role":"assistant","provider":"fakeai","model":"fake-large","usage":{"input":100,"output":10,"cacheRead":1,"cacheWrite":0,"cost":{"total":0.5}},"stopReason":"stop"}})"
         "\n";
}

inline Expected plus_one(Expected totals) {
  return {totals.input + 100,  totals.output + 10, totals.cache_read + 1,
          totals.requests + 1, totals.failed,      totals.cost + 0.5};
}

}  // namespace clawvigil::test
