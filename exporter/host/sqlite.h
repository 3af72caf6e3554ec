// Reads other programs' SQLite databases without ever writing, locking them out or mapping memory.
//
// Opened through a VFS of our own (sqlite_vfs.h) whose files come from Dir::open_file, so all its
// properties hold for the database, its -wal, -shm and -journal: no access(2), no mmap of -shm, no
// file created, and CAP_DAC_READ_SEARCH suffices. A live WAL database is read consistently: while a
// read transaction is open, shared locks are held on the database and on all read marks of -shm, so
// a writer may append but not checkpoint over or restart what we read (sqlite_snapshot.h has the
// argument). Keep transactions short: finish() or destroy a Query as soon as possible. Nothing is
// read, changed or locked while no transaction is open.
//
// A read transaction lasts from a Query's first step() until step() returned false, an error, or
// finish(); Queries that overlap share one, and with it its snapshot and its budget.
//
// The schema may be hostile: no views, triggers, virtual tables (full-text search included),
// extensions, attached or temporary files; of the functions only those of a short list.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

class ReadOnlyDatabase;
class SqliteConnection;

// A prepared SELECT. Columns count from 0, parameters from 1. It may outlive its ReadOnlyDatabase.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&& other) noexcept;
  ~Query();

  Query& bind(int index, std::int64_t value);
  Query& bind(int index, std::string_view value);
  // True while there is a row. busy: locked by a writer, left in the middle of a rollback-mode
  // commit, or replaced or altered since ReadOnlyDatabase::open (then open it again); parse:
  // corrupt; timeout: over the budget.
  [[nodiscard]] Result<bool> step();
  void finish();  // ends the read transaction and clears nothing bound

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // valid until the next step or finish
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class ReadOnlyDatabase;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Query(std::shared_ptr<SqliteConnection> connection, sqlite3_stmt* statement)
      : connection_(std::move(connection)), statement_(statement) {}

  std::shared_ptr<SqliteConnection> connection_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  bool active_ = false;          // takes part in a read transaction
  int bind_status_ = SQLITE_OK;  // first failure of bind(), reported by step()
};

class ReadOnlyDatabase {
 public:
  // Opens `name` in `directory` (a plain file name). One thread at a time; `directory` is copied
  // (duplicated descriptor). A value or row beyond 8 MiB, a write-ahead log beyond 1 GiB or a
  // schema beyond 8 MiB is Errc::too_large; a read transaction that lasts longer than `budget`
  // (waiting for locks and the caller's time between rows included) Errc::timeout, or Errc::busy if
  // it was spent waiting for locks. Never open a database this process also opens by other means:
  // closing a file here would drop the other connection's POSIX locks.
  [[nodiscard]] static Result<ReadOnlyDatabase> open(const Dir& directory, std::string_view name,
                                                     const OpenRules& rules, Duration budget);
  ReadOnlyDatabase(ReadOnlyDatabase&&) noexcept = default;
  ReadOnlyDatabase& operator=(ReadOnlyDatabase&&) noexcept = default;
  ~ReadOnlyDatabase() = default;

  // not_found when a table or column does not exist.
  [[nodiscard]] Result<Query> prepare(std::string_view sql);
  [[nodiscard]] Result<std::int64_t> user_version();
  // An ordinary table of that name (case matters), not a view or a virtual table.
  [[nodiscard]] Result<bool> has_table(std::string_view table);

 private:
  explicit ReadOnlyDatabase(std::shared_ptr<SqliteConnection> connection)
      : connection_(std::move(connection)) {}
  std::shared_ptr<SqliteConnection> connection_;
};

}  // namespace clawvigil::host
