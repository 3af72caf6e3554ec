#include "exporter/host/sqlite_connection.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

constexpr int kMaxValueBytes = 8 * 1024 * 1024;
constexpr std::uint64_t kMaxSchemaBytes = 8UL * 1024 * 1024;
constexpr std::size_t kMaxShownMessage = 256;

constexpr std::array<std::pair<int, int>, 8> kLimits{{{SQLITE_LIMIT_LENGTH, kMaxValueBytes},
                                                      {SQLITE_LIMIT_SQL_LENGTH, 64 * 1024},
                                                      {SQLITE_LIMIT_EXPR_DEPTH, 100},
                                                      {SQLITE_LIMIT_COMPOUND_SELECT, 10},
                                                      {SQLITE_LIMIT_ATTACHED, 0},
                                                      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
                                                      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                                      {SQLITE_LIMIT_WORKER_THREADS, 0}}};

constexpr std::array<std::pair<int, int>, 6> kSwitches{{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                                        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                                        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                                        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                                        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                                        {SQLITE_DBCONFIG_DQS_DML, 0}}};

constexpr char kPragmas[] =
    "PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-512";

constexpr std::array<std::string_view, 27> kFunctions{
    "->",      "->>",    "abs",  "avg",    "coalesce", "count", "glob",  "hex",    "ifnull",
    "iif",     "instr",  "like", "length", "lower",    "ltrim", "max",   "min",    "nullif",
    "replace", "substr", "sum",  "total",  "trim",     "upper", "round", "typeof", "json_extract"};
constexpr std::array<std::string_view, 2> kReadablePragmas{"schema_version", "user_version"};

int authorize(void* /*context*/, int action, const char* first, const char* second,
              const char* /*database*/, const char* /*trigger*/) {
  const auto allowed = [](const auto& list, const char* word) {
    return word != nullptr && std::ranges::find(list, std::string_view(word)) != list.end();
  };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return allowed(kFunctions, second) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
      return allowed(kReadablePragmas, first) && second == nullptr ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

int interrupt_when_late(void* snapshot) {
  return static_cast<const SqliteSnapshot*>(snapshot)->past_deadline() ? 1 : 0;
}

Errc classify(int code, std::string_view message) {
  switch (code & 0xFF) {  // the primary code of an extended one
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_SCHEMA:
    case SQLITE_READONLY:  // a hot journal: only its writer may roll it back
      return Errc::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return Errc::parse;
    case SQLITE_TOOBIG:
      return Errc::too_large;
    case SQLITE_INTERRUPT:
      return Errc::timeout;
    case SQLITE_ERROR:
      return message.starts_with("no such table") || message.starts_with("no such column")
                 ? Errc::not_found
                 : Errc::unsupported;
    case SQLITE_AUTH:
      return Errc::unsupported;
    default:
      return Errc::io;
  }
}

}  // namespace

Result<std::shared_ptr<SqliteConnection>> SqliteConnection::open(const Dir& directory,
                                                                 std::string_view name,
                                                                 const OpenRules& rules,
                                                                 Duration budget) {
  TRY_ASSIGN(auto snapshot, SqliteSnapshot::create(directory, name, rules));
  std::shared_ptr<SqliteConnection> connection(new SqliteConnection(std::move(snapshot), budget));
  TRY(connection->snapshot_->begin(SystemClock{}.now().steady + budget));
  const Result<> ready = connection->connect();
  connection->end();
  if (!ready) return std::unexpected(ready.error());
  return connection;
}

Result<> SqliteConnection::connect() {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(SqliteVfs::kFileName, &database,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs_.name());
  database_.reset(database);
  if (opened != SQLITE_OK) return std::unexpected(error(opened));
  TRY(restrict_features());
  return load_schema();
}

Result<> SqliteConnection::restrict_features() {
  constexpr int kStepsBetweenChecks = 1000;
  for (const auto& [limit, value] : kLimits) sqlite3_limit(database_.get(), limit, value);
  for (const auto& [option, value] : kSwitches) {
    const int status = sqlite3_db_config(database_.get(), option, value, nullptr);
    if (status != SQLITE_OK) return std::unexpected(error(status));
  }
  const int dropped = sqlite3_drop_modules(database_.get(), nullptr);  // all virtual tables
  if (dropped != SQLITE_OK) return std::unexpected(error(dropped));
  sqlite3_progress_handler(database_.get(), kStepsBetweenChecks, interrupt_when_late,
                           snapshot_.get());
  return {};
}

Result<> SqliteConnection::load_schema() {
  // Reads page 1 and scans the log, but does not load the schema.
  TRY_ASSIGN(sqlite3_stmt * pin, prepare("PRAGMA schema_version"));
  pin_.reset(pin);
  const int pinned = sqlite3_step(pin);
  if (pinned != SQLITE_ROW) return std::unexpected(error(pinned));
  schema_version_ = sqlite3_column_int64(pin, 0);

  snapshot_->limit_reads(kMaxSchemaBytes);
  const int status = sqlite3_exec(database_.get(), kPragmas, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return std::unexpected(error(status));
  snapshot_->limit_reads(std::nullopt);
  sqlite3_set_authorizer(database_.get(), authorize, nullptr);
  return {};
}

Result<> SqliteConnection::enter() {
  if (users_ == 0) TRY(begin());
  ++users_;
  return {};
}

void SqliteConnection::leave() {
  if (--users_ == 0) end();
}

Result<> SqliteConnection::begin() {
  TRY(snapshot_->begin(SystemClock{}.now().steady + budget_));
  const int pinned = sqlite3_step(pin_.get());
  Result<> usable;
  if (pinned != SQLITE_ROW) {
    usable = std::unexpected(error(pinned));
  } else if (sqlite3_column_int64(pin_.get(), 0) != schema_version_) {
    // Loading the new one would not be bounded: it happens deep inside SQLite's step.
    usable = fail(Errc::busy, "the schema was changed since the database was opened");
  }
  if (!usable) end();
  return usable;
}

void SqliteConnection::end() {
  sqlite3_reset(pin_.get());
  snapshot_->end();
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (status != SQLITE_OK) return std::unexpected(error(status));
  if (sqlite3_stmt_readonly(statement) == 0) {  // the authorizer is not asked about VACUUM
    sqlite3_finalize(statement);
    return fail(Errc::unsupported, "sqlite: not a SELECT");
  }
  return statement;
}

Error SqliteConnection::error(int code) {
  if (std::optional<Error> cause = snapshot_->take_error()) return *std::move(cause);
  const char* message = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  const Errc reason = classify(code, message);
  if (reason == Errc::timeout) return {reason, "reading took longer than its budget"};
  return {reason, "sqlite: " + sanitize(message, kMaxShownMessage)};
}

}  // namespace clawvigil::host
