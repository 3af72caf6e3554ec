// Reading a database while other processes write, checkpoint, restart, close and die: what is read
// is always one committed state.
#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <string>
#include <thread>

#include "exporter/host/sqlite.h"
#include "tests/support/child_process.h"
#include "tests/support/sqlite_writer.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using host::Query;
using host::ReadOnlyDatabase;
using std::chrono::seconds;

struct Outcome {
  std::uint64_t consistent = 0;
  std::uint64_t busy = 0;
};

// Both sums in one statement, in two that share a transaction, and every byte of the ledger.
Result<> check_once(ReadOnlyDatabase& database) {
  TRY_ASSIGN(Query all, database.prepare("SELECT (SELECT sum(balance) FROM a) + "
                                         "(SELECT sum(balance) FROM b)"));
  TRY_ASSIGN(bool row, all.step());
  EXPECT_TRUE(row);
  EXPECT_EQ(all.integer(0), kTotalBalance);
  all.finish();

  TRY_ASSIGN(Query first,
             database.prepare("SELECT sum(balance), (SELECT value FROM counter) FROM a"));
  TRY_ASSIGN(Query second, database.prepare("SELECT sum(balance) FROM b"));
  TRY_ASSIGN(Query ledger, database.prepare("SELECT seed, body FROM ledger ORDER BY id"));
  TRY_ASSIGN(row, first.step());
  TRY_ASSIGN(row, second.step());
  EXPECT_EQ(first.integer(0) + second.integer(0), kTotalBalance);
  std::int64_t rows = 0;
  while (true) {
    TRY_ASSIGN(row, ledger.step());
    if (!row) break;
    ++rows;
    const std::string unit = std::to_string(ledger.integer(0)) + ";";
    const std::string_view body = ledger.text(1);
    EXPECT_EQ(body.size() % unit.size(), 0U);
    for (std::size_t i = 0; i < body.size(); i += unit.size()) {
      if (body.substr(i, unit.size()) != unit) return fail(Errc::parse, "torn row");
    }
  }
  EXPECT_EQ(rows, first.integer(1));
  return {};
}

Outcome read_many(const TempDir& directory, int times) {
  Outcome outcome;
  std::optional<ReadOnlyDatabase> database;
  Duration last = std::chrono::milliseconds(1);
  for (int i = 0; i < times && !testing::Test::HasFailure(); ++i) {
    // A reader without pauses would never let a checkpoint in, and the log would grow and grow.
    std::this_thread::sleep_for(2 * last);
    const SteadyTime start = SystemClock{}.now().steady;
    Result<> read;
    if (!database) {
      auto opened = ReadOnlyDatabase::open(directory.anchor(), "x.sqlite", {}, seconds(5));
      if (opened) {
        database = *std::move(opened);
      } else {
        read = std::unexpected(opened.error());
      }
    }
    if (database) read = check_once(*database);
    last = SystemClock{}.now().steady - start;
    if (read) {
      ++outcome.consistent;
      if (i % 50 == 49) database.reset();
      continue;
    }
    EXPECT_EQ(read.error().code, Errc::busy)
        << to_string(read.error().code) << " " << read.error().message << " at " << i;
    ++outcome.busy;
    database.reset();
  }
  return outcome;
}

class LiveWriter : public testing::TestWithParam<WriterStyle> {};

TEST_P(LiveWriter, IsReadConsistentlyAndProgresses) {
  constexpr int kReads = 500;
  const TempDir directory;
  create_accounts(directory / "x.sqlite", "WAL");
  auto* progress = make_shared_value<WriterProgress>();
  ChildProcess first(
      [&] { return write_accounts(directory / "x.sqlite", GetParam(), 1, *progress); });
  ChildProcess second(
      [&] { return write_accounts(directory / "x.sqlite", GetParam(), 2, *progress); });
  const Outcome outcome = read_many(directory, kReads);
  progress->stop = true;
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  EXPECT_GT(outcome.consistent, kReads / 2);
  EXPECT_GT(progress->commits, 100U);
  if (GetParam() == WriterStyle::checkpointing) {
    EXPECT_GT(progress->checkpoints, 10U);
    EXPECT_LT(outcome.busy, kReads / 10);  // how often depends on the scheduler
  }
  RecordProperty("busy", static_cast<int>(outcome.busy));
  RecordProperty("commits", static_cast<int>(progress->commits));
  EXPECT_EQ(
      WritingConnection(directory / "x.sqlite")
          .integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
      0);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, LiveWriter,
                         testing::Values(WriterStyle::checkpointing, WriterStyle::reopening,
                                         WriterStyle::restless));

TEST(SqliteLive, WriterKilledAtAnyInstant) {
  const TempDir directory;
  create_accounts(directory / "x.sqlite", "WAL");
  std::uint64_t consistent = 0;
  for (unsigned round = 0; round < 60; ++round) {
    auto* progress = make_shared_value<WriterProgress>();
    ChildProcess writer([&] {
      return write_accounts(directory / "x.sqlite", WriterStyle::restless, round, *progress);
    });
    consistent += read_many(directory, 5).consistent;
    writer.signal(SIGKILL);
    writer.wait();
    consistent += read_many(directory, 5).consistent;
  }
  EXPECT_GT(consistent, 300U);
}

}  // namespace
}  // namespace clawvigil::test
