// The ledger's tables in the state database.
#include <algorithm>
#include <cstring>

#include "collectors/usage/history.h"
#include "collectors/usage/ledger.h"
#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {

namespace {

// SQLite integers are signed; hashes and inode numbers keep their bits.
std::int64_t stored(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t loaded(std::int64_t value) { return static_cast<std::uint64_t>(value); }

std::string_view bytes_of(const std::vector<std::uint64_t>& hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(std::uint64_t)};
}

void append_hashes(std::string_view blob, std::vector<std::uint64_t>& out) {
  const std::size_t count = blob.size() / sizeof(std::uint64_t);
  const std::size_t old_size = out.size();
  out.resize(old_size + count);
  std::memcpy(out.data() + old_size, blob.data(), count * sizeof(std::uint64_t));
}

}  // namespace

Result<Ledger> Ledger::open(store::Store& store) {
  TRY(create_tables(store));
  Ledger ledger(store);
  TRY(ledger.load());
  return ledger;
}

Result<> Ledger::load() {
  std::vector<FileCursor> file_cursors;
  TRY_ASSIGN(auto files, store_->prepare("SELECT id, session, device, inode, size, position, "
                                         "modified_ns, head_hash, tail_hash FROM usage_file"));
  while (true) {
    TRY_ASSIGN(const bool row, files.step());
    if (!row) break;
    file_cursors.push_back({files.integer(0), loaded(files.integer(1)), loaded(files.integer(2)),
                            loaded(files.integer(3)), loaded(files.integer(4)),
                            loaded(files.integer(5)), files.integer(6), loaded(files.integer(7)),
                            loaded(files.integer(8))});
  }
  files_.merge(std::move(file_cursors));
  std::vector<RowCursor> row_cursors;
  TRY_ASSIGN(auto rows, store_->prepare("SELECT id, session, last_seq, last_created_ms, row_count "
                                        "FROM usage_rows"));
  while (true) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) break;
    row_cursors.push_back({rows.integer(0), loaded(rows.integer(1)), rows.integer(2),
                           rows.integer(3), rows.integer(4)});
  }
  rows_.merge(std::move(row_cursors));
  TRY_ASSIGN(auto last, store_->prepare("SELECT max((SELECT coalesce(max(id), 0) FROM usage_file),"
                                        " (SELECT coalesce(max(id), 0) FROM usage_rows),"
                                        " (SELECT coalesce(max(source), 0) FROM usage_identity))"));
  TRY_ASSIGN(const bool any, last.step());
  if (any) last_id_ = last.integer(0);
  return load_series();
}

Result<> Ledger::load_series() {
  TRY_ASSIGN(auto series, series_of_ledger(*store_));
  std::unordered_map<std::int64_t, Totals*> by_id;
  for (NumberedSeries& one : series) {
    by_id[one.id] = &totals_[one.key];
    ++series_of_home_[one.key.home];
    series_ids_[std::move(one.key)] = one.id;
  }
  TRY(each_hour(*store_, 0, INT64_MAX, [&](std::int64_t id, std::int64_t, const Totals& totals) {
    const auto found = by_id.find(id);
    if (found != by_id.end()) found->second->add(totals);
  }));
  TRY(load_recent_spend());
  return load_paced_agents();
}

Result<> Ledger::set_history_complete() {
  return store_->execute("INSERT OR IGNORE INTO usage_history VALUES (1)");
}

Result<std::uint64_t> Ledger::domain_of(std::uint64_t session) {
  TRY_ASSIGN(auto query, store_->prepare("SELECT domain FROM usage_session WHERE session = ?"));
  query.bind(1, stored(session));
  TRY_ASSIGN(const bool found, query.step());
  return found ? loaded(query.integer(0)) : session;
}

Result<> Ledger::declare_session(std::uint64_t session, std::uint64_t parent) {
  TRY_ASSIGN(const std::uint64_t domain, domain_of(parent));
  TRY_ASSIGN(
      auto insert,
      store_->prepare("INSERT OR IGNORE INTO usage_session (session, domain) VALUES (?, ?)"));
  insert.bind(1, stored(session)).bind(2, stored(domain));
  return insert.run();
}

// Whether records of the source's domain are known that it did not itself bring.
Result<bool> Ledger::has_identities(const Source& source) {
  TRY_ASSIGN(auto query, store_->prepare("SELECT 1 FROM usage_identity WHERE domain = ?1 AND "
                                         "(?3 OR source <> ?2) LIMIT 1"));
  query.bind(1, stored(domain_)).bind(2, source.id).bind(3, std::int64_t{source.starts_anew});
  return query.step();
}

Result<> Ledger::load_identities(std::uint64_t domain) {
  TRY_ASSIGN(auto query, store_->prepare("SELECT hashes FROM usage_identity WHERE domain = ?"));
  query.bind(1, stored(domain));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) break;
    append_hashes(query.blob(0), known_);
  }
  std::ranges::sort(known_);
  return {};
}

Result<std::int64_t> Ledger::series_id(const SeriesKey& key) {
  if (const auto found = series_ids_.find(key); found != series_ids_.end()) return found->second;
  if (const auto found = new_ids_.find(key); found != new_ids_.end()) return found->second;
  TRY_ASSIGN(auto insert, store_->prepare("INSERT INTO usage_series "
                                          "(home, agent, provider, model, trigger, channel) "
                                          "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                                          "home = home RETURNING id"));
  insert.bind(1, key.home).bind(2, key.agent).bind(3, key.provider).bind(4, key.model);
  insert.bind(5, parse::to_string(key.trigger)).bind(6, key.channel);
  TRY_ASSIGN(const bool row, insert.step());
  if (!row) return fail(Errc::io, "state database: no id for a new series");
  return new_ids_[key] = insert.integer(0);
}

Result<> Ledger::write_hours() {
  TRY_ASSIGN(auto select, store_->prepare(std::string("SELECT ") + kTotalsColumns +
                                          " FROM usage_hour WHERE series = ? AND hour = ?"));
  TRY_ASSIGN(auto replace, store_->prepare("INSERT OR REPLACE INTO usage_hour VALUES "
                                           "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const auto& [key, pending] : hours_pending_) {
    TRY_ASSIGN(const std::int64_t id, series_id(key.first));
    Totals sum = pending;
    select.bind(1, id).bind(2, key.second);
    TRY_ASSIGN(const bool found, select.step());
    if (found) sum.add(read_totals(select));
    select.reset();
    replace.bind(1, id).bind(2, key.second);
    replace.bind(3, sum.tokens.input).bind(4, sum.tokens.output);
    replace.bind(5, sum.tokens.cache_read).bind(6, sum.tokens.cache_write);
    replace.bind(7, sum.requests).bind(8, sum.failed).bind(9, sum.unpriced_tokens);
    replace.bind(10, sum.recorded_usd.sum).bind(11, sum.recorded_usd.correction);
    replace.bind(12, sum.estimated_usd.sum).bind(13, sum.estimated_usd.correction);
    TRY(replace.run());
  }
  return {};
}

Result<> Ledger::write_cursors() {
  TRY_ASSIGN(auto file, store_->prepare("INSERT OR REPLACE INTO usage_file VALUES "
                                        "(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  for (const auto& [id, cursor] : files_pending_) {
    file.bind(1, id).bind(2, stored(cursor.session)).bind(3, stored(cursor.device));
    file.bind(4, stored(cursor.inode)).bind(5, stored(cursor.size)).bind(6, stored(cursor.offset));
    file.bind(7, cursor.modified_ns).bind(8, stored(cursor.head_hash));
    TRY(file.bind(9, stored(cursor.tail_hash)).run());
  }
  TRY_ASSIGN(auto rows, store_->prepare("INSERT OR REPLACE INTO usage_rows VALUES "
                                        "(?, ?, ?, ?, ?)"));
  for (const auto& [id, cursor] : rows_pending_) {
    rows.bind(1, id).bind(2, stored(cursor.session)).bind(3, cursor.last_seq);
    TRY(rows.bind(4, cursor.last_created_ms).bind(5, cursor.rows).run());
  }
  TRY_ASSIGN(auto forget, store_->prepare("DELETE FROM usage_file WHERE id = ?"));
  for (const std::int64_t id : forgotten_files_) TRY(forget.bind(1, id).run());
  return write_standings();
}

Result<> Ledger::write_standings() {
  TRY_ASSIGN(auto replace, store_->prepare("INSERT OR REPLACE INTO usage_standing VALUES (?, ?)"));
  for (const auto& [source, standing] : standings_pending_) {
    TRY(replace.bind(1, source).bind(2, standing.to_text()).run());
  }
  TRY_ASSIGN(auto forget, store_->prepare("DELETE FROM usage_standing WHERE source = ?"));
  for (const std::int64_t id : forgotten_files_) TRY(forget.bind(1, id).run());
  return {};
}

Result<Standing> Ledger::standing(std::int64_t source) {
  const auto pending = standings_pending_.find(source);
  if (pending != standings_pending_.end()) return pending->second;
  TRY_ASSIGN(auto query, store_->prepare("SELECT standing FROM usage_standing WHERE source = ?"));
  query.bind(1, source);
  TRY_ASSIGN(const bool found, query.step());
  return found ? Standing::from_text(query.text(0)) : Standing();
}

Result<> Ledger::write_identities() {
  constexpr std::int64_t kChunkBytes = 16L * 1024;  // a short chunk grows, a full one is left alone
  TRY_ASSIGN(auto last,
             store_->prepare("SELECT id, hashes FROM usage_identity WHERE domain = ? AND "
                             "source = ? AND length(hashes) < ? ORDER BY id DESC "
                             "LIMIT 1"));
  TRY_ASSIGN(auto update, store_->prepare("UPDATE usage_identity SET hashes = ? WHERE id = ?"));
  TRY_ASSIGN(auto insert, store_->prepare("INSERT INTO usage_identity (domain, source, hashes) "
                                          "VALUES (?, ?, ?)"));
  for (const auto& [key, hashes] : identities_pending_) {
    last.bind(1, stored(key.first)).bind(2, key.second).bind(3, kChunkBytes);
    TRY_ASSIGN(const bool found, last.step());
    if (found) {
      const std::int64_t id = last.integer(0);
      const std::string grown = std::string(last.blob(1)) + std::string(bytes_of(hashes));
      last.reset();
      TRY(update.bind_blob(1, grown).bind(2, id).run());
    } else {
      last.reset();
      insert.bind(1, stored(key.first)).bind(2, key.second);
      TRY(insert.bind_blob(3, bytes_of(hashes)).run());
    }
  }
  return {};
}

Result<> Ledger::write_pending(SystemTime now) {
  TRY_ASSIGN(auto transaction, store_->begin());
  TRY(write_hours());
  TRY(write_pace(now));
  TRY(write_loops(now));
  TRY(write_sessions());
  TRY(write_cursors());
  TRY(write_identities());
  TRY(
      store_->execute("INSERT INTO usage_generation VALUES (1, 1) "
                      "ON CONFLICT DO UPDATE SET number = number + 1"));
  return transaction.commit();
}

}  // namespace clawvigil::usage
