// Databases and companion files as a compromised agent could leave them: refused or reported within
// the budget, never a crash, a hang or a wrong row.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "exporter/host/sqlite.h"
#include "tests/hostile/sqlite_hostile.h"
#include "tests/support/child_process.h"
#include "tests/support/daemon_process.h"
#include "tests/support/sqlite_writer.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Runs `sql` in a child, so that its locks are another process's.
void change(const TempDir& directory, const std::string& sql) {
  ChildProcess writer([&] {
    WritingConnection(directory / "x.sqlite").execute(sql);
    return 0;
  });
  ASSERT_EQ(writer.wait(), 0);
}

// A child that runs `sql` and keeps its connection (and locks) until it is killed.
class Holder {
 public:
  explicit Holder(const std::string& path, const std::string& sql)
      : child_([&, ready = ready_] {
          WritingConnection connection(path);
          connection.execute(sql);
          *ready = true;
          while (true) ::pause();
          return 0;
        }) {
    EXPECT_TRUE(eventually([&] { return ready_->load(); }));
  }
  void kill() {
    child_.signal(SIGKILL);
    child_.wait();
  }

 private:
  std::atomic<bool>* ready_ = make_shared_value<std::atomic<bool>>();
  ChildProcess child_;
};

constexpr char kLiveWal[] =
    "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(x); "
    "INSERT INTO t VALUES(1),(2),(3)";

TEST(SqliteHostile, EverythingIsInTheLogOfALiveWriter) {
  const TempDir directory;
  Holder writer(directory / "x.sqlite", kLiveWal);
  EXPECT_EQ(std::filesystem::file_size(directory / "x.sqlite"), 4096U);
  auto database = open_in(directory);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
  EXPECT_TRUE(database->has_table("t").value_or(false));
  EXPECT_FALSE(database->has_table("u").value_or(true));
}

TEST(SqliteHostile, EveryCommitIsSeenAtOnce) {
  const TempDir directory;
  const Holder keeps_the_log(directory / "x.sqlite", kLiveWal);
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  auto query = database->prepare("SELECT max(x) FROM t");
  for (std::int64_t i = 4; i < 24; ++i) {
    change(directory, "INSERT INTO t VALUES(" + std::to_string(i) + ")");
    if (i % 5 == 0) change(directory, "PRAGMA wal_checkpoint(TRUNCATE)");
    ASSERT_TRUE(query->step().value_or(false));
    EXPECT_EQ(query->integer(0), i);
    query->finish();
  }
}

TEST(SqliteHostile, CrashedWriterWithAndWithoutIndex) {
  const TempDir directory;
  Holder(directory / "x.sqlite", kLiveWal).kill();
  auto database = open_in(directory);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
  std::filesystem::remove(directory / "x.sqlite-shm");
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
  EXPECT_FALSE(std::filesystem::exists(directory / "x.sqlite-shm"));
}

TEST(SqliteHostile, WriterThatAppearsWithoutIndexIsNoticed) {
  const TempDir directory;
  create_database(directory,
                  "PRAGMA journal_mode=WAL; CREATE TABLE t(x); WITH RECURSIVE n(i) AS "
                  "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
                  "INSERT INTO t SELECT zeroblob(4000) FROM n");
  ASSERT_FALSE(std::filesystem::exists(directory / "x.sqlite-shm"));
  auto database = open_in(directory);
  ASSERT_TRUE(database) << database.error().message;
  auto query = database->prepare("SELECT x FROM t");
  ASSERT_TRUE(query);
  ASSERT_TRUE(query->step().value_or(false));
  Holder writer(directory / "x.sqlite", "UPDATE t SET x = 1; PRAGMA wal_checkpoint(TRUNCATE)");
  Result<bool> row = true;
  while (row && *row) row = query->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::busy);
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 900);
}

TEST(SqliteHostile, NothingIsLockedBetweenTransactions) {
  const TempDir directory;
  create_database(directory, kLiveWal);
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  auto query = database->prepare("SELECT x FROM t");
  ASSERT_TRUE(query->step().value_or(false));
  query->finish();
  ChildProcess writer([&] {
    WritingConnection connection(directory / "x.sqlite");
    connection.execute(
        "INSERT INTO t VALUES(4); PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE; COMMIT");
    return 0;
  });
  EXPECT_EQ(writer.wait(), 0);
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 4);
}

TEST(SqliteHostile, ExclusiveLockIsBusyWithinTheBudget) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x)");
  Holder writer(directory / "x.sqlite", "BEGIN EXCLUSIVE; INSERT INTO t VALUES(1)");
  const SteadyTime start = SystemClock{}.now().steady;
  const auto database = open_in(directory, milliseconds(200));
  EXPECT_LT(SystemClock{}.now().steady - start, seconds(2));
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::busy);
}

TEST(SqliteHostile, HotJournalIsBusy) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(100000))");
  Holder(directory / "x.sqlite",
         "PRAGMA cache_size=1; BEGIN IMMEDIATE; UPDATE t SET x = zeroblob(200000);"
         "INSERT INTO t VALUES(zeroblob(1000000))")
      .kill();
  ASSERT_GT(std::filesystem::file_size(directory / "x.sqlite-journal"), 512U);
  const auto database = open_in(directory);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::busy);
  EXPECT_TRUE(std::filesystem::exists(directory / "x.sqlite-journal"));
}

TEST(SqliteHostile, IndexTruncatedWhileOpen) {
  const TempDir directory;
  Holder writer(directory / "x.sqlite", kLiveWal);
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  auto query = database->prepare("SELECT x FROM t");
  ASSERT_TRUE(query->step().value_or(false));
  std::filesystem::resize_file(directory / "x.sqlite-shm", 0);
  EXPECT_TRUE(query->step().value_or(false));
  query->finish();
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
}

TEST(SqliteHostile, CompanionsThatAreNoPlainFilesAreUnsafe) {
  for (const std::string suffix : {"-shm", "-wal"}) {
    const TempDir directory;
    Holder writer(directory / "x.sqlite", kLiveWal);
    auto database = open_in(directory);
    ASSERT_TRUE(database);
    const std::string path = directory / ("x.sqlite" + suffix);
    const auto expect_unsafe = [&](const char* what) {
      const auto rows = count(*database, "SELECT count(*) FROM t");
      ASSERT_FALSE(rows) << what;
      EXPECT_EQ(rows.error().code, Errc::unsafe) << what;
      std::filesystem::remove(path);
    };
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    expect_unsafe("directory");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    expect_unsafe("FIFO");
    std::filesystem::create_symlink("/etc/passwd", path);
    expect_unsafe("symlink");
    std::filesystem::create_hard_link(directory / "x.sqlite", path);
    expect_unsafe("hard link");
  }
}

TEST(SqliteHostile, DatabaseTruncatedWhileOpen) {
  const TempDir directory;
  create_database(directory,
                  "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                  "i + 1 FROM n WHERE i < 900) INSERT INTO t SELECT zeroblob(4000) FROM n");
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  auto query = database->prepare("SELECT x FROM t");
  ASSERT_TRUE(query->step().value_or(false));
  std::filesystem::resize_file(directory / "x.sqlite", 100'000);
  Result<bool> row = true;
  while (row && *row) row = query->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::parse);
}

TEST(SqliteHostile, ReplacedDatabaseMustBeOpenedAgain) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x)");
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  std::filesystem::copy_file(directory / "x.sqlite", directory / "y.sqlite");
  std::filesystem::rename(directory / "y.sqlite", directory / "x.sqlite");
  const auto rows = count(*database, "SELECT count(*) FROM t");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::busy);
  EXPECT_TRUE(open_in(directory));
}

TEST(SqliteHostile, ChangedSchemaMustBeOpenedAgain) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x)");
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  create_database(directory, "CREATE TABLE u(x)");
  const auto rows = count(*database, "SELECT count(*) FROM t");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::busy);
}

TEST(SqliteHostile, FilesThatAreNoDatabase) {
  const TempDir directory;
  const auto reason = [&]() -> std::string_view {
    auto database = open_in(directory);
    if (!database) return to_string(database.error().code);
    const auto rows = count(*database, "SELECT count(*) FROM t");
    return rows ? "rows" : to_string(rows.error().code);
  };
  EXPECT_EQ(reason(), "not_found");
  directory.write("x.sqlite", "");
  EXPECT_EQ(reason(), "not_found");  // an empty database: no table
  directory.write("x.sqlite", std::string(100'000, 'g'));
  EXPECT_EQ(reason(), "parse");
  directory.write("x.sqlite", "SQLite format 3");
  EXPECT_EQ(reason(), "parse");
  std::filesystem::resize_file(directory / "x.sqlite", 1ULL << 40U);
  EXPECT_EQ(reason(), "parse");
}

TEST(SqliteHostile, SparseTebibyteAndNewerFormat) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  std::filesystem::resize_file(directory / "x.sqlite", 1ULL << 40U);
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 1);

  std::fstream file(directory / "x.sqlite", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(18).write("\x03\x03", 2);  // read and write version of a future format
  file.close();
  const auto newer = open_in(directory);
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::parse);
}

TEST(SqliteHostile, HugeLogIsTooLarge) {
  const TempDir directory;
  Holder(directory / "x.sqlite", kLiveWal).kill();
  std::filesystem::resize_file(directory / "x.sqlite-wal", (1ULL << 30U) + 1);
  const auto database = open_in(directory);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::too_large);
}

TEST(SqliteHostile, GarbageLogIsAnEmptyLog) {
  const TempDir directory;
  create_database(directory, kLiveWal);
  for (const std::string& garbage : {std::string(50'000, 'g'), std::string(50'000, '\0')}) {
    directory.write("x.sqlite-wal", garbage);
    auto database = open_in(directory);
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
  }
}

// Left by a writer that was killed between the log's header and its first frame.
TEST(SqliteHostile, LogOfOnlyAHeaderIsAnEmptyLog) {
  const TempDir directory;
  Holder writer(directory / "x.sqlite", std::string(kLiveWal) + "; PRAGMA wal_checkpoint");
  writer.kill();
  constexpr std::uintmax_t kHeaderBytes = 32;
  std::filesystem::resize_file(directory / "x.sqlite-wal", kHeaderBytes);
  auto database = open_in(directory, seconds(2));
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t").value_or(-2), 3);
}

}  // namespace
}  // namespace clawvigil::test
