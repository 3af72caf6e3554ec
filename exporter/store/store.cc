#include "exporter/store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <map>

#include "exporter/base/mutex.h"
#include "exporter/base/whole_seconds.h"
#include "exporter/store/database_check.h"

namespace clawvigil::store {

namespace {

constexpr int kBusyTimeoutMs = 2000;
constexpr int kReadAndWrite =
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;

// Two threads must not both find a damaged database and set the new one aside too.
Mutex g_open_mutex;

// The files this process has checked, as long as a Store has one open: by device and inode.
std::map<std::pair<dev_t, ino_t>, std::weak_ptr<const bool>> g_checked GUARDED_BY(g_open_mutex);

// What every Store of this file must hold on to.
Result<std::shared_ptr<const bool>> check_once(sqlite3* database, const std::string& path)
    REQUIRES(g_open_mutex) {
  std::erase_if(g_checked, [](const auto& entry) { return entry.second.expired(); });
  struct ::stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    return std::unexpected(error_from_errno(errno, path));
  }
  std::weak_ptr<const bool>& entry = g_checked[{found.st_dev, found.st_ino}];
  std::shared_ptr<const bool> checked = entry.lock();
  if (!checked) TRY(check_integrity(database));
  TRY(check_or_mark_identity(database));
  if (!checked) checked = std::make_shared<const bool>(true);
  entry = checked;
  return checked;
}

Result<> create_directory(const std::string& path) {
  constexpr mode_t kOwnerOnly = 0700;
  if (::mkdir(path.c_str(), kOwnerOnly) != 0 && errno != EEXIST) {
    return std::unexpected(error_from_errno(errno, path));
  }
  return {};
}

Result<> set_aside(const std::string& path, const std::string& target) {
  for (const char* suffix : {"-wal", "-shm", ""}) {
    if (std::rename((path + suffix).c_str(), (target + suffix).c_str()) != 0 && errno != ENOENT) {
      return std::unexpected(error_from_errno(errno, path + suffix));
    }
  }
  return {};
}

// An absolute or relative path is not a URI, so nothing in it is interpreted.
std::string uri_of(const std::string& path) { return path.starts_with('/') ? path : "./" + path; }

// SQLite binds NULL for a null pointer, which an empty view may have.
const char* not_null(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

}  // namespace

Error Statement::error(int status) const {
  return to_error(sqlite3_db_handle(statement_.get()), status);
}

Statement& Statement::remember(int bind_status) {
  if (bind_status_ == SQLITE_OK) bind_status_ = bind_status;
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  reset();
  return remember(sqlite3_bind_int64(statement_.get(), index, value));
}

Statement& Statement::bind(int index, double value) {
  reset();
  return remember(sqlite3_bind_double(statement_.get(), index, value));
}

Statement& Statement::bind(int index, std::string_view value) {
  reset();
  return remember(sqlite3_bind_text64(statement_.get(), index, not_null(value), value.size(),
                                      SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind_blob(int index, std::string_view value) {
  reset();
  return remember(sqlite3_bind_blob64(statement_.get(), index, not_null(value), value.size(),
                                      SQLITE_TRANSIENT));
}

Result<bool> Statement::step() {
  if (bind_status_ != SQLITE_OK) {
    return std::unexpected(error(std::exchange(bind_status_, SQLITE_OK)));
  }
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) {
    reset();
    return false;
  }
  Error problem = error(status);
  reset();
  return std::unexpected(std::move(problem));
}

Result<> Statement::run() {
  const Result<bool> stepped = step();
  reset();
  if (!stepped) return std::unexpected(stepped.error());
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const unsigned char* data = sqlite3_column_text(statement_.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<Store::Handle> Store::connect(const std::string& uri, int flags) {
  sqlite3* raw = nullptr;
  const int status = sqlite3_open_v2(uri.c_str(), &raw, flags, nullptr);
  Handle database(raw);
  if (status != SQLITE_OK) return std::unexpected(to_error(raw, status));
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  TRY(run_sql(raw, "PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0"));
  return database;
}

Result<Store::Handle> Store::open_file(const std::string& path) {
  constexpr mode_t kOwnerReadsAndWrites = 0600;
  TRY_ASSIGN(Handle database, connect(uri_of(path), kReadAndWrite));
  // -wal and -shm inherit the mode. The file is still empty if it is new.
  if (::chmod(path.c_str(), kOwnerReadsAndWrites) != 0) {
    return std::unexpected(error_from_errno(errno, path));
  }
  TRY(run_sql(
      database.get(),
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=1048576"));
  return database;
}

Store Store::open_shared_memory(const std::string& directory, Error problem) {
  const std::string uri =
      "file:/clawvigil-" + std::to_string(std::hash<std::string>{}(directory)) + "?vfs=memdb";
  Result<Handle> database = connect(uri, kReadAndWrite);
  Store store = database ? Store(*std::move(database), false) : in_memory();
  store.problem_ = std::move(problem);
  return store;
}

Store Store::open(const std::string& directory, SystemTime now) {
  const MutexLock lock(g_open_mutex);
  if (const Result<> created = create_directory(directory); !created) {
    return open_shared_memory(directory, created.error());
  }
  const std::string path = directory + "/state.db";
  const auto open_checked = [&]() REQUIRES(g_open_mutex) -> Result<Store> {
    TRY_ASSIGN(Handle database, open_file(path));
    TRY_ASSIGN(auto checked, check_once(database.get(), path));
    Store store(std::move(database), true);
    store.checked_ = std::move(checked);
    return store;
  };
  Result<Store> opened = open_checked();
  if (opened) return *std::move(opened);
  Error problem = std::move(opened).error();
  if (problem.code != Errc::parse && problem.code != Errc::unsupported) {
    return open_shared_memory(directory, std::move(problem));
  }
  const auto seconds = to_whole_seconds(now);
  const std::string target = path + ".broken-" + std::to_string(seconds);
  if (Result<> moved = set_aside(path, target); !moved) {
    return open_shared_memory(directory, std::move(moved).error());
  }
  problem.message += "; it was set aside as " + target;
  Result<Store> rebuilt = open_checked();
  if (!rebuilt) return open_shared_memory(directory, std::move(rebuilt).error());
  rebuilt->problem_ = std::move(problem);
  return *std::move(rebuilt);
}

Result<Store> Store::open_existing(const std::string& directory, SystemTime now) {
  const std::string path = directory + "/state.db";
  if (::access(path.c_str(), R_OK | W_OK) != 0) {
    return std::unexpected(error_from_errno(errno, path));
  }
  Store store = open(directory, now);
  if (!store.persistent()) return std::unexpected(*std::move(store.problem_));
  return store;
}

Result<Store> Store::open_to_read(const std::string& directory) {
  const std::string path = directory + "/state.db";
  if (::access(path.c_str(), R_OK) != 0) return std::unexpected(error_from_errno(errno, path));
  TRY_ASSIGN(Handle database,
             connect(uri_of(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI));
  TRY(run_sql(database.get(), "PRAGMA cache_size=-8192"));
  TRY(check_identity(database.get()));
  return Store(std::move(database), true);
}

Store Store::in_memory() {
  Result<Handle> database = connect(":memory:", kReadAndWrite);
  return {database ? *std::move(database) : Handle(), false};
}

Result<> Store::ensure_schema(std::string_view sql) {
  if (sqlite3_get_autocommit(database_.get()) == 0) return execute(sql);
  TRY_ASSIGN(Transaction transaction, begin());
  TRY(execute(sql));
  return transaction.commit();
}

Result<bool> Store::has_table(std::string_view name) {
  TRY_ASSIGN(Statement select,
             prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1"));
  return select.bind(1, name).step();
}

Result<Statement> Store::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (status != SQLITE_OK) return std::unexpected(to_error(database_.get(), status));
  return Statement(statement);
}

Result<Statement*> Store::cached(std::string_view sql) {
  auto found = cached_.find(sql);
  if (found == cached_.end()) {
    TRY_ASSIGN(Statement statement, prepare(sql));
    found = cached_.emplace(sql, std::move(statement)).first;
  }
  found->second.reset();
  return &found->second;
}

Result<> Store::execute(std::string_view sql) {
  return run_sql(database_.get(), std::string(sql).c_str());
}

Result<Store::Transaction> Store::begin() {
  TRY(execute("BEGIN IMMEDIATE"));
  return Transaction(*this);
}

Result<> Store::Transaction::commit() {
  Store* const store = std::exchange(store_, nullptr);
  Result<> committed = store->execute("COMMIT");
  if (!committed) store->rollback();
  return committed;
}

Store::Transaction::~Transaction() {
  if (store_ != nullptr) store_->rollback();
}

// After some errors (disk full) SQLite has rolled back by itself.
void Store::rollback() {
  if (sqlite3_get_autocommit(database_.get()) == 0) static_cast<void>(execute("ROLLBACK"));
}

}  // namespace clawvigil::store
