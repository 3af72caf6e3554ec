#include "collectors/state_database.h"

#include <algorithm>
#include <utility>

namespace clawvigil {

namespace {

constexpr std::string_view kDirectory = "state";
constexpr std::string_view kFile = "openclaw.sqlite";

}  // namespace

Result<std::optional<host::ReadOnlyDatabase>> open_home_database(const Home& home,
                                                                 std::string_view directory,
                                                                 std::string_view name,
                                                                 Duration budget) {
  const auto anchor = home.dir->open_dir(directory);
  auto opened = anchor
                    ? host::ReadOnlyDatabase::open(*anchor, name, host::OpenRules{home.uid}, budget)
                    : std::unexpected(anchor.error());
  if (opened) return std::move(*opened);
  if (opened.error().code == Errc::not_found) return std::nullopt;
  return prefixed(std::move(opened).error(), std::string(directory) + "/" + std::string(name));
}

Result<std::optional<host::ReadOnlyDatabase>> open_state_database(const Home& home,
                                                                  Duration budget) {
  return open_home_database(home, kDirectory, kFile, budget);
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
