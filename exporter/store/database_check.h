// Whether an open SQLite file is a state database this program may use.
#pragma once

#include <sqlite3.h>

#include "exporter/base/result.h"

namespace clawvigil::store {

// What SQLite's `status` means, with its message: parse for a damaged file, busy for a lock, denied
// for a file or directory that cannot be written.
[[nodiscard]] Error to_error(sqlite3* database, int status);

// Runs statements without results.
[[nodiscard]] Result<> run_sql(sqlite3* database, const char* sql);

// Reads the whole database, for at most 2 s. parse: damaged.
[[nodiscard]] Result<> check_integrity(sqlite3* database);

// unsupported: another program's, an empty one, or of a newer schema than this program knows.
[[nodiscard]] Result<> check_identity(sqlite3* database);

// The same, but marks an empty database as ours. unsupported: another program's, or of a newer
// schema than this program knows.
[[nodiscard]] Result<> check_or_mark_identity(sqlite3* database);

}  // namespace clawvigil::store
