// Real journal files, written by systemd-journal-remote from export text.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"

namespace clawvigil::test {

using JournalFields = std::vector<std::pair<std::string, std::string>>;

// The program is installed.
[[nodiscard]] bool has_journal_writer();

class JournalWriter {
 public:
  // Files go to `directory`, which is made.
  explicit JournalWriter(std::string directory);

  // Appends an entry to `system.journal` (or `file`), a second after the one before; several with
  // one call cost one process. Any bytes are allowed in values.
  void write(const std::vector<JournalFields>& entries, std::string_view file = "system.journal");
  // As journald does it: the file gets an archive's name, the next write begins a new one.
  void rotate();
  // Time of the entry written last.
  [[nodiscard]] SystemTime last_time() const;
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
  long written_ = 0;
};

// What sshd, pid 812, says over syslog; `identifier` as in Debian 13: "sshd-session".
[[nodiscard]] JournalFields sshd_entry(std::string_view message,
                                       std::string_view identifier = "sshd");

}  // namespace clawvigil::test
