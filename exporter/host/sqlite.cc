#include "exporter/host/sqlite.h"

#include <utility>

#include "exporter/host/sqlite_connection.h"

namespace clawvigil::host {

Query::Query(Query&& other) noexcept
    : connection_(std::move(other.connection_)),
      statement_(std::move(other.statement_)),
      active_(std::exchange(other.active_, false)),
      bind_status_(other.bind_status_) {}

Query& Query::operator=(Query&& other) noexcept {
  if (this != &other) {
    finish();
    statement_ = std::move(other.statement_);  // the old one goes before its connection
    connection_ = std::move(other.connection_);
    active_ = std::exchange(other.active_, false);
    bind_status_ = other.bind_status_;
  }
  return *this;
}

Query::~Query() { finish(); }

Query& Query::bind(int index, std::int64_t value) {
  finish();
  const int status = sqlite3_bind_int64(statement_.get(), index, value);
  if (bind_status_ == SQLITE_OK) bind_status_ = status;
  return *this;
}

Query& Query::bind(int index, std::string_view value) {
  finish();
  const char* data = value.data() == nullptr ? "" : value.data();  // SQLite takes null for NULL
  const int status = sqlite3_bind_text64(statement_.get(), index, data, value.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8);
  if (bind_status_ == SQLITE_OK) bind_status_ = status;
  return *this;
}

Result<bool> Query::step() {
  if (bind_status_ != SQLITE_OK) return std::unexpected(connection_->error(bind_status_));
  if (!active_) {
    TRY(connection_->enter());
    active_ = true;
  }
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) {
    finish();
    return false;
  }
  Error error = connection_->error(status);
  finish();
  return std::unexpected(std::move(error));
}

void Query::finish() {
  if (!std::exchange(active_, false)) return;
  sqlite3_reset(statement_.get());
  connection_->leave();
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Query::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view Query::text(int column) const {
  const unsigned char* data = sqlite3_column_text(statement_.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Query::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<ReadOnlyDatabase> ReadOnlyDatabase::open(const Dir& directory, std::string_view name,
                                                const OpenRules& rules, Duration budget) {
  TRY_ASSIGN(auto connection, SqliteConnection::open(directory, name, rules, budget));
  return ReadOnlyDatabase(std::move(connection));
}

Result<Query> ReadOnlyDatabase::prepare(std::string_view sql) {
  TRY(connection_->enter());
  const Result<sqlite3_stmt*> statement = connection_->prepare(sql);
  connection_->leave();
  if (!statement) return std::unexpected(statement.error());
  return Query(connection_, *statement);
}

Result<std::int64_t> ReadOnlyDatabase::user_version() {
  TRY_ASSIGN(Query query, prepare("PRAGMA user_version"));
  TRY_ASSIGN(const bool found, query.step());
  return found ? query.integer(0) : 0;
}

Result<bool> ReadOnlyDatabase::has_table(std::string_view table) {
  TRY_ASSIGN(
      Query query,
      prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name = ?1"));
  return query.bind(1, table).step();
}

}  // namespace clawvigil::host
