// One consistent, unchanging view of a SQLite database another process is writing: which locks to
// hold and how much of the -wal belongs to it. SQLite itself, above (sqlite_vfs.h), only reads
// bytes.
//
// begin() takes, in this order, the shared lock of the database file (no rollback-mode commit, no
// closing checkpoint, no removal of -wal and -shm) and shared locks on all five read marks of -shm
// (WAL_READ_LOCK(0): no checkpoint may copy into the database; (1)..(4): no writer may restart the
// log from its beginning). Writers can still append. Then it notes how far the log is committed:
//
//   -shm held by a live process  what its index header says: frames up to mxFrame, none if 0. (The
//                                -wal itself cannot tell: after a restart it holds old frames until
//                                they are overwritten, while we would be reading them.)
//   -shm left by a dead process  the whole -wal, as SQLite's recovery would; a writer that comes
//                                now recovers, finds our locks, and only appends
//   no -shm                      nothing can be locked: the whole -wal is taken, and after every
//                                read -shm must still be absent, else the read is Errc::busy
//
// Only byte-range locks of kind F_RDLCK on descriptors opened read-only (open file description
// locks: closing a file here never drops a lock of another connection of this process). The one
// byte never locked is DMS (128): holding it would vouch for an -shm we do not keep.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

// One thread at a time.
class SqliteSnapshot {
 public:
  enum class Part { database, wal, journal };
  static constexpr std::uint64_t kMaxWalBytes = std::uint64_t{1} << 30U;

  // `directory` is duplicated. Errors of Dir::open_file for `name`.
  [[nodiscard]] static Result<std::unique_ptr<SqliteSnapshot>> create(const Dir& directory,
                                                                      std::string_view name,
                                                                      const OpenRules& rules);

  // Locks and freezes. busy: not to be had by `deadline`, or the file was replaced by another;
  // too_large: more than kMaxWalBytes of log; unsafe: what is called -wal or -shm is no plain file.
  // On error nothing is held.
  [[nodiscard]] Result<> begin(SteadyTime deadline);
  void end();  // releases everything; harmless when not active
  [[nodiscard]] bool active() const { return active_; }

  // The frozen view; only while active. A read past the deadline of begin() is Errc::timeout.
  [[nodiscard]] Result<std::size_t> read(Part part, std::uint64_t offset, std::span<char> out);
  [[nodiscard]] Result<std::uint64_t> size(Part part) const;  // 0 when the file does not exist
  // A rollback-mode writer is at work (it holds the RESERVED lock).
  [[nodiscard]] Result<bool> has_writer() const;
  [[nodiscard]] bool past_deadline() const;

  // From now on read() hands out at most this many bytes, then fails with too_large; nullopt: no
  // bound.
  void limit_reads(std::optional<std::uint64_t> bytes) { allowance_ = bytes; }

  // The error behind the last failed call, for callers that only see SQLite's code; cleared.
  [[nodiscard]] std::optional<Error> take_error() { return std::exchange(error_, std::nullopt); }
  void note_error(Error error) { error_ = std::move(error); }

 private:
  SqliteSnapshot(Dir directory, std::string name, OpenRules rules, File database)
      : directory_(std::move(directory)),
        name_(std::move(name)),
        rules_(rules),
        database_(std::move(database)) {}

  [[nodiscard]] Result<> freeze();
  [[nodiscard]] Result<> check_same_file() const;
  [[nodiscard]] Result<> lock_database();
  [[nodiscard]] Result<> lock_read_marks();
  [[nodiscard]] Result<std::uint64_t> committed_wal_bytes() const;
  [[nodiscard]] Result<std::optional<std::uint64_t>> try_committed_wal_bytes() const;
  [[nodiscard]] Result<std::optional<File>> open_if_present(std::string_view suffix) const;
  [[nodiscard]] Result<> wait_for_locks() const;

  Dir directory_;
  std::string name_;
  OpenRules rules_;
  File database_;
  std::optional<File> wal_;
  std::optional<File> index_;  // -shm
  std::uint64_t wal_bytes_ = 0;
  std::optional<std::uint64_t> allowance_;
  SteadyTime deadline_{};
  bool active_ = false;
  std::optional<Error> error_;
};

}  // namespace clawvigil::host
