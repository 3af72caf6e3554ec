#include "exporter/host/sqlite_snapshot.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

#include "exporter/host/wal_format.h"

namespace clawvigil::host {

namespace {

// Byte ranges SQLite locks (os.h, os_unix.c, wal.c); part of its file format.
struct Range {
  off_t start;
  off_t length;
};
constexpr off_t kPendingByte = 0x40000000;
constexpr Range kPending{kPendingByte, 1};
constexpr Range kReserved{kPendingByte + 1, 1};
constexpr Range kShared{kPendingByte + 2, 510};
constexpr Range kWriters{120, 3};    // WAL_WRITE_LOCK, WAL_CKPT_LOCK, WAL_RECOVER_LOCK
constexpr Range kReadMarks{123, 5};  // WAL_READ_LOCK(0) to (4)
constexpr Range kDeadMansSwitch{128, 1};

struct flock lock_of(int type, Range range) {
  struct flock lock{};
  lock.l_type = static_cast<short>(type);
  lock.l_whence = SEEK_SET;
  lock.l_start = range.start;
  lock.l_len = range.length;
  return lock;
}

// True if the shared lock was granted, false if another process holds an exclusive one.
Result<bool> try_lock(const File& file, Range range) {
  struct flock lock = lock_of(F_RDLCK, range);
  if (::fcntl(file.fd(), F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return std::unexpected(error_from_errno(errno, "lock"));
}

void unlock(const File& file, Range range) {
  struct flock lock = lock_of(F_UNLCK, range);
  // Cannot fail on an open descriptor; closing it would release the lock too.
  static_cast<void>(::fcntl(file.fd(), F_OFD_SETLK, &lock));
}

// Another process holds some lock in the range.
Result<bool> is_locked(const File& file, Range range) {
  struct flock lock = lock_of(F_WRLCK, range);
  if (::fcntl(file.fd(), F_OFD_GETLK, &lock) != 0) {
    return std::unexpected(error_from_errno(errno, "lock"));
  }
  return lock.l_type != F_UNLCK;
}

template <std::size_t N>
Result<std::string> read_start(const File& file) {
  std::array<char, N> bytes{};
  TRY_ASSIGN(const std::size_t got, file.read_at(0, bytes));
  return std::string(bytes.data(), got);
}

}  // namespace

Result<std::unique_ptr<SqliteSnapshot>> SqliteSnapshot::create(const Dir& directory,
                                                               std::string_view name,
                                                               const OpenRules& rules) {
  Fd fd(::fcntl(directory.fd(), F_DUPFD_CLOEXEC, 0));
  if (!fd) return std::unexpected(error_from_errno(errno, "duplicate a descriptor"));
  TRY_ASSIGN(File database, directory.open_file(name, rules));
  return std::unique_ptr<SqliteSnapshot>(
      new SqliteSnapshot(Dir(std::move(fd)), std::string(name), rules, std::move(database)));
}

Result<> SqliteSnapshot::begin(SteadyTime deadline) {
  deadline_ = deadline;
  error_.reset();
  active_ = true;
  Result<> frozen = freeze();
  if (!frozen) end();
  return frozen;
}

void SqliteSnapshot::end() {
  if (!std::exchange(active_, false)) return;
  index_.reset();
  wal_.reset();
  wal_bytes_ = 0;
  unlock(database_, kShared);
}

Result<> SqliteSnapshot::freeze() {
  TRY(check_same_file());
  TRY(lock_database());
  TRY_ASSIGN(index_, open_if_present("-shm"));
  if (index_) TRY(lock_read_marks());
  TRY_ASSIGN(wal_, open_if_present("-wal"));
  if (!wal_) return {};
  TRY_ASSIGN(wal_bytes_, committed_wal_bytes());
  if (wal_bytes_ > kMaxWalBytes) {
    return fail(Errc::too_large, "the write-ahead log has " + std::to_string(wal_bytes_) +
                                     " bytes, more than " + std::to_string(kMaxWalBytes));
  }
  return {};
}

Result<> SqliteSnapshot::check_same_file() const {
  TRY_ASSIGN(const FileStat opened, database_.stat());
  TRY_ASSIGN(const FileStat present, directory_.stat(name_));
  if (opened.device != present.device || opened.inode != present.inode) {
    return fail(Errc::busy, "the database was replaced by another file since it was opened");
  }
  return {};
}

// As os_unix.c does for SHARED: the pending byte keeps readers out while a writer waits for them.
Result<> SqliteSnapshot::lock_database() {
  while (true) {
    TRY_ASSIGN(const bool no_pending_writer, try_lock(database_, kPending));
    if (no_pending_writer) {
      Result<bool> locked = try_lock(database_, kShared);
      unlock(database_, kPending);
      if (!locked) return std::unexpected(std::move(locked).error());
      if (*locked) return {};
    }
    TRY(wait_for_locks());
  }
}

Result<> SqliteSnapshot::lock_read_marks() {
  while (true) {
    TRY_ASSIGN(const bool locked, try_lock(*index_, kReadMarks));
    if (locked) return {};
    TRY(wait_for_locks());
  }
}

Result<> SqliteSnapshot::wait_for_locks() const {
  constexpr auto kPause = std::chrono::milliseconds(1);
  if (past_deadline()) return fail(Errc::busy, "the database is locked by another process");
  std::this_thread::sleep_for(kPause);
  return {};
}

Result<std::uint64_t> SqliteSnapshot::committed_wal_bytes() const {
  while (true) {
    TRY_ASSIGN(const std::optional<std::uint64_t> bytes, try_committed_wal_bytes());
    if (bytes) return *bytes;
    TRY(wait_for_locks());
  }
}

// nullopt: the index header is being changed right now.
Result<std::optional<std::uint64_t>> SqliteSnapshot::try_committed_wal_bytes() const {
  TRY_ASSIGN(const std::string log_start, read_start<kWalHeaderBytes>(*wal_));
  const std::optional<WalHeader> log = parse_wal_header(log_start);
  TRY_ASSIGN(const FileStat wal, wal_->stat());  // before asking who is there
  // SQLite does not get past a log of only a header when it may not write -shm: it tries for ever.
  const std::uint64_t whole = log && wal.size > kWalHeaderBytes ? wal.size : 0;
  if (!index_) return whole;
  TRY_ASSIGN(const bool connected, is_locked(*index_, kDeadMansSwitch));
  if (!connected) return whole;

  TRY_ASSIGN(const std::string index_start, read_start<kWalIndexHeaderBytes>(*index_));
  const std::optional<WalIndexHeader> index = parse_wal_index_header(index_start);
  if (!index) {
    // Damaged for good when nobody is at work on it: the next process would recover it from the
    // log.
    TRY_ASSIGN(const bool being_changed, is_locked(*index_, kWriters));
    return being_changed ? std::nullopt : std::optional(whole);
  }
  if (index->last_frame == 0) return 0;
  std::atomic_thread_fence(std::memory_order_acquire);  // the frames were written before the index
  const std::uint64_t committed = kWalHeaderBytes + std::uint64_t{index->last_frame} *
                                                        (kWalFrameHeaderBytes + index->page_bytes);
  TRY_ASSIGN(const std::string start_now, read_start<kWalHeaderBytes>(*wal_));
  const std::optional<WalHeader> now = parse_wal_header(start_now);
  TRY_ASSIGN(const FileStat wal_now, wal_->stat());
  if (!now || now->salts != index->salts || wal_now.size < committed) {
    return fail(Errc::parse, "the write-ahead log and its index contradict each other");
  }
  return committed;
}

Result<std::optional<File>> SqliteSnapshot::open_if_present(std::string_view suffix) const {
  Result<File> file = directory_.open_file(name_ + std::string(suffix), rules_);
  if (file) return std::move(*file);
  if (file.error().code == Errc::not_found) return std::nullopt;
  return std::unexpected(std::move(file).error());
}

Result<std::size_t> SqliteSnapshot::read(Part part, std::uint64_t offset, std::span<char> out) {
  if (past_deadline()) return fail(Errc::timeout, "reading took longer than its budget");
  if (allowance_) {
    if (*allowance_ < out.size()) return fail(Errc::too_large, "the schema is too large");
    *allowance_ -= out.size();
  }
  if (part == Part::journal) {
    TRY_ASSIGN(const std::optional<File> journal, open_if_present("-journal"));
    return journal ? journal->read_at(offset, out) : 0;
  }
  if (part == Part::wal) {
    const std::uint64_t rest = offset < wal_bytes_ ? wal_bytes_ - offset : 0;
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest, out.size())));
    if (out.empty()) return 0;
  }
  TRY_ASSIGN(const std::size_t got, (part == Part::wal ? *wal_ : database_).read_at(offset, out));
  if (!index_) {
    const Result<FileStat> index = directory_.stat(name_ + "-shm");
    if (index || index.error().code != Errc::not_found) {
      return fail(Errc::busy, "another process has just opened the database");
    }
  }
  return got;
}

Result<std::uint64_t> SqliteSnapshot::size(Part part) const {
  if (part == Part::wal) return wal_bytes_;
  if (part == Part::database) {
    TRY_ASSIGN(const FileStat stat, database_.stat());
    return stat.size;
  }
  TRY_ASSIGN(const std::optional<File> journal, open_if_present("-journal"));
  if (!journal) return 0;
  TRY_ASSIGN(const FileStat stat, journal->stat());
  return stat.size;
}

Result<bool> SqliteSnapshot::has_writer() const { return is_locked(database_, kReserved); }

bool SqliteSnapshot::past_deadline() const { return SystemClock{}.now().steady >= deadline_; }

}  // namespace clawvigil::host
