// Where OpenClaw (2026.3.13 … 2026.9.6) writes the log of a home, and what its files are called.
//
//   /tmp/openclaw/openclaw-2026-11-21.log           by default; with a profile from 2026.9 on
//   /tmp/openclaw/openclaw-work-2026-11-21.log      its own; the date is the host's
//   /tmp/openclaw-1000/…                            when /tmp/openclaw is another user's
//   logging.file                                    wherever it says
//   …/openclaw-2026-11-21.1.log … .5.log            after rotation, the newest is .1
//
// Before 2026.9 all homes of a user shared the default file: owns_default_log(). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/collect/homes.h"

namespace clawvigil {

struct LogPlace {
  std::string directory;           // absolute
  std::vector<std::string> stems;  // "openclaw", "openclaw-work"; of one file: its name without end
  std::string extension;           // ".log"
  bool dated = true;               // the stem is followed by '-' and a date
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

// What OpenClaw makes of a profile in a file name ("my-work" is "my--work"); it allows no other
// characters in one than letters, digits, '-' and '_'.
[[nodiscard]] std::string profile_segment(std::string_view profile);

// True if `name` is a file of this log, rotated ones included.
[[nodiscard]] bool belongs_to(const LogPlace& place, std::string_view name);

// The places a log of `home` may be at, the first that exists and is the user's counts.
// `log_file` is logging.file, "" if not set. `owns_default`: the file without a profile in its name
// is this home's. Errc::unsupported for a logging.file that is a relative path.
[[nodiscard]] Result<std::vector<LogPlace>> log_places(const Home& home, std::string_view log_file,
                                                       bool owns_default);

// Of the homes of one user, whose the file without a profile in its name is: the default home's, or
// if there is none the first one's. Counting it for all would count it several times.
[[nodiscard]] bool owns_default_log(std::span<const Home> homes, const Home& home);

}  // namespace clawvigil
