#include "collectors/parse/gateway_cgroup.h"

#include <algorithm>
#include <array>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

bool is_container_id(std::string_view text) {
  constexpr std::size_t kLength = 64;
  return text.size() == kLength && std::ranges::all_of(text, is_lower_hex);
}

bool is_container(std::string_view part) {
  constexpr std::array<std::string_view, 4> kPrefixes{"docker-", "libpod-", "cri-containerd-",
                                                      "crio-"};
  constexpr std::string_view kScope = ".scope";
  if (part.ends_with(kScope)) part.remove_suffix(kScope.size());
  for (const std::string_view prefix : kPrefixes) {
    if (part.starts_with(prefix)) return is_container_id(part.substr(prefix.size()));
  }
  return is_container_id(part);
}

bool is_user_manager(std::string_view part) {
  return part.starts_with("user@") && part.ends_with(".service");
}

}  // namespace

std::string_view to_string(UnitManager manager) {
  switch (manager) {
    case UnitManager::system:
      return "system";
    case UnitManager::user:
      return "user";
    case UnitManager::container:
      return "container";
    case UnitManager::none:
      break;
  }
  return "none";
}

CgroupPlace place_of_cgroup(std::string_view path) {
  CgroupPlace place{UnitManager::none, "none", std::string(path)};
  bool of_user = false;
  std::size_t end = 0;
  for (const std::string_view part : split(path, '/')) {
    end = std::min(path.size(), static_cast<std::size_t>(part.data() - path.data()) + part.size());
    if (is_container(part)) {
      return {UnitManager::container, "container", std::string(path.substr(0, end))};
    }
    if (is_user_manager(part)) {
      of_user = true;
      place = {UnitManager::none, "none", std::string(path)};
    } else if (part.ends_with(".service")) {
      place = {of_user ? UnitManager::user : UnitManager::system, std::string(part),
               std::string(path.substr(0, end))};
    }
  }
  return place;
}

}  // namespace clawvigil::parse
