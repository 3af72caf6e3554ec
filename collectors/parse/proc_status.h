// Who a process is: /proc/<pid>/status, see proc_pid_status(5).
//
//   Name:	openclaw-gatewa
//   Uid:	1000	1000	1000	1000
//   Gid:	1000	1000	1000	1000
//   Groups:	27 998 1000
//
// The name is chosen by the process: newlines and backslashes in it are escaped by the kernel, so
// it cannot forge another line.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::parse {

struct ProcStatus {
  std::string name;           // at most 15 characters, escaped
  uid_t real_uid = 0;         //
  uid_t effective_uid = 0;    // what the kernel judges by
  std::vector<gid_t> groups;  // effective and supplementary
};

// nullopt when a line is missing or malformed. Groups beyond 65,536 (the kernel's bound) are left
// out.
[[nodiscard]] std::optional<ProcStatus> parse_proc_status(std::string_view text);

// The name a gateway gives itself; 15 characters are what the kernel keeps of it.
inline constexpr std::string_view kGatewayProcessName = "openclaw-gatewa";

}  // namespace clawvigil::parse
