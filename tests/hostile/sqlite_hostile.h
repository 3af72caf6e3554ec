// What the tests of hostile databases share: one database named x.sqlite in a directory.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "exporter/host/sqlite.h"
#include "tests/support/sqlite_writer.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

using host::OpenRules;
using host::Query;
using host::ReadOnlyDatabase;

inline Result<ReadOnlyDatabase> open_in(const TempDir& directory,
                                        Duration budget = std::chrono::seconds(5)) {
  return ReadOnlyDatabase::open(directory.anchor(), "x.sqlite", {}, budget);
}

inline Result<std::int64_t> count(ReadOnlyDatabase& database, std::string_view sql) {
  TRY_ASSIGN(Query query, database.prepare(sql));
  TRY_ASSIGN(const bool row, query.step());
  return row ? query.integer(0) : -1;
}

inline void create_database(const TempDir& directory, const std::string& sql) {
  WritingConnection(directory / "x.sqlite").execute(sql);
}

}  // namespace clawvigil::test
