#include "tests/support/sqlite_writer.h"

#include <array>
#include <optional>
#include <random>
#include <stdexcept>

namespace clawvigil::test {

namespace {

using Generator = std::mt19937;

unsigned below(Generator& generator, unsigned bound) {
  return static_cast<unsigned>(generator() % bound);
}

std::string text(Generator& generator, unsigned bound) {
  return std::to_string(below(generator, bound));
}

// Moves money between the tables and appends a row of up to three pages.
std::string transfer(Generator& generator) {
  const std::string amount = text(generator, 100);
  const std::string from = text(generator, kAccounts);
  const std::string to = text(generator, kAccounts);
  const std::string repeats = text(generator, 1500);
  std::string sql = "BEGIN IMMEDIATE; UPDATE a SET balance = balance - " + amount +
                    " WHERE id = " + from + "; UPDATE b SET balance = balance + " + amount +
                    " WHERE id = " + to +
                    "; UPDATE counter SET value = value + 1;"
                    "INSERT INTO ledger(seed, body) SELECT value, replace(hex(zeroblob(" +
                    repeats + ")), '00', value || ';') FROM counter;";
  if (below(generator, 4) == 0) {  // keep it small
    sql +=
        "DELETE FROM ledger WHERE id <= (SELECT max(id) - 20 FROM ledger);"
        "UPDATE counter SET value = (SELECT count(*) FROM ledger);";
  }
  return sql + (below(generator, 8) == 0 ? "ROLLBACK" : "COMMIT");
}

void checkpoint(WritingConnection& connection, Generator& generator, WriterProgress& progress) {
  constexpr std::array kKinds{"PASSIVE", "FULL", "RESTART", "TRUNCATE"};
  const std::string kind = kKinds[below(generator, kKinds.size())];
  if (connection.try_execute("PRAGMA wal_checkpoint(" + kind + ")")) ++progress.checkpoints;
}

}  // namespace

WritingConnection::WritingConnection(const std::string& path) {
  constexpr int kBusyTimeoutMs = 10'000;
  sqlite3* database = nullptr;
  const int status = sqlite3_open(path.c_str(), &database);
  database_.reset(database);
  if (status != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database));
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
}

bool WritingConnection::try_execute(const std::string& sql) {
  const int status = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status == SQLITE_BUSY || status == SQLITE_LOCKED) {
    if (sqlite3_get_autocommit(database_.get()) == 0) execute("ROLLBACK");
    return false;
  }
  if (status != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(database_.get()));
  return true;
}

void WritingConnection::execute(const std::string& sql) {
  if (!try_execute(sql)) throw std::runtime_error("busy");
}

std::int64_t WritingConnection::integer(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
  const int status = sqlite3_step(statement);
  const std::int64_t value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  if (status != SQLITE_ROW) throw std::runtime_error(sqlite3_errmsg(database_.get()));
  return value;
}

void create_accounts(const std::string& path, const std::string& journal_mode) {
  WritingConnection connection(path);
  connection.execute("PRAGMA journal_mode=" + journal_mode);
  connection.execute(
      "BEGIN; CREATE TABLE a(id INTEGER PRIMARY KEY, balance INT NOT NULL);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY, balance INT NOT NULL);"
      "CREATE TABLE counter(value INT NOT NULL); INSERT INTO counter VALUES(0);"
      "CREATE TABLE ledger(id INTEGER PRIMARY KEY, seed INT NOT NULL, body TEXT NOT NULL)");
  for (std::int64_t i = 0; i < kAccounts; ++i) {
    const std::string row = "(" + std::to_string(i) + ", 1000);";
    connection.execute("INSERT INTO a VALUES" + row + "INSERT INTO b VALUES" + row);
  }
  connection.execute("COMMIT");
}

int write_accounts(const std::string& path, WriterStyle style, unsigned seed,
                   WriterProgress& progress) {
  Generator generator(seed);
  std::optional<WritingConnection> connection;
  while (!progress.stop) {
    if (!connection) {
      connection.emplace(path);
      connection->execute(
          "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=5; PRAGMA cache_size=5");
    }
    if (connection->try_execute(transfer(generator))) ++progress.commits;
    if (style != WriterStyle::reopening && below(generator, 5) == 0) {
      checkpoint(*connection, generator, progress);
    }
    if (style == WriterStyle::restless && below(generator, 20) == 0) {
      const bool wal = below(generator, 2) == 0;
      connection->try_execute(wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
    }
    if (style != WriterStyle::checkpointing && below(generator, 10) == 0) connection.reset();
  }
  return 0;
}

}  // namespace clawvigil::test
