#include "collectors/state_database.h"

#include <algorithm>
#include <utility>

namespace clawvigil {

namespace {

constexpr std::string_view kDirectory = "state";
constexpr std::string_view kFile = "openclaw.sqlite";

}  // namespace

Result<std::optional<host::ReadOnlyDatabase>> open_state_database(const Home& home,
                                                                  Duration budget) {
  const auto directory = home.dir->open_dir(kDirectory);
  if (!directory) {
    if (directory.error().code == Errc::not_found) return std::nullopt;
    return std::unexpected(directory.error());
  }
  auto database =
      host::ReadOnlyDatabase::open(*directory, kFile, host::OpenRules{home.uid}, budget);
  if (database) return std::move(*database);
  if (database.error().code == Errc::not_found) return std::nullopt;
  return prefixed(std::move(database).error(), "state/openclaw.sqlite");
}

bool DatabaseAppearance::settled(SystemTime now) const {
  constexpr Duration kSettled = std::chrono::seconds(2);
  return now - std::max(modified, wal_modified) > kSettled;
}

DatabaseAppearance state_database_appearance(const Home& home) {
  DatabaseAppearance appearance;
  if (const auto file = home.dir->stat("state/openclaw.sqlite")) {
    appearance.inode = file->inode;
    appearance.size = file->size;
    appearance.modified = file->modified;
  }
  if (const auto wal = home.dir->stat("state/openclaw.sqlite-wal")) {
    appearance.wal_size = wal->size;
    appearance.wal_modified = wal->modified;
  }
  return appearance;
}

}  // namespace clawvigil
