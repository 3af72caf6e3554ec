// fail2ban's effective configuration: fail2ban.conf and jail.conf with their .d directories, .local
// files and inclusions, in the order fail2ban reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil {

struct Fail2banJail {
  std::string name;
  bool enabled = false;
  std::string filter;               // without its options, "" if it has none
  std::optional<double> max_retry;  // nullopt: not set or not understood
  std::optional<double> find_time;  // seconds
  std::optional<double> ban_time;   // seconds, negative for ever
};

struct Fail2banSettings {
  std::string pid_file;
  std::string database;             // "None" and ":memory:" are none
  std::string log_target;           // a path, or SYSLOG, SYSTEMD-JOURNAL, STDOUT …; without options
  std::string log_level;            // upper case
  std::vector<Fail2banJail> jails;  // in alphabetical order, those switched off too
};

// Reads at most 256 files of 1 MiB below `directory` and where inclusions lead, symlinks followed
// inside the root. not_found: there is neither fail2ban.conf nor jail.conf. Other errors: those of
// reading a file.
[[nodiscard]] Result<Fail2banSettings> read_fail2ban_settings(const host::Root& root,
                                                              std::string_view directory);

}  // namespace clawvigil
