// Which unit a home's gateway runs in, or would: from the cgroup of its process, and while there is
// none from the unit files on disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/identity/processes.h"
#include "collectors/parse/gateway_cgroup.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::limits {

struct GatewayUnit {
  parse::UnitManager manager = parse::UnitManager::none;
  std::string name;                 // value of the label `unit`
  std::string cgroup;               // "" while it does not run
  std::optional<std::int64_t> pid;  // of the gateway
};

// What one look at a home's units needs.
struct UnitScope {
  const host::Root& root;
  const Home& home;
  const host::Account* account;  // nullptr: it has none
};

// Of several gateway processes the one whose unit is named after this home's profile, else the
// first in no other profile's unit. nullopt: no gateway runs, nor is a unit of one installed. An
// error when a process is there, and where it belongs cannot be seen.
[[nodiscard]] Result<std::optional<GatewayUnit>> find_gateway_unit(
    const UnitScope& scope, const std::vector<GatewayProcess>& processes);

// The files of a unit of systemd, one text after the other: itself and its drop-ins. not_found:
// none of the usual directories has it.
[[nodiscard]] Result<std::string> read_unit_files(const UnitScope& scope,
                                                  parse::UnitManager manager,
                                                  const std::string& name);

// True if a target wants it, and, a user's unit, the user's manager is started at boot.
[[nodiscard]] bool is_enabled_on_disk(const UnitScope& scope, const GatewayUnit& unit);

}  // namespace clawvigil::limits
