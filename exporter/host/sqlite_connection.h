// Internal to sqlite.cc: one SQLite connection over a SqliteVfs, locked down against a hostile
// schema, and its read transaction.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "exporter/host/sqlite_snapshot.h"
#include "exporter/host/sqlite_vfs.h"

namespace clawvigil::host {

class SqliteConnection {
 public:
  [[nodiscard]] static Result<std::shared_ptr<SqliteConnection>> open(const Dir& directory,
                                                                      std::string_view name,
                                                                      const OpenRules& rules,
                                                                      Duration budget);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection() = default;

  // Takes part in the read transaction; the first taker opens it. Each success needs one leave().
  [[nodiscard]] Result<> enter();
  void leave();

  // Only between enter() and leave().
  [[nodiscard]] Result<sqlite3_stmt*> prepare(std::string_view sql);

  // What SQLite's `code` means; the file error behind it if there is one.
  [[nodiscard]] Error error(int code);

 private:
  struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  SqliteConnection(std::unique_ptr<SqliteSnapshot> snapshot, Duration budget)
      : snapshot_(std::move(snapshot)), vfs_(*snapshot_), budget_(budget) {}

  [[nodiscard]] Result<> connect();
  [[nodiscard]] Result<> restrict_features();
  [[nodiscard]] Result<> load_schema();
  [[nodiscard]] Result<> begin();
  void end();

  // Destroyed in reverse: statements, connection, VFS, snapshot.
  std::unique_ptr<SqliteSnapshot> snapshot_;
  SqliteVfs vfs_;
  std::unique_ptr<sqlite3, Closer> database_;
  // Its row holds SQLite's read transaction open, and is the schema's version.
  std::unique_ptr<sqlite3_stmt, Finalizer> pin_;
  std::int64_t schema_version_ = 0;
  Duration budget_;
  int users_ = 0;
};

}  // namespace clawvigil::host
