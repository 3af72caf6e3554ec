// The spool: what privileged one-shot probes (`clawvigil probe NAME`, run by timers as root) leave
// for the daemon. One file a probe, DIRECTORY/NAME.json, replaced atomically:
//
//   {"schema": 1, "probe": "nftables", "taken": 1795350000, "boot": "5c0b…",
//    "readings": [{"subject": "ruleset", "output": "{\"nftables\": […]}"},
//                 {"subject": "claw/work", "error": {"reason": "timeout", "message": "…"}}]}
//
// `output` is what the program printed, whole and unjudged: root parses nothing, the daemon does.
// It may be written by the agent (its own audit, say) and is as hostile as any file of its.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxProbeReport = 16UL << 20;  // bytes of a file of the spool
inline constexpr std::size_t kMaxReadings = 64;

struct ProbeReading {
  std::string subject;         // what was looked at: "ruleset", or the label of a home
  Result<std::string> output;  // or why there is none
};

struct ProbeReport {
  SystemTime taken;                    // when the readings were made; whole seconds
  std::vector<ProbeReading> readings;  // at most kMaxReadings
  bool this_boot = true;               // of one that was read: made since this machine started
};

// Replaces the report of `probe` as a whole: written beside it, synced, renamed; mode 0600, owned
// by the writer. The directory is made (0700) when it is missing. Output that is not UTF-8 is
// refused (parse), more than kMaxProbeReport too (too_large), a directory that others may write
// (unsafe). On error the report before stays.
[[nodiscard]] Result<> write_probe_report(const std::string& directory, std::string_view probe,
                                          const ProbeReport& report);

// A report of any age, also of before this boot. not_found: there is none, with the advice which
// command makes one; unsafe: the directory or file belongs to somebody else than `owner`, others
// may write it, or it is no plain file; parse, too_large: malformed. Any thread.
[[nodiscard]] Result<ProbeReport> load_probe_report(const std::string& directory,
                                                    std::string_view probe, uid_t owner = 0);

// timeout: taken more than `max_age` ago, or in the future.
[[nodiscard]] Result<> check_age(const ProbeReport& report, SystemTime now, Duration max_age);

// What identifies the report that lies there: changes with every new one, without reading it.
// Errors as those of load_probe_report but parse.
[[nodiscard]] Result<FileStat> stat_probe_report(const std::string& directory,
                                                 std::string_view probe, uid_t owner = 0);

}  // namespace clawvigil::host
