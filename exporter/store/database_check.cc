#include "exporter/store/database_check.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/strings.h"

namespace clawvigil::store {

namespace {

constexpr std::int64_t kApplicationId = 0x434C5756;  // "CLWV"
constexpr std::int64_t kSchemaVersion = 1;
constexpr std::size_t kMaxShownMessage = 256;

struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Row = std::unique_ptr<sqlite3_stmt, Finalizer>;

Errc classify(int status) {
  switch (status & 0xFF) {  // the primary code of an extended one
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::parse;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return Errc::busy;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return Errc::denied;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    case SQLITE_INTERRUPT:
      return Errc::timeout;
    default:
      return Errc::io;
  }
}

// The first row of a query that always has one.
Result<Row> first_row(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int status = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  Row row(statement);
  if (status == SQLITE_OK) status = sqlite3_step(statement);
  if (status != SQLITE_ROW) return std::unexpected(to_error(database, status));
  return row;
}

Result<std::int64_t> number(sqlite3* database, const char* sql) {
  TRY_ASSIGN(const Row row, first_row(database, sql));
  return sqlite3_column_int64(row.get(), 0);
}

Result<> mark_if_empty(sqlite3* database) {
  TRY_ASSIGN(const std::int64_t application, number(database, "PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t version, number(database, "PRAGMA user_version"));
  TRY_ASSIGN(const std::int64_t objects, number(database, "SELECT count(*) FROM sqlite_schema"));
  if (application != 0 || version != 0 || objects != 0) return {};
  const std::string mark = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                           "; PRAGMA user_version=" + std::to_string(kSchemaVersion);
  return run_sql(database, mark.c_str());
}

int interrupt_when_late(void* deadline) {
  return SystemClock{}.now().steady > *static_cast<const SteadyTime*>(deadline) ? 1 : 0;
}

}  // namespace

Error to_error(sqlite3* database, int status) {
  const char* message = database == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(database);
  return {classify(status), "state database: " + sanitize(message, kMaxShownMessage)};
}

Result<> run_sql(sqlite3* database, const char* sql) {
  const int status = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return std::unexpected(to_error(database, status));
  return {};
}

Result<> check_identity(sqlite3* database) {
  TRY_ASSIGN(const std::int64_t application, number(database, "PRAGMA application_id"));
  TRY_ASSIGN(const std::int64_t version, number(database, "PRAGMA user_version"));
  if (application != kApplicationId) {
    return fail(Errc::unsupported, "it is the database of another program");
  }
  if (version > kSchemaVersion) {
    return fail(Errc::unsupported, "it is of schema version " + std::to_string(version) +
                                       ", newer than " + std::to_string(kSchemaVersion));
  }
  return {};
}

Result<> check_integrity(sqlite3* database) {
  constexpr auto kBudget = std::chrono::seconds(2);
  constexpr int kStepsBetweenChecks = 1000;
  SteadyTime deadline = SystemClock{}.now().steady + kBudget;
  sqlite3_progress_handler(database, kStepsBetweenChecks, interrupt_when_late, &deadline);
  const Result<Row> row = first_row(database, "PRAGMA quick_check(1)");
  sqlite3_progress_handler(database, 0, nullptr, nullptr);
  if (!row) {
    if (row.error().code == Errc::timeout) return {};  // so large, and no damage so far
    return std::unexpected(row.error());
  }
  const auto* verdict = reinterpret_cast<const char*>(sqlite3_column_text(row->get(), 0));
  if (verdict != nullptr && std::string_view(verdict) == "ok") return {};
  return fail(Errc::parse, "it is damaged");
}

Result<> check_or_mark_identity(sqlite3* database) {
  TRY(run_sql(database, "BEGIN IMMEDIATE"));
  Result<> usable = mark_if_empty(database);
  if (usable) usable = check_identity(database);
  if (usable) usable = run_sql(database, "COMMIT");
  if (sqlite3_get_autocommit(database) == 0) static_cast<void>(run_sql(database, "ROLLBACK"));
  return usable;
}

}  // namespace clawvigil::store
