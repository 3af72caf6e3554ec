// Which unit a cgroup path belongs to, as systemd lays out its tree (systemd.slice(5)), and Docker
// and Podman theirs.
//
//   /system.slice/openclaw.service                                          a system unit
//   /user.slice/user-1000.slice/user@1000.service/app.slice/x.service       a user's unit
//   /user.slice/…/app.slice/openclaw.service/libpod-payload-<id>            Podman Quadlet:
//   x.service /system.slice/docker-<id>.scope   /docker/<id>
//   /user.slice/…/libpod-<id>.scope/container /user.slice/user-1000.slice/session-3.scope no unit:
//   a login
//
// Pure.
#pragma once

#include <string>
#include <string_view>

namespace clawvigil::parse {

enum class UnitManager { system, user, container, none };

[[nodiscard]] std::string_view to_string(UnitManager manager);

struct CgroupPlace {
  UnitManager manager = UnitManager::none;
  std::string unit;    // its name; "container" and "none" for what has none
  std::string cgroup;  // the unit's own: `path`, or a part of it from the left
};

[[nodiscard]] CgroupPlace place_of_cgroup(std::string_view path);

}  // namespace clawvigil::parse
