#include "collectors/access/numbered_ledger.h"

namespace clawvigil {

namespace {

// Fills in the names; ?1 is the cursor's number, ?2 its id, ?3 its time. Only where the cursor's
// row is gone, in a ledger made anew, are rows counted by time, which no index helps with.
//
// Rows before the cursor's own are never counted, so a ledger to which history is added in front
// (numbers below, as OpenClaw does when it takes over an older file) counts nothing twice.
std::string statement_for(const NumberedLedger& ledger) {
  std::string sql =
      "SELECT CASE WHEN ?2 != '' AND EXISTS(SELECT 1 FROM {table} WHERE {rows} AND {number} = ?1 "
      "AND substr({id}, 1, 256) = ?2) "
      "THEN (SELECT count(*) FROM {table} WHERE {rows} AND {number} > ?1 AND {count}) "
      "ELSE (SELECT count(*) FROM {table} WHERE {rows} AND {time} > ?3 AND {count}) END,"
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
  reading.cursor = {query.integer(1), query.integer(2), std::string(query.text(3))};
  if (!cursor) return reading;
  reading.counted = query.integer(0);
  return reading;
}

}  // namespace clawvigil
