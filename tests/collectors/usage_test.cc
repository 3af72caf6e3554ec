// The usage collector over transcripts left by real OpenClaw installations
// (tests/collectors/usage):
//   jsonl/   2026.3.13: sessions, a fork, a compacted session (.bak and its tail), a reset, a
//   deletion sqlite/  the same home after a start of 2026.9.6 and more turns: database with
//   compressed events,
//            a fork, a rewind, a compaction, a deleted session, a cold archive, the imported files
// The expected sums were made from the same files by an independent program that takes every entry
// once by its id and time.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "collectors/usage.h"
#include "tests/support/collector_harness.h"

namespace clawvigil {
namespace {

using test::CollectorHarness;
using test::fixture;
using test::has;
using test::value;

struct Expected {
  double input, output, cache_read, requests, failed, cost;
};
constexpr Expected kJsonl{2000, 322, 8100, 10, 1, 0.01326};
constexpr Expected kSqlite{2800, 458, 12100, 15, 2, 0.0189};

void expect_totals(const Batch& batch, const Expected& expected, const std::string& home = "claw") {
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
sqlite3* open_writer(const std::filesystem::path& database) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(database.c_str(), &handle), SQLITE_OK);
  const auto octet_length = [](sqlite3_context* context, int, sqlite3_value** values) {
    sqlite3_result_int(context, sqlite3_value_bytes(values[0]));
  };
  sqlite3_create_function(handle, "octet_length", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                          octet_length, nullptr, nullptr);
  return handle;
}

void execute(const std::filesystem::path& database, const std::string& sql) {
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
    execute(database(), "PRAGMA journal_mode=WAL;" + test::read_all(dump));
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

constexpr char kMain[] = "33e19ddf-3771-4a60-bebc-65e82cfaa22a.jsonl";

std::string one_more(const std::string& id) {
  return R"({"type":"message","id":")" + id +
         R"(","timestamp":"2026-11-22T00:50:00.000Z","message":{"role":"assistant","provider":"fakeai","model":"fake-large","usage":{"input":100,"output":10,"cacheRead":1,"cacheWrite":0,"cost":{"total":0.5}},"stopReason":"stop"}})"
         "\n";
}

Expected plus_one(Expected totals) {
  return {totals.input + 100,  totals.output + 10, totals.cache_read + 1,
          totals.requests + 1, totals.failed,      totals.cost + 0.5};
}

TEST_F(Usage, JsonlHistoryIsCompleteAtTheFirstRun) {
  lay_out("jsonl");
  const Batch batch = run();
  expect_totals(batch, kJsonl);
  EXPECT_EQ(value(batch, "clawvigil_usage_history_complete"), 1);
  EXPECT_EQ(value(batch, "clawvigil_usage_records_skipped_total", {"malformed"}), 0);
}

TEST_F(Usage, SqliteHistoryWithCompressedAndColdEventsIsComplete) {
  lay_out("sqlite");
  expect_totals(run(), kSqlite);
}

TEST_F(Usage, MigrationCountsNothingTwice) {
  lay_out("jsonl");
  expect_totals(run(), kJsonl);
  for (const auto& entry : std::filesystem::directory_iterator(sessions_)) {
    if (entry.path().extension() == ".jsonl") std::filesystem::remove(entry.path());
  }
  lay_out("sqlite");
  expect_totals(run(), kSqlite);
  restart();
  expect_totals(run(), kSqlite);
}

TEST_F(Usage, PruningTakesNothingAway) {
  lay_out("jsonl");
  lay_out("sqlite");
  expect_totals(run(), kSqlite);
  std::filesystem::remove_all(harness_.home_path() / "agents/main");
  expect_totals(run(), kSqlite);
  restart();
  expect_totals(run(), kSqlite);
}

TEST_F(Usage, RestoredBackupWithNewInodesCountsNothingTwice) {
  lay_out("jsonl");
  lay_out("sqlite");
  expect_totals(run(), kSqlite);
  std::filesystem::remove_all(harness_.home_path() / "agents");
  lay_out("sqlite");
  lay_out("jsonl");
  expect_totals(run(), kSqlite);
}

TEST_F(Usage, AppendedLinesAreCountedOnceTheyAreComplete) {
  lay_out("jsonl");
  run();
  const std::string line = one_more("new");
  const std::string path = "claw/agents/main/sessions/" + std::string(kMain);
  harness_.directory().append(path, line.substr(0, 50));
  expect_totals(run(), kJsonl);
  harness_.directory().append(path, line.substr(50));
  expect_totals(run(), plus_one(kJsonl));
  restart();
  expect_totals(run(), plus_one(kJsonl));
}

TEST_F(Usage, FileRewrittenInPlaceOrReplacedCountsOnlyWhatIsNew) {
  lay_out("jsonl");
  run();
  const std::string content = test::read_all(sessions_ / kMain);
  const std::string tail = content.substr(content.find('\n') + 1);  // without its header
  const std::string path = "claw/agents/main/sessions/" + std::string(kMain);
  harness_.directory().write(path, tail);  // same inode, shorter
  expect_totals(run(), kJsonl);
  std::filesystem::rename(sessions_ / kMain, sessions_ / (std::string(kMain) + ".bak.2026"));
  harness_.directory().write(path, tail + one_more("new"));  // new inode
  expect_totals(run(), plus_one(kJsonl));
}

TEST_F(Usage, ResetAndDeletionMoveAFileWithoutCountingItAgain) {
  lay_out("jsonl");
  run();
  std::filesystem::rename(sessions_ / kMain,
                          sessions_ / (std::string(kMain) + ".reset.2026-11-22T00-55-00.000Z"));
  expect_totals(run(), kJsonl);
  std::filesystem::remove(sessions_ / (std::string(kMain) + ".reset.2026-11-22T00-55-00.000Z"));
  expect_totals(run(), kJsonl);
}

TEST_F(Usage, EarlierEntriesWithTheSameIdsInUnrelatedSessionsAreCounted) {
  for (const char* name : {"a.jsonl", "b.jsonl", "c.jsonl"}) {
    harness_.directory().write(std::string("claw/agents/main/sessions/") + name, one_more("1"));
  }
  expect_totals(run(), {300, 30, 3, 3, 0, 1.5});
}

TEST_F(Usage, AppendedRowsAreCountedWhileTheWriterHoldsTheDatabase) {
  lay_out("sqlite");
  run();
  sqlite3* writer = open_writer(database());
  const auto insert = [&](int seq, const std::string& id) {
    std::string line = one_more(id);
    line.pop_back();
    const std::string sql =
        "INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES "
        "('2ac10ab2-b43d-4ff4-9814-4c18800987e7', " +
        std::to_string(seq) + ", '" + line + "', 1795308600000)";
    ASSERT_EQ(sqlite3_exec(writer, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(writer);
  };
  insert(15, "x");
  expect_totals(run(), plus_one(kSqlite));
  insert(16, "y");
  expect_totals(run(), plus_one(plus_one(kSqlite)));
  sqlite3_close(writer);
  restart();
  expect_totals(run(), plus_one(plus_one(kSqlite)));
}

TEST_F(Usage, CompactionThatRenumbersRowsIsRecognised) {
  lay_out("sqlite");
  run();
  // What sessions.compact {maxLines} does: all rows go, the tail comes back numbered from 0, and
  // the session grows past its old length before anyone looks.
  std::string line = one_more("after");
  line.pop_back();
  execute(database(), R"sql(
    CREATE TEMP TABLE kept AS SELECT * FROM transcript_events
      WHERE session_id = '33e19ddf-3771-4a60-bebc-65e82cfaa22a' ORDER BY seq DESC LIMIT 3;
    DELETE FROM transcript_events WHERE session_id = '33e19ddf-3771-4a60-bebc-65e82cfaa22a';
    INSERT INTO transcript_events SELECT session_id, row_number() OVER (ORDER BY seq) - 1,
      event_json, created_at, event_zstd, event_utf8_bytes, navigation_json FROM kept;
    WITH RECURSIVE n(i) AS (VALUES(3) UNION ALL SELECT i + 1 FROM n WHERE i < 18)
    INSERT INTO transcript_events (session_id, seq, event_json, created_at)
      SELECT '33e19ddf-3771-4a60-bebc-65e82cfaa22a', i, '{"type":"custom"}', 1795308000000 + i FROM n;
    INSERT INTO transcript_events (session_id, seq, event_json, created_at)
      VALUES ('33e19ddf-3771-4a60-bebc-65e82cfaa22a', 19, ')sql" +
                          line + "', 1795308700000)");
  expect_totals(run(), plus_one(kSqlite));
}

TEST_F(Usage, TwoHomesAreKeptApart) {
  lay_out("jsonl");
  harness_.add_home("claw/dev");
  std::filesystem::copy(fixture("collectors/usage/jsonl"), harness_.home_path("claw/dev"),
                        std::filesystem::copy_options::recursive);
  const Batch batch = run();
  expect_totals(batch, kJsonl);
  expect_totals(batch, kJsonl, "claw/dev");
}

TEST_F(Usage, AnInterruptedFirstReadingShowsNoCountersUntilItIsComplete) {
  lay_out("jsonl");
  harness_.deadline = Duration(-1);  // has passed before the first file
  const Batch partial = run();
  EXPECT_FALSE(has(partial, "clawvigil_model_tokens_total",
                   {"claw", "fakeai", "fake-large", "main", "input"}));
  EXPECT_EQ(value(partial, "clawvigil_usage_history_complete"), 0);
  ASSERT_FALSE(partial.unknowns().empty());
  EXPECT_EQ(partial.unknowns().front().reason, Errc::busy);
  harness_.deadline = std::chrono::hours(1);
  expect_totals(run(), kJsonl);
}

TEST_F(Usage, MalformedLinesAreCountedAndTheRestIsRead) {
  lay_out("jsonl");
  harness_.directory().append("claw/agents/main/sessions/" + std::string(kMain),
                              "not json\n" + one_more("new"));
  const Batch batch = run();
  expect_totals(batch, plus_one(kJsonl));
  EXPECT_EQ(value(batch, "clawvigil_usage_records_skipped_total", {"malformed"}), 1);
}

TEST_F(Usage, HostileFilesAreRefusedAndTheRestIsRead) {
  lay_out("jsonl");
  harness_.directory().write("outside.jsonl", one_more("outside"));
  std::filesystem::create_symlink(harness_.directory() / "outside.jsonl", sessions_ / "link.jsonl");
  ASSERT_EQ(::mkfifo((sessions_ / "fifo.jsonl").c_str(), 0600), 0);
  std::filesystem::create_directory(sessions_ / "dir.jsonl");
  const Batch batch = run();
  expect_totals(batch, kJsonl);
  EXPECT_EQ(batch.unknowns().size(), 3U);
  for (const Unknown& unknown : batch.unknowns()) EXPECT_EQ(unknown.reason, Errc::unsafe);
}

TEST_F(Usage, CorruptDatabaseIsUnknownAndTheFilesAreRead) {
  lay_out("jsonl");
  harness_.directory().write("claw/agents/main/agent/openclaw-agent.sqlite",
                             std::string(8192, 'x'));
  const Batch batch = run();
  expect_totals(batch, kJsonl);
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns().front().reason, Errc::parse);
}

TEST_F(Usage, ManyModelsEndInOneSeries) {
  std::string lines;
  for (int i = 0; i < 200; ++i) {
    std::string line = one_more(std::to_string(i));
    line.replace(line.find("fake-large"), 10, "model-" + std::to_string(i));
    lines += line;
  }
  harness_.directory().write("claw/agents/main/sessions/s.jsonl", lines);
  const Batch batch = run();
  EXPECT_EQ(
      value(batch, "clawvigil_model_tokens_total", {"claw", "other", "other", "other", "input"}),
      (200 - 64) * 100);
}

TEST_F(Usage, SpendWindowsFollowTheTimesInTheTranscripts) {
  lay_out("jsonl");
  Batch batch = run();
  EXPECT_NEAR(value(batch, "clawvigil_spend_usd", {"claw", "1h"}), kJsonl.cost, 1e-9);
  EXPECT_NEAR(value(batch, "clawvigil_spend_usd", {"claw", "30d"}), kJsonl.cost, 1e-9);
  harness_.clock.advance(std::chrono::hours(2));
  batch = run();
  EXPECT_EQ(value(batch, "clawvigil_spend_usd", {"claw", "1h"}), 0);
  EXPECT_NEAR(value(batch, "clawvigil_spend_usd", {"claw", "24h"}), kJsonl.cost, 1e-9);
}

TEST_F(Usage, TranscriptsKeptElsewhereAreUnknownNotZero) {
  harness_.directory().write("claw/openclaw.json",
                             R"({session: {store: "/srv/{agentId}/s.json"}})");
  const Batch batch = run();
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns().front().reason, Errc::unsupported);
}

TEST_F(Usage, ConfiguredModelsExistAtZeroAndPriceWhatHasNoCost) {
  harness_.directory().write(
      "claw/openclaw.json",
      R"({models: {providers: {p: {models: [{id: "m", cost: {input: 3, output: 15, cacheRead: 0.3,
          cacheWrite: 3.75}}]}}}})");
  harness_.directory().write("claw/agents/main/sessions/empty.jsonl", "");
  EXPECT_EQ(value(run(), "clawvigil_model_requests_total", {"claw", "p", "m", "main"}), 0);
  harness_.directory().write(
      "claw/agents/main/sessions/s.jsonl",
      R"({"type":"message","id":"a","message":{"role":"assistant","provider":"p","model":"m",)"
      R"("usage":{"input":1000000,"output":100000,"cacheRead":10,"cacheWrite":0}}})"
      "\n"
      R"({"type":"message","id":"b","message":{"role":"assistant","provider":"p","model":"free",)"
      R"("usage":{"input":70,"output":7,"cost":{"total":0}}}})"
      "\n");
  const Batch batch = run();
  EXPECT_NEAR(
      value(batch, "clawvigil_model_cost_usd_total", {"claw", "p", "m", "main", "estimated"}),
      4.500003, 1e-9);
  EXPECT_EQ(value(batch, "clawvigil_model_cost_usd_total", {"claw", "p", "m", "main", "recorded"}),
            0);
  EXPECT_EQ(value(batch, "clawvigil_model_unpriced_tokens_total", {"claw", "p", "m"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_model_unpriced_tokens_total", {"claw", "p", "free"}), 77);
}

// The daemon is killed at a random instant while it reads; the next one continues. Whatever was
// committed is counted, once.
TEST_F(Usage, KilledAtAnyInstantNothingIsLostOrCountedTwice) {
  constexpr int kFiles = 40;
  constexpr int kLines = 500;
  constexpr int kKills = 25;
  for (int file = 0; file < kFiles; ++file) {
    std::string lines;
    for (int i = 0; i < kLines; ++i) lines += one_more(std::to_string(i));
    harness_.directory().write("claw/agents/main/sessions/" + std::to_string(file) + ".jsonl",
                               lines);
  }
  for (int kill = 0; kill < kKills; ++kill) {
    const pid_t child = ::fork();
    if (child == 0) {
      Batch out;
      restart();
      static_cast<void>(harness_.try_run(*collector_, out));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(kill * 1500));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  restart();
  constexpr double kCalls = kFiles * kLines;
  expect_totals(run(), {100 * kCalls, 10 * kCalls, kCalls, kCalls, 0, 0.5 * kCalls});
}

TEST_F(Usage, NoTranscriptsAreZeroesNotErrors) {
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_usage_history_complete"), 1);
  EXPECT_EQ(value(batch, "clawvigil_spend_usd", {"claw", "24h"}), 0);
  EXPECT_TRUE(batch.unknowns().empty());
}

}  // namespace
}  // namespace clawvigil
