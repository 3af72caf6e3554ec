// state/openclaw.sqlite, the database OpenClaw keeps its state in since 2026.6.
#pragma once

#include <optional>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/sqlite.h"

namespace clawvigil {

// The database `name` in `directory` of `home`, or nullopt when there is none. Errors as of
// ReadOnlyDatabase::open, with the file's name before them.
[[nodiscard]] Result<std::optional<host::ReadOnlyDatabase>> open_home_database(
    const Home& home, std::string_view directory, std::string_view name, Duration budget);

// The same for state/openclaw.sqlite.
[[nodiscard]] Result<std::optional<host::ReadOnlyDatabase>> open_state_database(const Home& home,
                                                                                Duration budget);

// What changes whenever the database does: compare two of them for "has anything been written?".
struct DatabaseAppearance {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  SystemTime modified;
  std::uint64_t wal_size = 0;
  SystemTime wal_modified;
  bool operator==(const DatabaseAppearance&) const = default;

  // Nothing was written within the clock's granularity before `now`, so an equal appearance means
  // an equal content.
  [[nodiscard]] bool settled(SystemTime now) const;
};

// Two stats. A database that is not there, or cannot be looked at, has the empty appearance.
[[nodiscard]] DatabaseAppearance state_database_appearance(const Home& home);

}  // namespace clawvigil
