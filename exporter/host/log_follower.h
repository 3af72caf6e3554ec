// Follows a log, a file that others append to, over rotation, truncation, deletion and restarts.
//
// A log is every file of one directory whose name `belongs` accepts: the one being written and its
// rotated predecessors (auth.log, auth.log.1; openclaw-2026-11-21.log, openclaw-2026-11-22.log.1).
// Which file is which is told by inode and by a hash of its first bytes, never by its name:
//
//   renamed, a new one begun   both are read on where they stood
//   copied, then truncated     the copy has the head of a known file and continues it; the
//   original,
//                              now shorter or with another head, is read from its beginning
//   deleted                    its unread rest is lost: LogProgress::lost
//   torn last line             waits for its newline
//
// Everything is bounded: bytes per call, bytes of a line (longer ones are skipped and counted),
// files. Symlinks, devices, foreign owners: refused (file.h). Compressed files (.gz, .xz, .zst,
// .bz2) are never read; do not let `belongs` accept them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

struct LogRules {
  std::function<bool(std::string_view name)> belongs;
  OpenRules open;
  std::size_t max_line_bytes = 256UL * 1024;
  std::size_t max_files = 64;  // in the directory that belong; more is Errc::too_large
  std::size_t max_directory_entries = 4'096;
};

struct LogProgress {
  std::uint64_t bytes = 0;           // read by this call
  std::uint64_t lines = 0;           // complete lines among them, overlong ones included
  std::uint64_t overlong_lines = 0;  // longer than max_line_bytes, not handed out
  std::uint64_t lag_bytes = 0;       // written but not yet read: the budget was spent
  std::size_t files = 0;             // that belong to the log now; 0: there is no log
  bool lost = false;                 // a file went away, or was truncated, with an unread rest
  std::vector<Error> problems;       // files that cannot be read, and why
};

class LogFollower {
 public:
  enum class Start {
    end,       // what is there at the first call is history: only what comes after is read
    beginning  // everything that is there is read
  };
  // Called with one or more complete lines, each with its '\n'; valid during the call.
  using Sink = std::function<void(std::string_view lines)>;

  // `start` decides for a log never read before (no position restored).
  LogFollower(LogRules rules, Start start) : rules_(std::move(rules)), start_(start) {}

  // How far the log is read; at most 16 KiB of text.
  [[nodiscard]] std::string position() const;
  // Errc::parse when `position` is not one: the follower is then as new.
  [[nodiscard]] Result<> restore(std::string_view position);

  // Reads on, oldest file first, at most `budget` bytes (more comes next time). Errors: those of
  // listing `directory`; not_found when it is not there. What one file refuses is in `problems`.
  // An idle call costs a listing only when the directory has changed, and one stat per file.
  [[nodiscard]] Result<LogProgress> read(const Dir& directory, std::uint64_t budget,
                                         const Sink& sink);

 private:
  struct Tracked;  // one file: identity, head, offset
  LogRules rules_;
  Start start_;
};

}  // namespace clawvigil::host
