#include "collectors/updates/host_facts.h"

#include <string>

namespace clawvigil::updates {

namespace {

constexpr std::string_view kUnits = "/etc/systemd/system";

// Masked: an empty file, or a link to one (/dev/null), in place of the unit.
bool is_masked(const host::Root& root, const host::Dir& units, const std::string& unit) {
  constexpr std::size_t kMaxUnit = 1024UL * 1024;
  if (!units.stat(unit)) return false;
  const auto text = root.read_system_file(std::string(kUnits) + "/" + unit, kMaxUnit);
  return !text || text->empty();
}

}  // namespace

Result<std::optional<SystemTime>> modified_at(const host::Root& root, std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const auto directory = root.anchor(path.substr(0, slash));
  const auto stat = directory ? directory->stat(path.substr(slash + 1))
                              : Result<host::FileStat>(std::unexpected(directory.error()));
  if (stat) return stat->modified;
  if (stat.error().code == Errc::not_found) return std::nullopt;
  return prefixed(stat.error(), path);
}

bool is_timer_enabled(const host::Root& root, std::string_view timer) {
  const auto units = root.anchor(kUnits);
  if (!units) return false;
  const std::string name(timer);
  if (!units->stat("timers.target.wants/" + name)) return false;
  const std::string service = name.substr(0, name.rfind('.')) + ".service";
  return !is_masked(root, *units, name) && !is_masked(root, *units, service);
}

}  // namespace clawvigil::updates
