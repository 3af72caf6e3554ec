// Who is logged in, and when somebody last was.
//
// A session of systemd-logind, /run/systemd/sessions/<id>:
//
//   UID=1000
//   STATE=active
//   TYPE=tty
//   CLASS=user
//
// lastlog(5), /var/log/lastlog: one record for each uid at uid * kLastlogRecord:
//   int32 time, char line[32], char host[256]
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::parse {

// The user of the session if a person sits at it: on a terminal or a desktop, not closing; nullopt
// for the sessions of user managers, cron and greeters.
[[nodiscard]] std::optional<uid_t> session_user(std::string_view text);

inline constexpr std::size_t kLastlogRecord = 4 + 32 + 256;
// The time of the record; nullopt when it never was, or `record` is not one.
[[nodiscard]] std::optional<SystemTime> lastlog_time(std::string_view record);

}  // namespace clawvigil::parse
