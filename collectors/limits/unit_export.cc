#include "collectors/limits/unit_export.h"

#include <algorithm>
#include <array>

#include "collectors/limits/container_state.h"
#include "collectors/limits_families.h"
#include "collectors/parse/proc_files.h"
#include "collectors/parse/unit_environment.h"
#include "exporter/base/strings.h"

namespace clawvigil::limits {

namespace {

using namespace limits_families;
using parse::UnitManager;
using parse::UnitState;

constexpr std::size_t kMaxFile = 4UL * 1024 * 1024;  // /proc/stat of a large host

// Where the unit's cgroup is when it has one, whoever told.
std::string usual_cgroup(const UnitScope& scope, const GatewayUnit& unit,
                         const Result<UnitState>& state) {
  if (!unit.cgroup.empty()) return unit.cgroup;
  if (state && !state->control_group.empty()) return state->control_group;
  if (unit.manager == UnitManager::system) return "/system.slice/" + unit.name;
  if (unit.manager != UnitManager::user) return "";
  const std::string uid = std::to_string(scope.home.uid);
  return "/user.slice/user-" + uid + ".slice/user@" + uid + ".service/app.slice/" + unit.name;
}

// A process of the gateway counts more than what anybody says; a report may be minutes old.
Result<bool> is_active(const UnitExport& what, const Result<UnitState>& state,
                       const std::string& cgroup) {
  if (what.unit.pid) return true;
  if (what.unit.manager == UnitManager::system && state) return state->active;
  if (!what.cgroups) return std::unexpected(what.cgroups.error());
  return what.cgroups->populated(cgroup);
}

void export_enabled(const UnitExport& what, const Result<UnitState>& state, Batch& out) {
  const UnitKey key = key_of(what.scope, what.unit);
  if (what.unit.manager == UnitManager::none) {
    return out.set(kEnabled, 0, key.home, key.unit, key.manager);
  }
  if (what.unit.manager == UnitManager::container) return;  // its engine's own matter
  constexpr std::array<std::string_view, 2> kStatesAtBoot{"enabled", "generated"};
  const bool asked = what.unit.manager == UnitManager::system && state;
  // "static": it can only be started by another unit, which systemd does not name.
  if (asked && state->file_state == "static") return;
  const bool enabled =
      asked ? std::ranges::find(kStatesAtBoot, state->file_state) != kStatesAtBoot.end()
            : is_enabled_on_disk(what.scope, what.unit);
  out.set(kEnabled, enabled ? 1 : 0, key.home, key.unit, key.manager);
}

// By the manager, or by the files of the unit.
Result<std::string> restart_policy(const UnitExport& what, const Result<UnitState>& state) {
  if (state && !state->restart.empty()) return state->restart;
  TRY_ASSIGN(const std::string text,
             read_unit_files(what.scope, what.unit.manager, what.unit.name));
  const std::string policy = unit_setting(text, "Restart");
  return policy.empty() ? "no" : policy;
}

void export_policy(const UnitExport& what, const Result<std::string>& policy, Batch& out) {
  if (!policy) return out.unknown(policy.error(), {kRestartPolicy.name()});
  const UnitKey key = key_of(what.scope, what.unit);
  out.set(kRestartPolicy, 1, key.home, key.unit, key.manager, *policy);
}

void export_restarts(const UnitExport& what, const Result<std::uint64_t>& restarts, Batch& out) {
  if (!restarts) return out.unknown(restarts.error(), {kRestarts.name()});
  const UnitKey key = key_of(what.scope, what.unit);
  if (auto counted = count_restarts(what.ledger, key, *restarts); !counted) {
    return out.unknown(counted.error(), {kRestarts.name()});
  }
  out.set(kRestarts, what.ledger.total(kRestarts, key.home, key.unit, key.manager), key.home,
          key.unit, key.manager);
}

// What happens when it ends, and how often it did.
void export_starts(const UnitExport& what, const Result<UnitState>& state, Batch& out) {
  switch (what.unit.manager) {
    case UnitManager::system:
    case UnitManager::user:
      export_policy(what, restart_policy(what, state), out);
      export_restarts(
          what, state ? Result<std::uint64_t>(state->restarts) : std::unexpected(state.error()),
          out);
      return;
    case UnitManager::container: {
      const auto container = container_state(what.scope, what.unit.cgroup);
      if (!container) {
        return out.unknown(container.error(), {kRestartPolicy.name(), kRestarts.name()});
      }
      export_policy(what, container->restart, out);
      export_restarts(what, container->restarts, out);
      return;
    }
    case UnitManager::none:
      export_policy(what, "no", out);
      return;
  }
}

// The number of open files is the size of the directory that lists them (Linux 6.2), before that
// its entries have to be counted.
Result<double> open_files(const host::Root& root, const std::string& process) {
  constexpr std::size_t kMaxFiles = 1UL << 20;
  TRY_ASSIGN(const host::Dir directory, root.anchor(process + "/fd"));
  TRY_ASSIGN(const host::FileStat found, directory.stat("."));
  if (found.size > 0) return static_cast<double>(found.size);
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxFiles));
  return static_cast<double>(entries.size());
}

void export_process(const UnitExport& what, Batch& out) {
  if (!what.unit.pid) return;
  const UnitKey key = key_of(what.scope, what.unit);
  const host::Root& root = what.scope.root;
  const std::string process = "/proc/" + std::to_string(*what.unit.pid);
  const auto stat = root.read_system_file(process + "/stat", kMaxFile);
  const auto system = root.read_system_file("/proc/stat", kMaxFile);
  const auto start = stat && system ? parse::process_start(*stat, *system) : std::nullopt;
  if (start) out.set(kStart, to_unix_seconds(*start), key.home, key.unit, key.manager);
  const auto limits = root.read_system_file(process + "/limits", kMaxFile);
  const auto limit = limits ? parse::open_files_limit(*limits) : std::nullopt;
  const auto open = open_files(root, process);
  if (!limit || !open) {
    const Error error = open ? Error{Errc::parse, "limits of the gateway"} : open.error();
    return out.unknown(error, {kOpenFds.name(), kMaxFds.name()});
  }
  out.set(kOpenFds, *open, key.home);
  out.set(kMaxFds, static_cast<double>(*limit), key.home);
}

}  // namespace

UnitKey key_of(const UnitScope& scope, const GatewayUnit& unit) {
  return {scope.home.label, unit.name, parse::to_string(unit.manager)};
}

std::string export_unit(const UnitExport& what, Batch& out) {
  const UnitKey key = key_of(what.scope, what.unit);
  const auto state = what.states.state(what.unit, what.scope.home);
  const std::string cgroup = usual_cgroup(what.scope, what.unit, state);
  const auto active = is_active(what, state, cgroup);
  if (active) {
    out.set(kActive, *active ? 1 : 0, key.home, key.unit, key.manager);
  } else {
    out.unknown(active.error(), {kActive.name()});
  }
  export_enabled(what, state, out);
  export_starts(what, state, out);
  export_process(what, out);
  return cgroup;
}

}  // namespace clawvigil::limits
