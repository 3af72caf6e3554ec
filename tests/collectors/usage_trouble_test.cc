// The usage collector when reading is interrupted, refused, or fed with nonsense.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "collectors/usage/history.h"
#include "collectors/usage/ledger.h"
#include "tests/collectors/usage_fixture.h"

namespace clawvigil::test {
namespace {

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

TEST_F(Usage, ManyConfiguredModelsLeaveRoomForTheUsedOnes) {
  std::string agents;
  std::string models;
  for (int i = 0; i < 80; ++i) {
    agents += "{id: 'agent" + std::to_string(i) + "'},";
    models += "{id: 'model" + std::to_string(i) + "'},";
  }
  harness_.directory().write(
      "claw/openclaw.json",
      "{agents: {list: [" + agents + "]}, models: {providers: {p: {models: [" + models + "]}}}}");
  harness_.directory().write("claw/agents/main/sessions/s.jsonl", one_more("a"));
  EXPECT_EQ(
      value(run(), "clawvigil_model_requests_total", {"claw", "fakeai", "fake-large", "main"}), 1);
}

// As versions wrote it that did not know why a model was called.
TEST_F(Usage, AnEarlierLedgerIsMadeAnewFromTheTranscripts) {
  lay_out("jsonl");
  harness_.with_context([](const Context& context) {
    ASSERT_TRUE(context.store.ensure_schema(R"sql(
CREATE TABLE usage_series (id INTEGER PRIMARY KEY, home TEXT NOT NULL, agent TEXT NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, UNIQUE (home, agent, provider, model)) STRICT;
CREATE TABLE usage_hour (series INTEGER NOT NULL, hour INTEGER NOT NULL,
  input INTEGER NOT NULL, output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
  requests INTEGER NOT NULL, failed INTEGER NOT NULL, unpriced_tokens INTEGER NOT NULL,
  recorded_usd REAL NOT NULL, recorded_correction REAL NOT NULL,
  estimated_usd REAL NOT NULL, estimated_correction REAL NOT NULL,
  PRIMARY KEY (series, hour)) STRICT, WITHOUT ROWID;
CREATE TABLE usage_minute (home TEXT NOT NULL, minute INTEGER NOT NULL, usd REAL NOT NULL,
  PRIMARY KEY (home, minute)) STRICT, WITHOUT ROWID;
CREATE TABLE usage_file (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, device INTEGER NOT NULL,
  inode INTEGER NOT NULL, size INTEGER NOT NULL, position INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL, head_hash INTEGER NOT NULL, tail_hash INTEGER NOT NULL) STRICT;
CREATE TABLE usage_rows (id INTEGER PRIMARY KEY, session INTEGER NOT NULL UNIQUE,
  last_seq INTEGER NOT NULL, last_created_ms INTEGER NOT NULL, row_count INTEGER NOT NULL) STRICT;
CREATE TABLE usage_history (complete INTEGER PRIMARY KEY) STRICT;
CREATE TABLE usage_session (session INTEGER PRIMARY KEY, domain INTEGER NOT NULL) STRICT;
CREATE TABLE usage_identity (id INTEGER PRIMARY KEY, domain INTEGER NOT NULL,
  source INTEGER NOT NULL, hashes BLOB NOT NULL) STRICT;
CREATE INDEX usage_identity_domain ON usage_identity (domain, source);
INSERT INTO usage_series VALUES (1, 'claw', 'main', 'fakeai', 'fake-large');
INSERT INTO usage_hour VALUES (1, 495250, 7, 7, 7, 7, 7, 7, 7, 7, 0, 7, 0);
INSERT INTO usage_minute VALUES ('claw', 29715000, 7);
INSERT INTO usage_history VALUES (1);
)sql"));
  });
  expect_totals(run(), kJsonl);
  restart();
  expect_totals(run(), kJsonl);
}

// The tables as they were before calls at the gateway were counted and repeats kept by day.
TEST_F(Usage, OlderTablesLearnWhatTheHoursAndSessionsTell) {
  static_cast<void>(run());
  harness_.with_context([](const Context& context) {
    ASSERT_TRUE(context.store.execute(R"sql(
DROP TABLE usage_loop; DELETE FROM usage_slot; DELETE FROM usage_minute;
ALTER TABLE usage_slot DROP COLUMN gateway; ALTER TABLE usage_minute DROP COLUMN gateway;
DELETE FROM usage_hour; DELETE FROM usage_series; DELETE FROM usage_session_sum;
INSERT INTO usage_series VALUES (1, 'claw', 'main', 'p', 'm', 'user', 'webchat'),
  (2, 'claw', 'main', 'p', 'm', 'user', 'telegram'), (3, 'claw', 'main', 'p', 'm', 'cron', 'none');
INSERT INTO usage_hour VALUES (1, 495250, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0, 0),
  (2, 495250, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0), (3, 495250, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0);
INSERT INTO usage_slot VALUES (495250 * 12 + 11, 'claw', 'main', 'user', 1, 0, 8, 0, 2),
  (495250 * 12 + 11, 'claw', 'main', 'cron', 1, 0, 8, 0, 0),
  (495251 * 12, 'claw', 'main', 'user', 1, 0, 8, 0, 2);
INSERT INTO usage_minute VALUES (495250 * 60, 'claw', 'main', 'user', 1, 0, 4, 0, 2);
)sql"));
    const auto earlier = usage::minute_history(context.store, 0);
    ASSERT_TRUE(earlier) << earlier.error().message;  // readable before it is brought up to date
    EXPECT_EQ(earlier->at(0).pace.gateway, 0);
    for (const auto& [session, repeats] : {std::pair{1, 9}, std::pair{2, 12}, std::pair{3, 1}}) {
      ASSERT_TRUE(context.store.execute(
          "INSERT INTO usage_session_sum VALUES (" + std::to_string(session) +
          ", 's', 'claw', 'main', 'user', 'webchat', 86400000, 86400000 + 7, 0, 0, 0, 0, 1, 0, 0, "
          "0, 1, 0, 0, 0, " +
          std::to_string(repeats) + ", 0, x'')"));
    }
    for (int start = 0; start < 2; ++start) {
      ASSERT_TRUE(usage::Ledger::open(context.store));
      std::vector<std::int64_t> gateway;
      ASSERT_TRUE(usage::each_slot(context.store, 0, [&](const usage::PaceOfUsage& row) {
        gateway.push_back(row.pace.gateway);
      }));
      EXPECT_EQ(gateway, (std::vector<std::int64_t>{0, 6, 0}));  // cron, user, without an hour
      EXPECT_EQ(usage::minute_history(context.store, 0)->at(0).pace.gateway, 3);
      const auto loops = usage::loop_days(context.store, 0);
      ASSERT_TRUE(loops);
      ASSERT_EQ(loops->size(), 1U);
      EXPECT_EQ(loops->at(0).day, 1);
      EXPECT_EQ(loops->at(0).repeats, 12);
    }
  });
}

TEST_F(Usage, OlderTablesAreBroughtUpToDateAsAWholeOrNotAtAll) {
  lay_out("jsonl");
  static_cast<void>(run());
  harness_.with_context([](const Context& context) {
    ASSERT_TRUE(context.store.execute(R"sql(
DROP TABLE usage_loop; ALTER TABLE usage_slot DROP COLUMN gateway;
ALTER TABLE usage_session_sum RENAME COLUMN repeats TO not_there;
)sql"));
    EXPECT_FALSE(usage::Ledger::open(context.store));
    EXPECT_FALSE(context.store.has_table("usage_loop").value());
    ASSERT_TRUE(
        context.store.execute("ALTER TABLE usage_session_sum RENAME COLUMN not_there TO repeats; "
                              "UPDATE usage_session_sum SET repeats = 7"));
    ASSERT_TRUE(usage::Ledger::open(context.store));
    const auto loops = usage::loop_days(context.store, 0);
    ASSERT_TRUE(loops && !loops->empty());
    EXPECT_EQ(loops->front().repeats, 7);
  });
}

TEST_F(Usage, TranscriptsKeptElsewhereAreUnknownNotZero) {
  harness_.directory().write("claw/openclaw.json",
                             R"({session: {store: "/srv/{agentId}/s.json"}})");
  const Batch batch = run();
  ASSERT_EQ(batch.unknowns().size(), 1U);
  EXPECT_EQ(batch.unknowns().front().reason, Errc::unsupported);
}

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

}  // namespace
}  // namespace clawvigil::test
