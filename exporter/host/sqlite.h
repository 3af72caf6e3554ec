// Reads other programs' SQLite databases without ever writing, locking them out or mapping memory.
//
// Opened through a VFS of our own whose files come from Dir::open_file (all its properties hold for
// the database, its -wal and its -journal): no access(2), no mmap of -shm, no file created. A live
// WAL database is read consistently: while a read transaction is open, shared OFD locks are held on
// the database and on all WAL read marks of -shm, so a writer may append but not checkpoint over or
// restart what we read. Keep transactions short: finish() or destroy a Query as soon as possible.
// Nothing is read or changed while no transaction is open.
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

// A prepared SELECT. Columns count from 0, parameters from 1.
class Query {
 public:
  Query& bind(int index, std::int64_t value);
  Query& bind(int index, std::string_view value);
  // True while there is a row. busy: locked by a writer; parse: corrupt; timeout: over the budget.
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
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  sqlite3* database_ = nullptr;
};

class ReadOnlyDatabase {
 public:
  // Opens `name` in `directory` (a plain file name). One thread at a time; `directory` is copied
  // (duplicated descriptor). A value or row beyond 8 MiB is Errc::too_large, a statement that runs
  // longer than `budget` Errc::timeout.
  [[nodiscard]] static Result<ReadOnlyDatabase> open(const Dir& directory, std::string_view name,
                                                     const OpenRules& rules, Duration budget);
  ReadOnlyDatabase(ReadOnlyDatabase&&) noexcept;
  ReadOnlyDatabase& operator=(ReadOnlyDatabase&&) noexcept;
  ~ReadOnlyDatabase();

  // not_found when a table or column does not exist.
  [[nodiscard]] Result<Query> prepare(std::string_view sql);
  [[nodiscard]] Result<std::int64_t> user_version();
  [[nodiscard]] Result<bool> has_table(std::string_view table);

 private:
  struct State;
  explicit ReadOnlyDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace clawvigil::host
