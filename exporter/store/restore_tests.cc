#include "exporter/store/restore_tests.h"

#include "exporter/base/strings.h"

namespace clawvigil::store {

namespace {

constexpr std::size_t kMaxName = 128;
constexpr std::size_t kMaxComment = 200;
constexpr std::int64_t kMostTests = 256;

// Reading must not write: the table is made when it turns out to be missing.
Result<Statement> prepare(Store& store, std::string_view sql) {
  Result<Statement> statement = store.prepare(sql);
  if (statement) return statement;
  TRY(
      store.ensure_schema("CREATE TABLE IF NOT EXISTS restore_tests("
                          "backup TEXT PRIMARY KEY, tested INTEGER NOT NULL, "
                          "comment TEXT NOT NULL)"));
  return store.prepare(sql);
}

}  // namespace

Result<std::vector<RestoreTest>> restore_tests(Store& store) {
  TRY_ASSIGN(Statement select, prepare(store,
                                       "SELECT backup, tested, comment FROM restore_tests "
                                       "ORDER BY backup LIMIT ?1"));
  select.bind(1, kMostTests);
  std::vector<RestoreTest> tests;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return tests;
    tests.push_back({std::string(select.text(0)), SystemTime(Duration(select.integer(1))),
                     std::string(select.text(2))});
  }
}

Result<> record_restore_test(Store& store, const RestoreTest& test, SystemTime now) {
  if (test.backup.empty() || test.backup.size() > kMaxName) {
    return fail(Errc::parse, "expected the name of a backup");
  }
  if (test.tested > now) return fail(Errc::parse, "the time of the test is in the future");
  TRY_ASSIGN(Statement insert,
             prepare(store, "INSERT OR REPLACE INTO restore_tests VALUES(?1, ?2, ?3)"));
  return insert.bind(1, sanitize(test.backup, kMaxName))
      .bind(2, std::int64_t{test.tested.time_since_epoch().count()})
      .bind(3, sanitize(test.comment, kMaxComment))
      .run();
}

}  // namespace clawvigil::store
