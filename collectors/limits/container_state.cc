#include "collectors/limits/container_state.h"

#include <vector>

#include "collectors/parse/docker_container.h"
#include "exporter/base/secret.h"

namespace clawvigil::limits {

namespace {

constexpr std::size_t kMaxBytes = 1024UL * 1024;
constexpr std::string_view kPrefix = "docker-";
constexpr std::string_view kScope = ".scope";

// The id in "…/docker-<id>.scope" (driver systemd) and "/docker/<id>" (driver cgroupfs); "" when
// the container is not Docker's.
std::string docker_id(std::string_view cgroup) {
  const std::size_t slash = cgroup.rfind('/');
  if (slash == std::string_view::npos) return {};
  std::string_view last = cgroup.substr(slash + 1);
  if (last.starts_with(kPrefix) && last.ends_with(kScope)) {
    last.remove_prefix(kPrefix.size());
    last.remove_suffix(kScope.size());
    return std::string(last);
  }
  return cgroup.substr(0, slash).ends_with("/docker") ? std::string(last) : std::string();
}

std::vector<std::string> data_directories(const UnitScope& scope) {
  std::vector<std::string> found{"/var/lib/docker", "/var/snap/docker/common/var-lib-docker"};
  if (scope.account != nullptr) {
    found.push_back(scope.account->home + "/.local/share/docker");
  }
  return found;
}

}  // namespace

Result<ContainerState> container_state(const UnitScope& scope, const std::string& cgroup) {
  const std::string id = docker_id(cgroup);
  if (id.empty()) {
    return fail(Errc::unsupported, "the container is not Docker's; only its files are known");
  }
  for (const std::string& data : data_directories(scope)) {
    const auto directory = scope.root.anchor(data + "/containers/" + id);
    if (!directory) {
      if (directory.error().code == Errc::not_found) continue;
      return prefixed(directory.error(), "container");
    }
    const auto host = directory->read_file("hostconfig.json", kMaxBytes, host::OpenRules{});
    if (!host) return prefixed(host.error(), "hostconfig.json");
    auto text = directory->read_file("config.v2.json", kMaxBytes, host::OpenRules{});
    if (!text) return prefixed(text.error(), "config.v2.json");
    const Secret config(std::move(*text));
    ContainerState state;
    TRY_ASSIGN(state.restart, parse::docker_restart_policy(*host));
    TRY_ASSIGN(state.restarts, parse::docker_restart_count(config.reveal()));
    return state;
  }
  return fail(Errc::not_found, "the container is in none of Docker's usual directories");
}

}  // namespace clawvigil::limits
