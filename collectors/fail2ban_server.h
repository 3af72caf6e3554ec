// Whether fail2ban is there and runs, and what its database says.
//
// Database (SQLite, rollback journal, version 4 since fail2ban 0.11):
//   jails(name, enabled)   enabled 1 while the server runs the jail
//   bips(ip, jail, timeofban, bantime, …)   current bans, Unix seconds; expired ones stay until
//   they
//                                           are purged; bantime -1 for ever
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil {

// Whether fail2ban-server is among the programs of the system.
[[nodiscard]] Result<bool> is_fail2ban_installed(const host::Root& root);

// Whether the process named in `pid_file` is a fail2ban server.
[[nodiscard]] Result<bool> is_fail2ban_running(const host::Root& root, std::string_view pid_file);

struct Fail2banState {
  std::map<std::string, bool> jails;            // name to running, those of former runs too
  std::map<std::string, std::uint64_t> banned;  // jail to bans that hold at `now`, never 0
};

// not_found: there is no such file; unsupported: of another version; busy: locked; parse: corrupt;
// too_large: more than 256 jails.
[[nodiscard]] Result<Fail2banState> read_fail2ban_database(const host::Root& root,
                                                           std::string_view path, SystemTime now);

}  // namespace clawvigil
