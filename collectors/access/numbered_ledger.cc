#include "collectors/access/numbered_ledger.h"

namespace clawvigil {

namespace {

// Fills in the names; ?1 is the cursor's number, ?2 its id, ?3 its time.
//
// Rows before the cursor's own are never counted, so a ledger to which history is added in front
// (numbers below, as OpenClaw does when it takes over an older file) counts nothing twice.
std::string statement_for(const NumberedLedger& ledger) {
  std::string sql =
      "SELECT (SELECT count(*) FROM {table} WHERE {rows} AND {number} = ?1 AND "
      "substr({id}, 1, 256) = ?2),"
      "(SELECT count(*) FROM {table} WHERE {rows} AND {number} > ?1 AND {count}),"
      "(SELECT count(*) FROM {table} WHERE {rows} AND {time} > ?3 AND {count}),"
      "{number}, {time}, substr({id}, 1, 256) FROM {table} WHERE {rows} "
      "ORDER BY {number} DESC LIMIT 1";
  const auto fill = [&sql](std::string_view name, std::string_view value) {
    for (std::size_t at = sql.find(name); at != std::string::npos; at = sql.find(name, at)) {
      sql.replace(at, name.size(), value);
      at += value.size();
    }
  };
  fill("{table}", ledger.table);
  fill("{rows}", ledger.rows);
  fill("{count}", ledger.count);
  fill("{number}", ledger.number);
  fill("{time}", ledger.time_ms);
  fill("{id}", ledger.id);
  return sql;
}

}  // namespace

Result<LedgerReading> read_numbered_ledger(host::ReadOnlyDatabase& database,
                                           const NumberedLedger& ledger,
                                           const std::optional<LedgerCursor>& cursor,
                                           SystemTime now) {
  TRY_ASSIGN(host::Query query, database.prepare(statement_for(ledger)));
  const LedgerCursor from = cursor.value_or(LedgerCursor::from(now));
  // Where nothing was, even a row of this very millisecond is new.
  const std::int64_t after = from.id.empty() ? from.time_ms - 1 : from.time_ms;
  query.bind(1, from.number).bind(2, from.id).bind(3, after);
  TRY_ASSIGN(const bool row, query.step());
  if (!row) return LedgerReading{0, from};
  LedgerReading reading;
  reading.cursor = {query.integer(3), query.integer(4), std::string(query.text(5))};
  if (!cursor) return reading;
  const bool same_ledger = !from.id.empty() && query.integer(0) > 0;
  reading.counted = query.integer(same_ledger ? 1 : 2);
  return reading;
}

}  // namespace clawvigil
