#include "collectors/limits/cgroup_reader.h"

#include <algorithm>

#include "collectors/parse/cgroup_files.h"
#include "exporter/base/strings.h"
#include "exporter/host/cgroups.h"

namespace clawvigil::limits {

namespace {

constexpr std::size_t kMaxFile = 256UL * 1024;
constexpr std::size_t kMaxLevels = 32;

double ratio(std::uint64_t used, std::uint64_t limit) {
  if (limit == 0) return used == 0 ? 0 : 1;  // nothing more is granted
  return static_cast<double>(used) / static_cast<double>(limit);
}

}  // namespace

std::vector<std::string> levels_of(const std::string& cgroup) {
  std::vector<std::string> levels;
  for (std::string path = cgroup; path.size() > 1 && levels.size() < kMaxLevels;
       path.resize(path.rfind('/'))) {
    levels.push_back(path);
  }
  return levels;
}

Result<CgroupReader> CgroupReader::open(const host::Root& root, const std::string& configured) {
  std::string mount = configured.empty() ? host::find_cgroup_mount(root) : configured;
  if (mount.empty()) {
    return fail(Errc::not_found, "no cgroup tree of version 2 is mounted at /sys/fs/cgroup");
  }
  auto controllers = root.read_system_file(mount + "/cgroup.controllers", kMaxFile);
  if (!controllers) return prefixed(controllers.error(), mount);
  return CgroupReader(root, std::move(mount), std::move(*controllers));
}

Result<> CgroupReader::need_controller(std::string_view name) const {
  const auto names = split(trim(controllers_), ' ');
  if (std::ranges::find(names, name) != names.end()) return {};
  return fail(Errc::unsupported, "cgroup version 2 has no controller \"" + std::string(name) +
                                     "\" here (version 1, or both at once): boot with "
                                     "systemd.unified_cgroup_hierarchy=1");
}

Result<std::string> CgroupReader::file(const std::string& cgroup, std::string_view name) const {
  return root_->read_system_file(mount_ + cgroup + "/" + std::string(name), kMaxFile);
}

bool CgroupReader::exists(const std::string& cgroup) const { return identity(cgroup).has_value(); }

std::optional<std::uint64_t> CgroupReader::identity(const std::string& cgroup) const {
  const auto directory = root_->anchor(mount_ + cgroup);
  const auto found =
      directory ? directory->stat(".") : Result<host::FileStat>(std::unexpected(directory.error()));
  return found ? std::optional(found->inode) : std::nullopt;
}

Result<bool> CgroupReader::populated(const std::string& cgroup) const {
  const auto events = file(cgroup, "cgroup.events");
  if (!events && events.error().code == Errc::not_found) return false;  // removed when it ended
  if (!events) return std::unexpected(events.error());
  const auto value = parse::cgroup_value(*events, "populated");
  if (!value) return fail(Errc::parse, "cgroup.events");
  return *value != 0;
}

Result<std::uint64_t> CgroupReader::number(const std::string& cgroup, std::string_view name) const {
  const auto text = file(cgroup, name);
  if (!text && text.error().code == Errc::not_found) {
    return fail(Errc::unsupported, "there is no " + std::string(name) +
                                       ": the unit is not accounted for, or has just ended");
  }
  if (!text) return std::unexpected(text.error());
  auto value = parse::cgroup_number(*text);
  if (!value) return prefixed(value.error(), name);
  return value;
}

Result<std::optional<std::uint64_t>> CgroupReader::limit(const std::string& cgroup,
                                                         std::string_view name) const {
  const auto text = file(cgroup, name);
  if (!text && text.error().code == Errc::not_found) return std::nullopt;
  if (!text) return std::unexpected(text.error());
  auto value = parse::cgroup_limit(*text);
  if (!value) return prefixed(value.error(), name);
  return value;
}

// What is charged without what is given back under pressure.
Result<std::uint64_t> CgroupReader::kept_memory(const std::string& cgroup) const {
  TRY_ASSIGN(const std::uint64_t charged, number(cgroup, "memory.current"));
  TRY_ASSIGN(const std::string statistics, file(cgroup, "memory.stat"));
  std::uint64_t reclaimable = 0;
  for (const std::string_view key : {"inactive_file", "active_file", "slab_reclaimable"}) {
    const std::uint64_t bytes = parse::cgroup_value(statistics, key).value_or(0);
    reclaimable += std::min(bytes, charged - reclaimable);
  }
  return charged - reclaimable;
}

Result<Usage<std::uint64_t>> CgroupReader::memory(const std::string& cgroup) const {
  TRY(need_controller("memory"));
  Usage<std::uint64_t> usage;
  TRY_ASSIGN(usage.used, number(cgroup, "memory.current"));
  for (const std::string& level : levels_of(cgroup)) {
    TRY_ASSIGN(auto lowest, limit(level, "memory.max"));
    lower(usage.max, lowest);
    TRY_ASSIGN(const auto high, limit(level, "memory.high"));
    lower(lowest, high);
    if (!lowest) continue;
    TRY_ASSIGN(const std::uint64_t kept, kept_memory(level));
    usage.used_ratio = std::max(usage.used_ratio.value_or(0), ratio(kept, *lowest));
  }
  return usage;
}

Result<std::optional<std::uint64_t>> CgroupReader::memory_high(const std::string& cgroup) const {
  TRY(need_controller("memory"));
  std::optional<std::uint64_t> lowest;
  for (const std::string& level : levels_of(cgroup)) {
    TRY_ASSIGN(const auto high, limit(level, "memory.high"));
    lower(lowest, high);
  }
  return lowest;
}

Result<Usage<std::uint64_t>> CgroupReader::tasks(const std::string& cgroup) const {
  TRY(need_controller("pids"));
  Usage<std::uint64_t> usage;
  TRY_ASSIGN(usage.used, number(cgroup, "pids.current"));
  for (const std::string& level : levels_of(cgroup)) {
    TRY_ASSIGN(const auto max, limit(level, "pids.max"));
    if (!max) continue;
    lower(usage.max, max);
    TRY_ASSIGN(const std::uint64_t used, number(level, "pids.current"));
    usage.used_ratio = std::max(usage.used_ratio.value_or(0), ratio(used, *max));
  }
  return usage;
}

Result<std::optional<double>> CgroupReader::cpu_quota(const std::string& cgroup) const {
  TRY(need_controller("cpu"));
  std::optional<double> lowest;
  for (const std::string& level : levels_of(cgroup)) {
    const auto text = file(level, "cpu.max");
    if (!text && text.error().code == Errc::not_found) continue;
    if (!text) return std::unexpected(text.error());
    const auto quota = parse::cgroup_cpu_quota(*text);
    if (!quota) return prefixed(quota.error(), "cpu.max");
    lower(lowest, *quota);
  }
  return lowest;
}

Result<MemoryEventCounts> CgroupReader::memory_events(const std::string& cgroup) const {
  TRY(need_controller("memory"));
  TRY_ASSIGN(const std::string text, file(cgroup, "memory.events"));
  const auto high = parse::cgroup_value(text, "high");
  const auto max = parse::cgroup_value(text, "max");
  const auto oom = parse::cgroup_value(text, "oom");
  const auto oom_kill = parse::cgroup_value(text, "oom_kill");
  if (!high || !max || !oom || !oom_kill) return fail(Errc::parse, "memory.events");
  return MemoryEventCounts{*high, *max, *oom, *oom_kill};
}

}  // namespace clawvigil::limits
