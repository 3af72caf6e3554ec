// The sqlite3_vfs through which SQLite reads a SqliteSnapshot: it cannot write, delete, create, map
// or lock anything. Locks are the snapshot's business, so the lock methods only say yes or no.
//
// How a write-ahead log is read without writing -shm: xShmMap always answers
// SQLITE_READONLY_CANTINIT. SQLite then builds the index of the log in its own memory by scanning
// the -wal (wal.c, walBeginShmUnreliable), which ends where the snapshot ends; it keeps that index
// and its page cache for the next transaction if the log has not moved since.
#pragma once

#include <sqlite3.h>

#include <string>

#include "exporter/host/sqlite_snapshot.h"

namespace clawvigil::host {

// Registered with SQLite while it lives; must outlive the connection that uses it, and `snapshot`
// must outlive it. Serves one database, whatever its file name: open kFileName.
class SqliteVfs {
 public:
  static constexpr char kFileName[] = "/database";

  explicit SqliteVfs(SqliteSnapshot& snapshot);
  SqliteVfs(const SqliteVfs&) = delete;
  SqliteVfs& operator=(const SqliteVfs&) = delete;
  ~SqliteVfs();

  [[nodiscard]] const char* name() const { return name_.c_str(); }

 private:
  std::string name_;
  sqlite3_vfs vfs_{};
};

}  // namespace clawvigil::host
