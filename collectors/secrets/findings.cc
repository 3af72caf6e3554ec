#include "collectors/secrets/findings.h"

namespace clawvigil::secrets {

std::string_view to_string(Location location) {
  constexpr std::array<std::string_view, kLocations> kNames = {
      "instructions", "memory", "workspace", "env_files", "state", "shell", "logs", "git_history"};
  return kNames[index_of(location)];
}

void LocationFindings::add(std::string_view file, std::uint64_t line, SecretRule rule) {
  ++counts[static_cast<std::size_t>(rule)];
  if (spots.size() < kMaxSpots) spots.push_back({std::string(file), line, rule});
}

}  // namespace clawvigil::secrets
