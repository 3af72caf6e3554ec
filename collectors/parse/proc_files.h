// /proc/meminfo and /proc/<pid>/{limits,stat}, /proc/stat: proc(5). Pure.
//
//   MemTotal:        2014772 kB
//   SwapTotal:             0 kB
//
//   Max open files            1024                 524288               files
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::parse {

// Bytes of a line of /proc/meminfo; nullopt when it is missing or malformed.
[[nodiscard]] std::optional<std::uint64_t> meminfo_bytes(std::string_view text,
                                                         std::string_view key);

// The limit in force on open files; UINT64_MAX for "unlimited".
[[nodiscard]] std::optional<std::uint64_t> open_files_limit(std::string_view proc_pid_limits);

// When the process was started. `stat` is /proc/<pid>/stat, `system` is /proc/stat; the name of a
// process is chosen by itself and may hold anything.
[[nodiscard]] std::optional<SystemTime> process_start(std::string_view stat,
                                                      std::string_view system);

// How many processors are online: the "cpu<number>" lines of /proc/stat; 0 when it has none.
[[nodiscard]] std::size_t online_processors(std::string_view system);

}  // namespace clawvigil::parse
