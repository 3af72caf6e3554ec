// What a systemd manager says of a unit, as `systemctl show UNIT` prints it and its properties are
// called on the bus (org.freedesktop.systemd1(5)).
//
//   Id=openclaw-gateway.service
//   ActiveState=active
//   UnitFileState=enabled
//   Restart=always
//   NRestarts=0
//   ControlGroup=/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service
//
// Several units stand apart by an empty line. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::parse {

using UnitProperties = std::map<std::string, std::string, std::less<>>;

// The blocks of such output; at most 256 units of at most 512 properties, what is beyond or no
// property is left out.
[[nodiscard]] std::vector<UnitProperties> parse_unit_properties(std::string_view text);

struct UnitState {
  std::string name;
  bool loaded = false;         // it exists, and could be read
  bool active = false;         // active or reloading; not while it waits to be started again
  std::string file_state;      // "enabled", "disabled", "static", "generated", …; "" for none
  std::string restart;         // "no", "always", "on-failure", …; "" when it is no service
  std::uint64_t restarts = 0;  // automatic ones since the unit was last started by hand
  std::string control_group;   // "" while it has none
};

// nullopt when the name or the states are missing.
[[nodiscard]] std::optional<UnitState> unit_state(const UnitProperties& properties);

}  // namespace clawvigil::parse
