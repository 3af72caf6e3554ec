#include "exporter/store/store.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/child_process.h"
#include "tests/support/daemon_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using store::Store;

const SystemTime kNow{std::chrono::seconds(1'700'000'000)};
constexpr char kSchema[] = "CREATE TABLE IF NOT EXISTS t(x INTEGER PRIMARY KEY, y)";

std::int64_t number(Store& store, std::string_view sql) {
  auto statement = store.prepare(sql);
  EXPECT_TRUE(statement) << statement.error().message;
  EXPECT_TRUE(statement->step().value_or(false));
  return statement->integer(0);
}

mode_t mode_of(const std::string& path) {
  struct stat found{};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777U;
}

TEST(Store, KeepsWhatItIsToldPrivately) {
  const TempDir directory(0755);
  const std::string path = directory / "state";
  {
    Store store = Store::open(path, kNow);
    EXPECT_TRUE(store.persistent());
    EXPECT_FALSE(store.problem()) << store.problem()->message;
    ASSERT_TRUE(store.ensure_schema(kSchema));
    ASSERT_TRUE(store.ensure_schema(kSchema));
    auto insert = store.prepare("INSERT INTO t VALUES(?1, ?2)");
    ASSERT_TRUE(insert);
    ASSERT_TRUE(insert->bind(1, std::int64_t{1}).bind(2, std::string_view()).run());
    ASSERT_TRUE(insert->bind(1, std::int64_t{2}).bind(2, 0.5).run());
    ASSERT_TRUE(insert->bind(1, std::int64_t{3}).bind_blob(2, std::string_view("\0b", 2)).run());
    EXPECT_EQ(mode_of(path), 0700U);
    for (const char* name : {"/state.db", "/state.db-wal", "/state.db-shm"}) {
      EXPECT_EQ(mode_of(path + name), 0600U) << name;
    }
  }
  Store store = Store::open(path, kNow);
  auto select = store.prepare("SELECT y FROM t ORDER BY x");
  ASSERT_TRUE(select->step().value_or(false));
  EXPECT_FALSE(select->is_null(0));
  EXPECT_EQ(select->text(0), "");
  ASSERT_TRUE(select->step().value_or(false));
  EXPECT_EQ(select->real(0), 0.5);
  ASSERT_TRUE(select->step().value_or(false));
  EXPECT_EQ(select->blob(0), std::string_view("\0b", 2));
  EXPECT_FALSE(select->step().value_or(true));
  EXPECT_EQ(number(store, "PRAGMA synchronous"), 1);
}

TEST(Store, ErrorsDoNotShowBoundValues) {
  Store store = Store::in_memory();
  EXPECT_FALSE(store.persistent());
  ASSERT_TRUE(store.ensure_schema("CREATE TABLE IF NOT EXISTS t(x TEXT UNIQUE)"));
  auto insert = store.prepare("INSERT INTO t VALUES(?1)");
  ASSERT_TRUE(insert->bind(1, "hunter2").run());
  const auto twice = insert->bind(1, "hunter2").run();
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().message.find("hunter2"), std::string::npos);
  EXPECT_FALSE(insert->bind(2, "beyond").run());
  EXPECT_TRUE(insert->bind(1, "other").run());
  EXPECT_FALSE(store.prepare("SELECT nonsense FROM t"));
}

TEST(Store, TransactionRollsBackUnlessCommitted) {
  const TempDir directory;
  Store store = Store::open(directory.path(), kNow);
  Store other = Store::open(directory.path(), kNow);
  ASSERT_TRUE(store.ensure_schema(kSchema));
  {
    auto transaction = store.begin();
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(store.execute("INSERT INTO t VALUES(1, 1)"));
  }
  EXPECT_EQ(number(other, "SELECT count(*) FROM t"), 0);
  {
    auto transaction = store.begin();
    ASSERT_TRUE(store.execute("INSERT INTO t VALUES(1, 1)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(number(other, "SELECT count(*) FROM t"), 1);
}

TEST(Store, ACachedStatementIsPreparedOnceAndFoundReset) {
  Store store = Store::in_memory();
  EXPECT_FALSE(store.cached("SELECT v FROM t WHERE v > ?1"));
  ASSERT_TRUE(store.execute("CREATE TABLE t(v); INSERT INTO t VALUES(1),(2)"));
  auto* const first = *store.cached("SELECT v FROM t WHERE v > ?1");
  first->bind(1, std::int64_t{1});
  ASSERT_TRUE(*first->step());
  EXPECT_EQ(first->integer(0), 2);
  EXPECT_EQ(*store.cached("SELECT v FROM t WHERE v > ?1"), first);
  first->bind(1, std::int64_t{0});
  ASSERT_TRUE(*first->step());
  EXPECT_EQ(first->integer(0), 1);
  EXPECT_NE(*store.cached("SELECT v FROM t"), first);
}

TEST(Store, FailedSchemaLeavesNothing) {
  Store store = Store::in_memory();
  EXPECT_FALSE(store.ensure_schema("CREATE TABLE IF NOT EXISTS u(x); CREATE TABLE broken("));
  EXPECT_FALSE(store.prepare("SELECT * FROM u"));
}

TEST(Store, ThreadsAreSerialised) {
  const TempDir directory;
  constexpr int kTimes = 100;
  const auto count_up = [&] {
    Store store = Store::open(directory.path(), kNow);
    EXPECT_FALSE(store.problem());
    EXPECT_TRUE(
        store.ensure_schema("CREATE TABLE IF NOT EXISTS n(v); INSERT INTO n SELECT 0 WHERE "
                            "NOT EXISTS (SELECT 1 FROM n)"));
    for (int i = 0; i < kTimes; ++i) EXPECT_TRUE(store.execute("UPDATE n SET v = v + 1"));
  };
  {
    const std::jthread first(count_up);
    const std::jthread second(count_up);
  }
  Store store = Store::open(directory.path(), kNow);
  EXPECT_EQ(number(store, "SELECT v FROM n"), 2 * kTimes);
}

void expect_set_aside(const TempDir& directory, Errc reason) {
  Store store = Store::open(directory.path(), kNow);
  EXPECT_TRUE(store.persistent());
  ASSERT_TRUE(store.problem());
  EXPECT_EQ(store.problem()->code, reason) << store.problem()->message;
  EXPECT_NE(store.problem()->message.find("state.db.broken-1700000000"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(directory / "state.db.broken-1700000000"));
  EXPECT_TRUE(store.ensure_schema("CREATE TABLE IF NOT EXISTS fresh(x)"));
  EXPECT_FALSE(Store::open(directory.path(), kNow).problem());
}

TEST(Store, GarbageIsSetAside) {
  const TempDir directory;
  directory.write("state.db", std::string(20'000, 'g'));
  directory.write("state.db-wal", "old");
  expect_set_aside(directory, Errc::parse);
}

TEST(Store, DamagedPageIsSetAside) {
  const TempDir directory;
  {
    Store store = Store::open(directory.path(), kNow);
    ASSERT_TRUE(store.ensure_schema(kSchema));
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(store.execute("INSERT INTO t(y) VALUES(zeroblob(3000))"));
  }
  std::fstream(directory / "state.db", std::ios::in | std::ios::out | std::ios::binary)
      .seekp(4096)
      .write(std::string(4096, 'x').data(), 4096);
  expect_set_aside(directory, Errc::parse);
}

TEST(Store, NewerSchemaAndForeignDatabaseAreSetAside) {
  for (const char* sql : {"PRAGMA user_version=99", "PRAGMA application_id=7"}) {
    const TempDir directory;
    ASSERT_TRUE(Store::open(directory.path(), kNow).execute(sql));
    expect_set_aside(directory, Errc::unsupported);
  }
}

TEST(Store, UnusableDirectoryMeansSharedMemory) {
  const TempDir directory;
  directory.write("file", "");
  const std::string path = directory / "file";
  Store store = Store::open(path, kNow);
  EXPECT_FALSE(store.persistent());
  ASSERT_TRUE(store.problem());
  ASSERT_TRUE(store.ensure_schema(kSchema));
  ASSERT_TRUE(store.execute("INSERT INTO t VALUES(1, 1)"));
  Store same = Store::open(path, kNow);
  EXPECT_EQ(number(same, "SELECT count(*) FROM t"), 1);
  Store elsewhere = Store::open(directory / "missing/deeper", kNow);
  EXPECT_FALSE(elsewhere.persistent());
  EXPECT_FALSE(elsewhere.prepare("SELECT * FROM t"));
}

TEST(Store, FullDiskIsAnErrorAndPasses) {
  const TempDir directory;
  if (::mount("tmpfs", directory.path().c_str(), "tmpfs", 0, "size=400k") != 0) {
    GTEST_SKIP() << "SKIPPED: cannot mount a small tmpfs (needs root)";
  }
  {
    Store store = Store::open(directory.path(), kNow);
    ASSERT_TRUE(store.persistent());
    ASSERT_TRUE(store.ensure_schema(kSchema));
    ASSERT_TRUE(store.execute("INSERT INTO t VALUES(1, 'kept')"));
    directory.write("ballast", std::string(150'000, 'b'));
    auto transaction = store.begin();
    ASSERT_TRUE(transaction);
    Result<> full = store.execute("INSERT INTO t(y) VALUES(zeroblob(400000))");
    if (full) full = transaction->commit();
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Errc::io) << full.error().message;
    {
      const auto ended = std::move(transaction);
    }
    EXPECT_EQ(number(store, "SELECT count(*) FROM t"), 1);
    std::filesystem::remove(directory / "ballast");
    EXPECT_TRUE(store.execute("INSERT INTO t(y) VALUES('later')"));
    EXPECT_EQ(number(store, "SELECT count(*) FROM t"), 2);
  }
  EXPECT_EQ(::umount2(directory.path().c_str(), MNT_DETACH), 0);
}

TEST(Store, KilledInTheMiddleOfTransactions) {
  const TempDir directory;
  auto* commits = make_shared_value<std::atomic<std::int64_t>>();
  for (int round = 0; round < 20; ++round) {
    ChildProcess writer([&] {
      Store store = Store::open(directory.path(), kNow);
      if (!store.persistent() || !store.ensure_schema(kSchema)) return 1;
      while (true) {
        auto transaction = store.begin();
        if (!store.execute("INSERT INTO t(y) VALUES(1); INSERT INTO t(y) VALUES(-1)")) return 2;
        if (!transaction->commit()) return 3;
        ++*commits;
      }
    });
    const std::int64_t target = *commits + 1 + round;
    ASSERT_TRUE(eventually([&] { return *commits >= target; }));
    writer.signal(SIGKILL);
    EXPECT_EQ(writer.wait(), 128 + SIGKILL);
    Store store = Store::open(directory.path(), kNow);
    EXPECT_FALSE(store.problem());
    EXPECT_EQ(number(store, "SELECT sum(y) FROM t"), 0);
    EXPECT_GE(number(store, "SELECT count(*) / 2 FROM t"), *commits);
  }
}

}  // namespace
}  // namespace clawvigil::test
