#include "collectors/limits/gateway_unit.h"

#include <algorithm>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/cgroup_files.h"
#include "collectors/parse/unit_environment.h"

namespace clawvigil::limits {

namespace {

using parse::UnitManager;

constexpr std::size_t kMaxUnitBytes = 256UL * 1024;
constexpr std::size_t kMaxEntries = 4096;
constexpr std::size_t kMaxDropIns = 64;
constexpr std::string_view kPrefix = "openclaw-gateway";
constexpr std::string_view kSuffix = ".service";

struct UnitDirectory {
  std::string path;
  std::optional<uid_t> owner;  // whom files in it must belong to; nullopt: the system's
};

std::vector<UnitDirectory> directories(const UnitScope& scope, UnitManager manager) {
  if (manager == UnitManager::system) {
    return {{"/etc/systemd/system", std::nullopt},
            {"/run/systemd/generator", std::nullopt},
            {"/usr/local/lib/systemd/system", std::nullopt},
            {"/lib/systemd/system", std::nullopt}};
  }
  std::vector<UnitDirectory> found;
  const std::string run = "/run/user/" + std::to_string(scope.home.uid) + "/systemd/generator";
  if (scope.account != nullptr) {
    found.push_back({scope.account->home + "/.config/systemd/user", scope.home.uid});
  }
  found.push_back({"/etc/systemd/user", std::nullopt});
  found.push_back({run, scope.home.uid});
  if (scope.account != nullptr) {
    found.push_back({scope.account->home + "/.local/share/systemd/user", scope.home.uid});
  }
  return found;
}

std::string unit_of_profile(std::string_view profile) {
  std::string name(kPrefix);
  if (!profile.empty()) name += "-" + std::string(profile);
  return name += kSuffix;
}

// OpenClaw's own unit of another profile than this home's.
bool is_of_other_profile(const std::string& unit, std::string_view profile) {
  return unit.starts_with(kPrefix) && unit.ends_with(kSuffix) && unit != unit_of_profile(profile);
}

Result<GatewayUnit> unit_of_process(const host::Root& root, const GatewayProcess& process) {
  constexpr std::size_t kMaxCgroup = 64UL * 1024;
  const std::string file = "/proc/" + std::to_string(process.pid) + "/cgroup";
  TRY_ASSIGN(const std::string text, root.read_system_file(file, kMaxCgroup));
  TRY_ASSIGN(const std::string path, parse::cgroup_path(text));
  parse::CgroupPlace place = parse::place_of_cgroup(path);
  return GatewayUnit{place.manager, std::move(place.unit), std::move(place.cgroup), process.pid};
}

bool is_named_like_one(const std::string& name, std::string_view profile) {
  return name.starts_with("openclaw") && name.ends_with(kSuffix) &&
         name.find('@') == std::string::npos && !is_of_other_profile(name, profile);
}

// A system unit that starts OpenClaw as the home's user.
std::optional<std::string> find_system_unit(const UnitScope& scope) {
  if (scope.account == nullptr) return std::nullopt;
  const auto directory = scope.root.anchor("/etc/systemd/system");
  const auto entries =
      directory ? directory->list(".", kMaxEntries)
                : Result<std::vector<host::DirEntry>>(std::unexpected(directory.error()));
  if (!entries) return std::nullopt;
  std::vector<std::string> names;
  for (const host::DirEntry& entry : *entries) {
    if (entry.kind == host::FileKind::regular &&
        is_named_like_one(entry.name, profile_of(scope.home))) {
      names.push_back(entry.name);
    }
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    const auto text = read_unit_files(scope, UnitManager::system, name);
    if (text && unit_user(*text) == scope.account->name) return name;
  }
  return std::nullopt;
}

std::optional<GatewayUnit> find_installed_unit(const UnitScope& scope) {
  const std::string_view profile = profile_of(scope.home);
  std::vector<std::string> names{unit_of_profile(profile)};
  if (profile.empty()) names.emplace_back("openclaw.service");
  for (const std::string& name : names) {
    if (read_unit_files(scope, UnitManager::user, name)) {
      return GatewayUnit{UnitManager::user, name, "", std::nullopt};
    }
  }
  if (auto name = find_system_unit(scope)) {
    return GatewayUnit{UnitManager::system, std::move(*name), "", std::nullopt};
  }
  return std::nullopt;
}

// Whether <directory>/<target>.wants/<name> is there for any target.
bool is_wanted(const host::Root& root, const std::string& path, const std::string& name) {
  const auto directory = root.anchor(path);
  const auto entries =
      directory ? directory->list(".", kMaxEntries)
                : Result<std::vector<host::DirEntry>>(std::unexpected(directory.error()));
  if (!entries) return false;
  return std::ranges::any_of(*entries, [&](const host::DirEntry& entry) {
    const bool wants = entry.name.ends_with(".wants") || entry.name.ends_with(".requires");
    return wants && directory->stat(entry.name + "/" + name);
  });
}

// The user's manager runs without a login (loginctl enable-linger).
bool lingers(const UnitScope& scope) {
  const auto directory = scope.root.anchor("/var/lib/systemd/linger");
  return scope.account != nullptr && directory && directory->stat(scope.account->name);
}

}  // namespace

Result<std::optional<GatewayUnit>> find_gateway_unit(const UnitScope& scope,
                                                     const std::vector<GatewayProcess>& processes) {
  const std::string_view profile = profile_of(scope.home);
  std::optional<GatewayUnit> best;
  std::optional<Error> problem;
  for (const GatewayProcess& process : processes) {
    auto unit = unit_of_process(scope.root, process);
    if (!unit) {
      problem = unit.error();
      continue;
    }
    if (is_of_other_profile(unit->name, profile)) continue;
    const bool own = unit->name == unit_of_profile(profile);
    if (!best || own) best = std::move(*unit);
    if (own) break;
  }
  if (best) return best;
  auto installed = find_installed_unit(scope);
  if (!installed && problem && problem->code != Errc::not_found) return std::unexpected(*problem);
  return installed;
}

Result<std::string> read_unit_files(const UnitScope& scope, UnitManager manager,
                                    const std::string& name) {
  std::string text;
  bool found = false;
  for (const UnitDirectory& place : directories(scope, manager)) {
    const auto directory = scope.root.anchor(place.path);
    if (!directory) continue;
    const host::OpenRules rules{place.owner};
    if (!found) {  // the first directory that has it wins, drop-ins count in all of them
      const auto unit = directory->read_file(name, kMaxUnitBytes, rules);
      if (!unit && unit.error().code != Errc::not_found) return prefixed(unit.error(), place.path);
      if (unit) text = *unit + "\n" + text;
      found = unit.has_value();
    }
    const auto entries = directory->list(name + ".d", kMaxDropIns);
    std::vector<std::string> drop_ins;
    if (entries) {
      for (const host::DirEntry& entry : *entries) {
        if (entry.name.ends_with(".conf")) drop_ins.push_back(name + ".d/" + entry.name);
      }
    }
    std::ranges::sort(drop_ins);
    for (const std::string& file : drop_ins) {
      const auto content = directory->read_file(file, kMaxUnitBytes, rules);
      if (!content) return prefixed(content.error(), place.path);
      text += *content + "\n";
    }
  }
  if (!found) return fail(Errc::not_found, "no unit file");
  return text;
}

bool is_enabled_on_disk(const UnitScope& scope, const GatewayUnit& unit) {
  const auto places = directories(scope, unit.manager);
  const bool wanted = std::ranges::any_of(places, [&](const UnitDirectory& place) {
    return is_wanted(scope.root, place.path, unit.name);
  });
  return wanted && (unit.manager == UnitManager::system || lingers(scope));
}

}  // namespace clawvigil::limits
