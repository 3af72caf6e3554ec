// From a socket's cgroup id to the systemd unit that owns it, by the inode numbers of the cgroup v2
// tree: no ptrace, no /proc/<pid>/fd.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

// Where the cgroup v2 tree is mounted below the root: "/sys/fs/cgroup", or "/sys/fs/cgroup/unified"
// beside version 1 (hybrid); "" when there is none.
[[nodiscard]] std::string find_cgroup_mount(const Root& root);

// The unit a cgroup path belongs to: the last component ending in .service, .scope or .socket (of a
// system or user manager; systemd opens activated sockets in the .socket unit); "" for none.
[[nodiscard]] std::string unit_of_cgroup_path(std::string_view path);

// Cached map; one thread. The tree is walked again when an unknown id is asked for, but at most
// every 10 s, at most 20,000 directories deep 16, from the top down: a delegated subtree, however
// large its user makes it, cannot hide the units of the system. An id a walk has looked for in vain
// is that of a cgroup that is gone (its sockets outlive it) or not seen from here, and causes no
// other for 10 minutes; at most 4,096 such are remembered.
class CgroupIndex {
 public:
  // Path relative to the cgroup root ("/system.slice/ssh.service"), or "" when it is not known.
  [[nodiscard]] std::string path_of(std::uint64_t cgroup_id, const Root& root, SteadyTime now);
  // Whether path_of() said "" because no walk has looked for it yet: it may be new.
  [[nodiscard]] bool is_awaited(std::uint64_t cgroup_id) const;

 private:
  struct Missing {
    SteadyTime asked;                      // last
    std::optional<SteadyTime> looked_for;  // by the last walk; none has yet
  };
  std::optional<Missing> note_missing(std::uint64_t cgroup_id, SteadyTime now);
  void rebuild(const Root& root, SteadyTime now);
  [[nodiscard]] bool read_tree(const Root& root);
  std::map<std::uint64_t, std::string> paths_;
  std::map<std::uint64_t, Missing> missing_;
  SteadyTime built_at_{};
  bool built_ = false;
  bool readable_ = false;
};

}  // namespace clawvigil::host
