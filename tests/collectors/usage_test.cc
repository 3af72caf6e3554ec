// What the usage collector counts, however OpenClaw moves, rewrites and migrates its transcripts.
#include <sys/stat.h>

#include <fstream>

#include "tests/collectors/usage_fixture.h"

namespace clawvigil::test {
namespace {

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
  const std::string content = read_all(sessions_ / kMain);
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

TEST_F(Usage, NoTranscriptsAreZeroesNotErrors) {
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_usage_history_complete"), 1);
  EXPECT_EQ(value(batch, "clawvigil_spend_usd", {"claw", "24h"}), 0);
  EXPECT_TRUE(batch.unknowns().empty());
}

}  // namespace
}  // namespace clawvigil::test
