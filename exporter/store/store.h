// The state database: what must survive a restart (cursors, counters, fingerprints). SQLite in WAL
// mode, one file <storage.path>/state.db, mode 0600. Each thread opens its own Store; writes of
// several threads are serialised by SQLite.
//
// A database that is corrupt, of a newer schema or not ours is set aside
// (state.db.broken-<unix time>, with its -wal and -shm) and rebuilt. When the directory cannot be
// used at all, or the disk is full, the store lives in memory, shared by all Stores of this
// directory while one of them lives: everything works, nothing survives, and problem() says why.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::store {

// A prepared statement. Bind with 1-based indexes, step until false, read columns from 0.
// The statement resets itself and releases its locks when a Row loop ends or it is destroyed.
class Statement {
 public:
  Statement() = default;

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view value);       // copied, as TEXT
  Statement& bind_blob(int index, std::string_view value);  // copied, as BLOB

  // True while there is a row. Errors carry SQLite's message, never bound values.
  [[nodiscard]] Result<bool> step();
  // Runs a statement that returns no rows, then resets it for the next use.
  [[nodiscard]] Result<> run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  // Valid until the next step or reset.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::string_view blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Store;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] Error error(int status) const;
  Statement& remember(int bind_status);

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bind_status_ = SQLITE_OK;  // first failure of a bind, reported by step() and run()
};

class Store {
 public:
  // Never fails: falls back to memory. Creates `directory` (its last component, 0700) if missing.
  // `now` names a database that has to be set aside. Checks the database for at most 2 s, unless
  // this process has it open and checked already. Waits up to 2 s for another connection's lock,
  // then and in every later call: Errc::busy.
  [[nodiscard]] static Store open(const std::string& directory, SystemTime now);
  [[nodiscard]] static Store in_memory();
  // For commands beside the daemon: the database that is there, never a new one (made by root it
  // would be closed to the daemon). not_found, denied, and whatever keeps it from being used.
  [[nodiscard]] static Result<Store> open_existing(const std::string& directory, SystemTime now);

  // For commands that only look: reads the database that is there, beside whoever writes it, and
  // checks no more than that it is ours, however large it is. What was written before the call is
  // seen. not_found, denied; unsupported for another program's database or a newer schema.
  [[nodiscard]] static Result<Store> open_to_read(const std::string& directory);

  // Creates what is missing of a component's schema, all or nothing; `sql` must be idempotent
  // (IF NOT EXISTS).
  [[nodiscard]] Result<> ensure_schema(std::string_view sql);
  // For those who only read: a component's table may not have been created yet.
  [[nodiscard]] Result<bool> has_table(std::string_view name);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // The same, for what is asked again and again: prepared once and kept as long as this Store.
  // Valid until the Store is moved or gone; one user of the same text at a time, who finds it reset
  // but must bind every parameter.
  [[nodiscard]] Result<Statement*> cached(std::string_view sql);
  [[nodiscard]] Result<> execute(std::string_view sql);

  // BEGIN IMMEDIATE … COMMIT; rolls back when destroyed uncommitted or when commit() fails (disk
  // full: try again later). The Store must stay where it is meanwhile.
  class Transaction {
   public:
    explicit Transaction(Store& store) : store_(&store) {}
    Transaction(Transaction&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    [[nodiscard]] Result<> commit();

   private:
    Store* store_;
  };
  [[nodiscard]] Result<Transaction> begin();

  // Why the state is not on disk, or was rebuilt; nullopt when all is well.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }
  [[nodiscard]] bool persistent() const { return persistent_; }

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  using Handle = std::unique_ptr<sqlite3, Closer>;
  Store(Handle database, bool persistent)
      : database_(std::move(database)), persistent_(persistent) {}
  void rollback();
  [[nodiscard]] static Result<Handle> connect(const std::string& uri, int flags);
  [[nodiscard]] static Result<Handle> open_file(const std::string& path);
  [[nodiscard]] static Store open_shared_memory(const std::string& directory, Error problem);

  Handle database_;
  std::map<std::string, Statement, std::less<>> cached_;  // by text; gone before the database is
  std::shared_ptr<const bool> checked_;  // shared by all Stores of a file: it was checked once
  bool persistent_ = false;
  std::optional<Error> problem_;
};

}  // namespace clawvigil::store
