// What a unit's cgroup uses, and how much it may: the files of cgroup version 2.
//
// A limit of any slice above the unit holds for it as well, so what is in force is the lowest of
// all levels. A level without the file of a limit has none: its controller is not switched on
// there. Memory counts as used only as far as the kernel cannot take it back (not the page cache),
// because a unit that reads files always fills its limit with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::limits {

// What one resource of a unit is at.
template <class Number>
struct Usage {
  std::optional<Number> used;
  std::optional<Number> max;         // lowest of all levels; nullopt: none
  std::optional<double> used_ratio;  // of the level that is nearest to its limit
};

struct MemoryEventCounts {
  std::uint64_t high = 0;
  std::uint64_t max = 0;
  std::uint64_t oom = 0;
  std::uint64_t oom_kill = 0;
};

class CgroupReader {
 public:
  // `configured`: where the tree is mounted, "" to look. not_found: there is no tree of version 2.
  [[nodiscard]] static Result<CgroupReader> open(const host::Root& root,
                                                 const std::string& configured);

  // unsupported: this tree has no such controller ("memory", "pids", "cpu"): version 1, hybrid.
  [[nodiscard]] Result<> need_controller(std::string_view name) const;

  [[nodiscard]] bool exists(const std::string& cgroup) const;
  // Identifies this cgroup among all that had its name; changes when it is made anew.
  [[nodiscard]] std::optional<std::uint64_t> identity(const std::string& cgroup) const;
  // True if a process is in it or below it.
  [[nodiscard]] Result<bool> populated(const std::string& cgroup) const;

  // unsupported: the unit is not accounted for. parse: a file is malformed.
  [[nodiscard]] Result<Usage<std::uint64_t>> memory(const std::string& cgroup) const;
  [[nodiscard]] Result<Usage<std::uint64_t>> tasks(const std::string& cgroup) const;
  // The lowest memory.high; nullopt: none.
  [[nodiscard]] Result<std::optional<std::uint64_t>> memory_high(const std::string& cgroup) const;
  [[nodiscard]] Result<std::optional<double>> cpu_quota(const std::string& cgroup) const;
  [[nodiscard]] Result<MemoryEventCounts> memory_events(const std::string& cgroup) const;

  // A file of the cgroup; not_found where this kernel or this level has none.
  [[nodiscard]] Result<std::string> file(const std::string& cgroup, std::string_view name) const;

 private:
  CgroupReader(const host::Root& root, std::string mount, std::string controllers)
      : root_(&root), mount_(std::move(mount)), controllers_(std::move(controllers)) {}

  // The limit of one level; nullopt: none.
  [[nodiscard]] Result<std::optional<std::uint64_t>> limit(const std::string& cgroup,
                                                           std::string_view name) const;
  [[nodiscard]] Result<std::uint64_t> number(const std::string& cgroup,
                                             std::string_view name) const;
  [[nodiscard]] Result<std::uint64_t> kept_memory(const std::string& cgroup) const;

  const host::Root* root_;
  std::string mount_;
  std::string controllers_;
};

// The cgroup and those above it but for the root: "/a/b" gives "/a/b", "/a".
[[nodiscard]] std::vector<std::string> levels_of(const std::string& cgroup);

// Of limits on several levels the lowest counts; nullopt is none.
template <class Number>
void lower(std::optional<Number>& lowest, const std::optional<Number>& limit) {
  if (limit && (!lowest || *limit < *lowest)) lowest = limit;
}

}  // namespace clawvigil::limits
