// The state database: what must survive a restart (cursors, counters, fingerprints). SQLite in WAL
// mode, one file <storage.path>/state.db, mode 0600. Each thread opens its own Store; writes of
// several threads are serialised by SQLite.
//
// A database that is corrupt or of a newer schema is set aside (state.db.broken-<time>) and
// rebuilt. When the directory cannot be used at all the store lives in memory: everything works,
// nothing survives, and problem() says why.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class Store {
 public:
  // Never fails: falls back to memory. `now` names a database that has to be set aside.
  [[nodiscard]] static Store open(const std::string& directory, SystemTime now);
  [[nodiscard]] static Store in_memory();

  // Creates what is missing of a component's schema; `sql` must be idempotent (IF NOT EXISTS).
  [[nodiscard]] Result<> ensure_schema(std::string_view sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Result<> execute(std::string_view sql);

  // BEGIN IMMEDIATE … COMMIT; rolls back when destroyed uncommitted.
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
  Store(std::unique_ptr<sqlite3, Closer> database, bool persistent, std::optional<Error> problem)
      : database_(std::move(database)), persistent_(persistent), problem_(std::move(problem)) {}
  [[nodiscard]] static Result<std::unique_ptr<sqlite3, Closer>> open_file(const std::string& path);

  std::unique_ptr<sqlite3, Closer> database_;
  bool persistent_ = false;
  std::optional<Error> problem_;
};

}  // namespace clawvigil::store
