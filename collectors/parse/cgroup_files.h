// The files of a cgroup (version 2), see Documentation/admin-guide/cgroup-v2.rst of the kernel.
//
//   memory.max        max                        or bytes: 83886080
//   pids.max          50                         or max
//   cpu.max           50000 100000               microseconds of CPU time in a period, or "max …"
//   memory.events     low 0\nhigh 12\nmax 30\noom 1\noom_kill 1\noom_group_kill 0
//   cpu.stat          usage_usec 812345\n…throttled_usec 2600
//   memory.pressure   some avg10=0.00 avg60=0.00 avg300=0.00 total=4123\nfull avg10=… total=99
//
// and the place of a process in the tree, /proc/<pid>/cgroup:
//
//   0::/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service
//
// Pure. A name in a path cannot hold a newline: the kernel refuses to make such a cgroup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// A file of one number. parse: anything else.
[[nodiscard]] Result<std::uint64_t> cgroup_number(std::string_view text);

// A limit; nullopt for "max", which is none.
[[nodiscard]] Result<std::optional<std::uint64_t>> cgroup_limit(std::string_view text);

// cpu.max as processors that may be busy all the time (0.5); nullopt for none.
[[nodiscard]] Result<std::optional<double>> cgroup_cpu_quota(std::string_view text);

// The number after `key` in a file of "key number" lines; nullopt when it is not there, or no
// number.
[[nodiscard]] std::optional<std::uint64_t> cgroup_value(std::string_view text,
                                                        std::string_view key);

// Microseconds since the cgroup was made in which "some" or "full" (`kind`) of its tasks waited.
[[nodiscard]] std::optional<std::uint64_t> cgroup_stalled(std::string_view text,
                                                          std::string_view kind);

// The path in the tree of version 2. not_found: the process is in none, or in one that is gone;
// unsupported: it is outside of what this view of the tree shows (another cgroup namespace).
[[nodiscard]] Result<std::string> cgroup_path(std::string_view proc_pid_cgroup);

}  // namespace clawvigil::parse
