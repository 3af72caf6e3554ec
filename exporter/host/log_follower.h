// Follows a log, a file that others append to, over rotation, truncation, deletion and restarts.
//
// A log is every file of one directory whose name `belongs` accepts: the one being written and its
// rotated predecessors (auth.log, auth.log.1; openclaw-2026-11-21.log, openclaw-2026-11-22.log.1).
// Which is which is told by a hash of its first bytes, never by name or inode: files that begin
// alike are one stream, of which the longest is read.
//
//   renamed, a new one begun   both are read on where they stood
//   copied, then truncated     the copy goes on where the original stood; the original begins anew
//   deleted                    what was written since the last call is still read if the file was
//                              the one written last; otherwise its unread rest is lost
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
#include <utility>
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

  // Reads on, the file written longest ago first, about `budget` bytes (more comes next time).
  // Errors: those of
  // listing `directory`; not_found when it is not there. What one file refuses is in `problems`.
  // An idle call costs a listing only when the directory has changed, and one stat per file.
  [[nodiscard]] Result<LogProgress> read(const Dir& directory, std::uint64_t budget,
                                         const Sink& sink);

 private:
  using StreamId = std::uint64_t;  // in the order of first sight
  // What a file and every copy of it have in common.
  struct Stream {
    std::size_t head_bytes = 0;  // hashed of its beginning; grows up to kHeadBytes
    std::uint64_t head_hash = 0;
    std::uint64_t offset = 0;  // read up to here
    bool skipping = false;     // within an overlong line
    std::uint64_t size = 0;    // when last looked at; not kept over restarts
  };
  // A file of the directory as last looked at.
  struct Seen {
    std::string name;
    std::optional<FileStat> stat;
    std::optional<StreamId> stream;  // unset: not one complete line yet
  };
  struct Reading;  // what one call of read() carries along

  static constexpr std::size_t kHeadBytes = 512;

  [[nodiscard]] Result<> list(const Dir& directory);
  [[nodiscard]] Result<> look_at(const Dir& directory, Seen& seen);
  [[nodiscard]] Result<std::optional<StreamId>> stream_of(const File& file, std::uint64_t size);
  // The longest file of each stream, the one written longest ago first.
  [[nodiscard]] std::vector<const Seen*> files_to_read();
  [[nodiscard]] Result<> read_file(const Dir& directory, const Seen& seen, Reading& reading);
  [[nodiscard]] static bool begins_as(const Stream& stream, const File& file);
  [[nodiscard]] Result<> read_deleted(const std::vector<const Seen*>& present, Reading& reading);
  [[nodiscard]] Result<> read_stream(Stream& stream, const File& file, std::uint64_t end,
                                     Reading& reading) const;
  void skip_history(const Dir& directory);
  void forget_surplus_streams();

  LogRules rules_;
  Start start_;
  bool fresh_ = true;  // nothing was read or restored yet
  std::map<StreamId, Stream> streams_;
  std::vector<Seen> files_;
  std::optional<FileStat> listed_;   // the directory when it was last listed
  bool listing_is_settled_ = false;  // listed again after its last change was seen
  // The file written last stays open, so that its end can be read after it was deleted.
  std::optional<std::pair<StreamId, File>> newest_;
};

}  // namespace clawvigil::host
