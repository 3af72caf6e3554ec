#include "exporter/host/sqlite_vfs.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace clawvigil::host {

namespace {

using Part = SqliteSnapshot::Part;

// What SQLite allocates for an open file: its base must come first.
struct OpenFile {
  sqlite3_file base;
  SqliteSnapshot* snapshot;
  Part part;
};

OpenFile& as_open_file(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }

SqliteSnapshot& snapshot_of(sqlite3_vfs* vfs) {
  return *static_cast<SqliteSnapshot*>(vfs->pAppData);
}

int failed(SqliteSnapshot& snapshot, Error error, int code) {
  snapshot.note_error(std::move(error));
  return code;
}

int close_file(sqlite3_file* /*file*/) { return SQLITE_OK; }

int read_file(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const OpenFile& open = as_open_file(file);
  const std::span<char> out(static_cast<char*>(buffer), static_cast<std::size_t>(amount));
  const Result<std::size_t> got =
      open.snapshot->read(open.part, static_cast<std::uint64_t>(offset), out);
  if (!got) return failed(*open.snapshot, got.error(), SQLITE_IOERR_READ);
  if (*got == out.size()) return SQLITE_OK;
  std::ranges::fill(out.subspan(*got), '\0');
  return SQLITE_IOERR_SHORT_READ;
}

int refuse_write(sqlite3_file* /*file*/, const void* /*buffer*/, int /*amount*/,
                 sqlite3_int64 /*offset*/) {
  return SQLITE_READONLY;
}

int refuse_truncate(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) { return SQLITE_READONLY; }

int refuse_sync(sqlite3_file* /*file*/, int /*flags*/) { return SQLITE_READONLY; }

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const OpenFile& open = as_open_file(file);
  const Result<std::uint64_t> bytes = open.snapshot->size(open.part);
  if (!bytes) return failed(*open.snapshot, bytes.error(), SQLITE_IOERR_FSTAT);
  *size = static_cast<sqlite3_int64>(*bytes);
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  if (level > SQLITE_LOCK_SHARED) return SQLITE_READONLY;
  return as_open_file(file).snapshot->active() ? SQLITE_OK : SQLITE_IOERR_LOCK;
}

int unlock_file(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }

int check_reserved(sqlite3_file* file, int* reserved) {
  SqliteSnapshot& snapshot = *as_open_file(file).snapshot;
  const Result<bool> writer = snapshot.has_writer();
  if (!writer) return failed(snapshot, writer.error(), SQLITE_IOERR_CHECKRESERVEDLOCK);
  *reserved = *writer ? 1 : 0;
  return SQLITE_OK;
}

int file_control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) { return 4096; }

int device_characteristics(sqlite3_file* /*file*/) { return 0; }

int refuse_map(sqlite3_file* /*file*/, int /*page*/, int /*page_size*/, int /*extend*/,
               void volatile** memory) {
  *memory = nullptr;
  return SQLITE_READONLY_CANTINIT;
}

// The snapshot holds all read marks already.
int lock_index(sqlite3_file* file, int /*offset*/, int /*count*/, int flags) {
  if ((flags & SQLITE_SHM_UNLOCK) != 0) return SQLITE_OK;
  const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
  return shared && as_open_file(file).snapshot->active() ? SQLITE_OK : SQLITE_BUSY;
}

void index_barrier(sqlite3_file* /*file*/) { std::atomic_thread_fence(std::memory_order_seq_cst); }

int unmap_index(sqlite3_file* /*file*/, int /*remove*/) { return SQLITE_OK; }

constexpr sqlite3_io_methods make_methods() {
  sqlite3_io_methods methods{};
  methods.iVersion = 2;  // with shared memory, without xFetch
  methods.xClose = close_file;
  methods.xRead = read_file;
  methods.xWrite = refuse_write;
  methods.xTruncate = refuse_truncate;
  methods.xSync = refuse_sync;
  methods.xFileSize = file_size;
  methods.xLock = lock_file;
  methods.xUnlock = unlock_file;
  methods.xCheckReservedLock = check_reserved;
  methods.xFileControl = file_control;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = device_characteristics;
  methods.xShmMap = refuse_map;
  methods.xShmLock = lock_index;
  methods.xShmBarrier = index_barrier;
  methods.xShmUnmap = unmap_index;
  return methods;
}

constexpr sqlite3_io_methods kMethods = make_methods();

int open_file(sqlite3_vfs* vfs, const char* /*name*/, sqlite3_file* file, int flags,
              int* out_flags) {
  file->pMethods = nullptr;
  Part part{};
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    part = Part::database;
  } else if ((flags & SQLITE_OPEN_WAL) != 0) {
    part = Part::wal;
  } else if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) {
    part = Part::journal;
  } else {
    return SQLITE_CANTOPEN;
  }
  ::new (file) OpenFile{{&kMethods}, &snapshot_of(vfs), part};
  if (out_flags != nullptr) {
    *out_flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  return SQLITE_OK;
}

int refuse_delete(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync_directory*/) {
  return SQLITE_READONLY;
}

// As in os_unix.c an empty file does not exist.
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  *result = 0;
  if (flags != SQLITE_ACCESS_EXISTS) return SQLITE_OK;
  const Part part = std::string_view(name).ends_with("-wal") ? Part::wal : Part::journal;
  SqliteSnapshot& snapshot = snapshot_of(vfs);
  const Result<std::uint64_t> bytes = snapshot.size(part);
  if (!bytes) return failed(snapshot, bytes.error(), SQLITE_IOERR_ACCESS);
  *result = *bytes > 0 ? 1 : 0;
  return SQLITE_OK;
}

int full_path_name(sqlite3_vfs* /*vfs*/, const char* name, int capacity, char* out) {
  sqlite3_snprintf(capacity, out, "%s", name);
  return SQLITE_OK;
}

// SQLite sleeps while it retries; not beyond the transaction's deadline.
int sleep_briefly(sqlite3_vfs* vfs, int microseconds) {
  if (snapshot_of(vfs).past_deadline()) return 0;
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  return system->xSleep(system, microseconds);
}

int randomness(sqlite3_vfs* /*vfs*/, int count, char* out) {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  return system->xRandomness(system, count, out);
}

int current_time(sqlite3_vfs* /*vfs*/, double* julian_day) {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  return system->xCurrentTime(system, julian_day);
}

int last_error(sqlite3_vfs* /*vfs*/, int /*capacity*/, char* /*out*/) { return 0; }

}  // namespace

SqliteVfs::SqliteVfs(SqliteSnapshot& snapshot) {
  static std::atomic<std::uint64_t> counter{0};
  name_ = "clawvigil-" + std::to_string(++counter);
  vfs_.iVersion = 1;
  vfs_.szOsFile = sizeof(OpenFile);
  vfs_.mxPathname = 64;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = &snapshot;
  vfs_.xOpen = open_file;
  vfs_.xDelete = refuse_delete;
  vfs_.xAccess = access_file;
  vfs_.xFullPathname = full_path_name;
  vfs_.xRandomness = randomness;
  vfs_.xSleep = sleep_briefly;
  vfs_.xCurrentTime = current_time;
  vfs_.xGetLastError = last_error;
  sqlite3_vfs_register(&vfs_, 0);
}

SqliteVfs::~SqliteVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace clawvigil::host
