// Databases that would take more time, memory or rights than a reader may have.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "exporter/base/clock.h"
#include "tests/hostile/sqlite_hostile.h"

namespace clawvigil::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SqliteLimits, BudgetEndsAnEndlessStatement) {
  const TempDir directory;
  create_database(directory,
                  "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT "
                  "i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i FROM n");
  auto database = open_in(directory, milliseconds(100));
  ASSERT_TRUE(database);
  const SteadyTime start = SystemClock{}.now().steady;
  const auto rows =
      count(*database, "SELECT count(*) FROM t a, t b, t c, t d WHERE a.x + b.x > c.x + d.x");
  EXPECT_LT(SystemClock{}.now().steady - start, seconds(3));
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::timeout);
}

TEST(SqliteLimits, LargeValueIsTooLarge) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(9000000))");
  auto database = open_in(directory);
  ASSERT_TRUE(database);
  auto query = database->prepare("SELECT x FROM t");
  ASSERT_TRUE(query);
  const auto row = query->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, Errc::too_large);
}

TEST(SqliteLimits, LargeSchemaIsTooLarge) {
  const TempDir directory;
  std::string sql = "BEGIN;";
  const std::string comment(100'000, 'c');
  for (int i = 0; i < 100; ++i) {
    sql += "CREATE TABLE t" + std::to_string(i) + "(x /*" + comment + "*/);";
  }
  create_database(directory, sql + "COMMIT");
  const auto database = open_in(directory);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::too_large);
}

TEST(SqliteLimits, SchemaCannotRunCode) {
  const TempDir directory;
  create_database(directory,
                  "CREATE TABLE t(x); INSERT INTO t VALUES('ab'); CREATE VIEW v AS SELECT x FROM t;"
                  "CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES('word')");
  auto database = open_in(directory);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_FALSE(database->has_table("v").value_or(true));
  EXPECT_FALSE(database->has_table("f").value_or(true));
  for (const std::string_view sql :
       {"SELECT x FROM v", "SELECT x FROM f", "SELECT randomblob(5)", "SELECT load_extension('x')",
        "INSERT INTO t VALUES(1)", "DROP TABLE t", "ATTACH ':memory:' AS m",
        "PRAGMA query_only=OFF", "PRAGMA writable_schema=ON", "CREATE TEMP TABLE z(x)", "BEGIN",
        "VACUUM"}) {
    const auto query = database->prepare(sql);
    ASSERT_FALSE(query) << sql;
    EXPECT_EQ(query.error().code, Errc::unsupported) << sql << ": " << query.error().message;
  }
  EXPECT_EQ(database->prepare("SELECT y FROM t").error().code, Errc::not_found);
  EXPECT_EQ(database->prepare("SELECT x FROM u").error().code, Errc::not_found);
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t WHERE upper(x) = 'AB'").value_or(-2), 1);
}

TEST(SqliteLimits, QueryOutlivesItsDatabaseAndBindsAgain) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x, y); INSERT INTO t VALUES(1,''),(2,NULL),(3,'c')");
  std::optional<Query> query;
  {
    auto database = open_in(directory);
    ASSERT_TRUE(database);
    query = *database->prepare("SELECT y FROM t WHERE x = ?1 AND x <> ?2");
  }
  query->bind(1, std::int64_t{3}).bind(2, std::string_view());
  ASSERT_TRUE(query->step().value_or(false));
  EXPECT_EQ(query->text(0), "c");
  query->bind(1, std::int64_t{2});
  ASSERT_TRUE(query->step().value_or(false));
  EXPECT_TRUE(query->is_null(0));
  EXPECT_FALSE(query->step().value_or(true));
  query->bind(9, std::int64_t{1});
  EXPECT_FALSE(query->step());
}

TEST(SqliteLimits, LinksAndForeignOwnersAreUnsafe) {
  const TempDir directory;
  create_database(directory, "CREATE TABLE t(x)");
  EXPECT_EQ(
      ReadOnlyDatabase::open(directory.anchor(), "x.sqlite", {::getuid() + 1, false}, seconds(1))
          .error()
          .code,
      Errc::unsafe);
  std::filesystem::create_symlink("x.sqlite", directory / "link.sqlite");
  EXPECT_EQ(ReadOnlyDatabase::open(directory.anchor(), "link.sqlite", {}, seconds(1)).error().code,
            Errc::unsafe);
}

}  // namespace
}  // namespace clawvigil::test
