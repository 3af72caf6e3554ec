// The ledger's tables in the state database, and what becomes of those of earlier versions.
#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS usage_series (
  id INTEGER PRIMARY KEY, home TEXT NOT NULL, agent TEXT NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, trigger TEXT NOT NULL, channel TEXT NOT NULL,
  UNIQUE (home, agent, provider, model, trigger, channel)) STRICT;
CREATE TABLE IF NOT EXISTS usage_hour (
  series INTEGER NOT NULL, hour INTEGER NOT NULL,
  input INTEGER NOT NULL, output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
  requests INTEGER NOT NULL, failed INTEGER NOT NULL, unpriced_tokens INTEGER NOT NULL,
  recorded_usd REAL NOT NULL, recorded_correction REAL NOT NULL,
  estimated_usd REAL NOT NULL, estimated_correction REAL NOT NULL,
  PRIMARY KEY (hour, series)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_pack (day INTEGER PRIMARY KEY, rows BLOB NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS usage_hour_inserted AFTER INSERT ON usage_hour BEGIN
  DELETE FROM usage_pack WHERE day = NEW.hour / 24; END;
CREATE TRIGGER IF NOT EXISTS usage_hour_updated AFTER UPDATE ON usage_hour BEGIN
  DELETE FROM usage_pack WHERE day = NEW.hour / 24 OR day = OLD.hour / 24; END;
CREATE TRIGGER IF NOT EXISTS usage_hour_deleted AFTER DELETE ON usage_hour BEGIN
  DELETE FROM usage_pack WHERE day = OLD.hour / 24; END;
CREATE TABLE IF NOT EXISTS usage_minute (
  minute INTEGER NOT NULL, home TEXT NOT NULL, agent TEXT NOT NULL, trigger TEXT NOT NULL,
  usd REAL NOT NULL, tokens INTEGER NOT NULL, requests INTEGER NOT NULL, failed INTEGER NOT NULL,
  human_turns INTEGER NOT NULL, gateway INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (minute, home, agent, trigger)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_slot (
  slot INTEGER NOT NULL, home TEXT NOT NULL, agent TEXT NOT NULL, trigger TEXT NOT NULL,
  usd REAL NOT NULL, tokens INTEGER NOT NULL, requests INTEGER NOT NULL, failed INTEGER NOT NULL,
  human_turns INTEGER NOT NULL, gateway INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (slot, home, agent, trigger)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_loop (
  day INTEGER NOT NULL, home TEXT NOT NULL, agent TEXT NOT NULL, repeats INTEGER NOT NULL,
  PRIMARY KEY (day, home, agent)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage_session_sum (
  session INTEGER PRIMARY KEY, session_id TEXT NOT NULL, home TEXT NOT NULL, agent TEXT NOT NULL,
  trigger TEXT NOT NULL, channel TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
  input INTEGER NOT NULL, output INTEGER NOT NULL,
  cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL,
  requests INTEGER NOT NULL, failed INTEGER NOT NULL, unpriced_tokens INTEGER NOT NULL,
  usd REAL NOT NULL, chain INTEGER NOT NULL, chain_since_ms INTEGER NOT NULL,
  chain_usd REAL NOT NULL, chain_tokens INTEGER NOT NULL, repeats INTEGER NOT NULL,
  failed_streak INTEGER NOT NULL, recent BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS usage_session_sum_last ON usage_session_sum (last_ms);
CREATE TABLE IF NOT EXISTS usage_generation (
  id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS usage_file (
  id INTEGER PRIMARY KEY, session INTEGER NOT NULL, device INTEGER NOT NULL,
  inode INTEGER NOT NULL, size INTEGER NOT NULL, position INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL, head_hash INTEGER NOT NULL, tail_hash INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS usage_rows (
  id INTEGER PRIMARY KEY, session INTEGER NOT NULL UNIQUE, last_seq INTEGER NOT NULL,
  last_created_ms INTEGER NOT NULL, row_count INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS usage_standing (source INTEGER PRIMARY KEY, standing TEXT NOT NULL)
  STRICT;
CREATE TABLE IF NOT EXISTS usage_history (complete INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS usage_session (
  session INTEGER PRIMARY KEY, domain INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS usage_identity (
  id INTEGER PRIMARY KEY, domain INTEGER NOT NULL, source INTEGER NOT NULL,
  hashes BLOB NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS usage_identity_domain ON usage_identity (domain, source);
)sql";

// The tables as they were while calls had no trigger and channel, which no row of theirs tells. The
// transcripts do: they are read again.
constexpr std::string_view kDropEarlier = R"sql(
DROP TABLE IF EXISTS usage_series;
DROP TABLE IF EXISTS usage_hour;
DROP TABLE IF EXISTS usage_pack;
DROP TABLE IF EXISTS usage_minute;
DROP TABLE IF EXISTS usage_file;
DROP TABLE IF EXISTS usage_rows;
DROP TABLE IF EXISTS usage_history;
DROP TABLE IF EXISTS usage_session;
DROP TABLE IF EXISTS usage_identity;
)sql";

Result<bool> has_earlier_tables(store::Store& store) {
  TRY_ASSIGN(auto query, store.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'usage_series' "
                                       "AND sql NOT LIKE '%trigger TEXT%'"));
  return query.step();
}

// Before the column came, only the sums of hours knew who came by the gateway itself. Its calls are
// taken to have been the same part of every slot, or minute, of the hour.
Result<> add_gateway_column(store::Store& store, const std::string& unit,
                            const std::string& units_of_hour) {
  const std::string table = "usage_" + unit;
  TRY_ASSIGN(const bool has, has_column(store, table, "gateway"));
  if (has) return {};
  return store.ensure_schema(
      "ALTER TABLE " + table + " ADD COLUMN gateway INTEGER NOT NULL DEFAULT 0; UPDATE " + table +
      " SET gateway = coalesce((SELECT round(" + table +
      ".requests * sum(h.requests * (s.channel = 'webchat')) * 1.0 / sum(h.requests)) "
      "FROM usage_hour AS h JOIN usage_series AS s ON s.id = h.series WHERE h.hour = " +
      unit + " / " + units_of_hour + " AND s.home = " + table + ".home AND s.agent = " + table +
      ".agent AND s.trigger = 'user' AND h.requests > 0), 0) WHERE trigger = 'user';");
}

// What sessions tell of the days before: each its last chain.
constexpr std::string_view kFillLoops = R"sql(
INSERT OR IGNORE INTO usage_loop SELECT last_ms / 86400000, home, agent, max(repeats)
  FROM usage_session_sum WHERE repeats > 1 GROUP BY 1, 2, 3;
)sql";

}  // namespace

Result<bool> has_column(store::Store& store, std::string_view table, std::string_view column) {
  TRY_ASSIGN(auto query, store.prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2"));
  return query.bind(1, table).bind(2, column).step();
}

// All or nothing: a table that is there would never be filled again.
Result<> create_tables(store::Store& store) {
  TRY_ASSIGN(auto transaction, store.begin());
  TRY_ASSIGN(const bool earlier, has_earlier_tables(store));
  TRY_ASSIGN(const bool had_loops, store.has_table("usage_loop"));
  TRY(store.ensure_schema(std::string(earlier ? kDropEarlier : "").append(kSchema)));
  TRY(add_gateway_column(store, "minute", "60"));
  TRY(add_gateway_column(store, "slot", "12"));
  if (!had_loops) TRY(store.ensure_schema(kFillLoops));
  return transaction.commit();
}

}  // namespace clawvigil::usage
