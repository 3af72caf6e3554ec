#include "collectors/state_database.h"

#include <chrono>
#include <utility>

namespace clawvigil {

namespace {

constexpr std::chrono::seconds kQueryBudget{1};

}  // namespace

Result<std::optional<host::ReadOnlyDatabase>> open_state_database(const Home& home) {
  const auto directory = home.dir->open_dir("state");
  if (!directory) {
    if (directory.error().code == Errc::not_found) return std::nullopt;
    return std::unexpected(directory.error());
  }
  auto database = host::ReadOnlyDatabase::open(*directory, "openclaw.sqlite",
                                               host::OpenRules{home.uid}, kQueryBudget);
  if (database) return std::move(*database);
  if (database.error().code == Errc::not_found) return std::nullopt;
  return prefixed(std::move(database).error(), "state/openclaw.sqlite");
}

}  // namespace clawvigil
