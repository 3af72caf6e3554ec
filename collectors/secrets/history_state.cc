#include "collectors/secrets/history_state.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace clawvigil::secrets {

namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS git_history (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, matcher TEXT NOT NULL,
  refs INTEGER NOT NULL, frontier BLOB NOT NULL, generation INTEGER NOT NULL,
  commits INTEGER NOT NULL, dropped INTEGER NOT NULL, complete INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS git_history_told (
  repository INTEGER NOT NULL, path TEXT NOT NULL, rule TEXT NOT NULL,
  fingerprint INTEGER NOT NULL, reason TEXT NOT NULL, line INTEGER NOT NULL,
  commit_id TEXT NOT NULL, generation INTEGER NOT NULL,
  PRIMARY KEY (repository, path, rule, fingerprint, reason)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS git_history_known (
  repository INTEGER NOT NULL, key INTEGER NOT NULL, generation INTEGER NOT NULL,
  PRIMARY KEY (repository, key)) WITHOUT ROWID;
)";

// The generation of what is known whatever becomes of the history: blobs without a finding.
constexpr std::int64_t kForEver = 0;

// SQLite's integers are signed; the bits are what counts.
std::int64_t stored(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t loaded(std::int64_t value) { return static_cast<std::uint64_t>(value); }

std::vector<parse::GitId> ids_of(std::string_view blob) {
  std::vector<parse::GitId> ids(blob.size() / sizeof(parse::GitId));
  if (!ids.empty()) std::memcpy(ids.data(), blob.data(), ids.size() * sizeof(parse::GitId));
  return ids;
}

Result<> remove(store::Store& store, std::string_view table, std::int64_t repository) {
  TRY_ASSIGN(store::Statement statement,
             store.prepare("DELETE FROM " + std::string(table) + " WHERE repository = ?"));
  return statement.bind(1, repository).run();
}

Result<std::int64_t> count_rows(store::Store& store, std::string_view table,
                                std::int64_t repository) {
  TRY_ASSIGN(store::Statement statement,
             store.prepare("SELECT count(*) FROM " + std::string(table) + " WHERE repository = ?"));
  TRY_ASSIGN(const bool any, statement.bind(1, repository).step());
  return any ? statement.integer(0) : 0;
}

Result<std::optional<std::int64_t>> id_of(store::Store& store, std::string_view key) {
  TRY_ASSIGN(store::Statement row, store.prepare("SELECT id FROM git_history WHERE key = ?"));
  TRY_ASSIGN(const bool found, row.bind(1, key).step());
  return found ? std::optional(row.integer(0)) : std::nullopt;
}

Result<std::vector<HistoryFinding>> findings_of(store::Store& store, std::int64_t repository) {
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT rule, commit_id, path, line, fingerprint FROM git_history_told"
                           " WHERE repository = ? AND reason = '' ORDER BY path, line, rule"));
  rows.bind(1, repository);
  std::vector<HistoryFinding> found;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return found;
    enum Column { column_rule, column_commit, column_path, column_line, column_fingerprint };
    found.push_back({std::string(rows.text(column_rule)), std::string(rows.text(column_commit)),
                     std::string(rows.text(column_path)), loaded(rows.integer(column_line)),
                     loaded(rows.integer(column_fingerprint))});
  }
}

}  // namespace

Result<HistoryState> HistoryState::load(store::Store& store, std::string_view key,
                                        const std::string& matcher_version) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(std::optional<HistoryState> known, read(store, key));
  if (!known) {
    TRY_ASSIGN(store::Statement insert,
               store.prepare("INSERT OR IGNORE INTO git_history (key, matcher, refs, frontier,"
                             " generation, commits, dropped, complete)"
                             " VALUES (?, ?, 0, x'', 1, 0, 0, 0)"));
    TRY(insert.bind(1, key).bind(2, matcher_version).run());
    TRY_ASSIGN(known, read(store, key));
  }
  if (!known) return fail(Errc::io, "git history: its row is gone");
  HistoryState state = *std::move(known);
  if (state.matcher_ != matcher_version) TRY(state.begin_anew(store, matcher_version));
  return state;
}

Result<std::optional<HistoryState>> HistoryState::read(store::Store& store, std::string_view key) {
  HistoryState state;
  TRY_ASSIGN(store::Statement row,
             store.prepare("SELECT id, matcher, refs, frontier, generation, commits, dropped,"
                           " complete FROM git_history WHERE key = ?"));
  TRY_ASSIGN(const bool found, row.bind(1, key).step());
  if (!found) return std::nullopt;
  enum Column {
    column_id,
    column_matcher,
    column_refs,
    column_frontier,
    column_generation,
    column_commits,
    column_dropped,
    column_complete
  };
  state.id_ = row.integer(column_id);
  state.matcher_ = row.text(column_matcher);
  state.refs_ = loaded(row.integer(column_refs));
  state.frontier_ = ids_of(row.blob(column_frontier));
  state.generation_ = row.integer(column_generation);
  state.commits_ = loaded(row.integer(column_commits));
  state.dropped_ = loaded(row.integer(column_dropped));
  state.complete_ = row.integer(column_complete) != 0;
  return state;
}

Result<> HistoryState::begin_anew(store::Store& store, const std::string& matcher_version) {
  matcher_ = matcher_version;
  frontier_.clear();
  complete_ = false;
  commits_ = 0;
  dropped_ = 0;
  ++generation_;
  TRY_ASSIGN(store::Store::Transaction transaction, store.begin());
  TRY(remove(store, "git_history_known", id_));
  TRY(write_row(store));
  return transaction.commit();
}

Result<> HistoryState::forget(store::Store& store, std::string_view key) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(const std::optional<std::int64_t> id, id_of(store, key));
  if (!id) return {};
  TRY_ASSIGN(store::Store::Transaction transaction, store.begin());
  TRY(remove(store, "git_history_told", *id));
  TRY(remove(store, "git_history_known", *id));
  {
    TRY_ASSIGN(store::Statement row, store.prepare("DELETE FROM git_history WHERE id = ?"));
    TRY(row.bind(1, *id).run());
  }
  return transaction.commit();
}

Result<> HistoryState::forget_others(store::Store& store, const std::vector<std::string>& keys) {
  TRY(store.ensure_schema(kSchema));
  std::vector<std::string> others;
  {
    TRY_ASSIGN(store::Statement rows, store.prepare("SELECT key FROM git_history"));
    while (true) {
      TRY_ASSIGN(const bool more, rows.step());
      if (!more) break;
      if (std::ranges::find(keys, rows.text(0)) == keys.end()) others.emplace_back(rows.text(0));
    }
  }
  for (const std::string& key : others) TRY(forget(store, key));
  return {};
}

Result<std::vector<HistoryFinding>> HistoryState::known_findings(store::Store& store,
                                                                 std::string_view key) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(const std::optional<std::int64_t> id, id_of(store, key));
  return id ? findings_of(store, *id) : std::vector<HistoryFinding>();
}

Result<std::vector<HistoryFinding>> HistoryState::findings(store::Store& store) const {
  return findings_of(store, id_);
}

Result<std::map<UnreadReason, std::uint64_t>> HistoryState::unread(store::Store& store) const {
  std::map<UnreadReason, std::uint64_t> counts;
  for (const UnreadReason reason : kAllUnreadReasons) {
    TRY_ASSIGN(store::Statement row, store.prepare("SELECT count(*) FROM git_history_told"
                                                   " WHERE repository = ? AND reason = ?"));
    TRY_ASSIGN(const bool any, row.bind(1, id_).bind(2, to_string(reason)).step());
    counts[reason] = any ? loaded(row.integer(0)) : 0;
  }
  return counts;
}

Result<std::vector<parse::GitId>> HistoryState::told_commits(store::Store& store) const {
  TRY_ASSIGN(store::Statement rows, store.prepare("SELECT DISTINCT commit_id FROM git_history_told"
                                                  " WHERE repository = ? AND generation = ?"));
  rows.bind(1, id_).bind(2, generation_);
  std::vector<parse::GitId> commits;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return commits;
    if (const auto id = parse::git_id_from_hex(rows.text(0))) commits.push_back(*id);
  }
}

Result<std::unordered_set<std::uint64_t>> HistoryState::clean(store::Store& store) const {
  return known_keys(store, kForEver);
}

Result<std::unordered_set<std::uint64_t>> HistoryState::told(store::Store& store) const {
  return known_keys(store, generation_);
}

Result<std::unordered_set<std::uint64_t>> HistoryState::known_keys(store::Store& store,
                                                                   std::int64_t generation) const {
  TRY_ASSIGN(store::Statement rows, store.prepare("SELECT key FROM git_history_known"
                                                  " WHERE repository = ? AND generation = ?"));
  rows.bind(1, id_).bind(2, generation);
  std::unordered_set<std::uint64_t> objects;
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return objects;
    objects.insert(loaded(rows.integer(0)));
  }
}

Result<> HistoryState::apply(store::Store& store, const ScanResult& result,
                             std::uint64_t refs_fingerprint) {
  HistoryState next = *this;
  next.refs_ = refs_fingerprint;
  next.frontier_ = result.frontier;
  next.complete_ = result.complete;
  if (result.restarted) {
    ++next.generation_;
    next.commits_ = 0;
    next.dropped_ = 0;
  }
  next.commits_ += result.commits;
  next.dropped_ += result.dropped;
  TRY_ASSIGN(store::Store::Transaction transaction, store.begin());
  TRY(next.write(store, result));
  TRY(transaction.commit());
  *this = std::move(next);
  return {};
}

Result<> HistoryState::clear(store::Store& store, std::uint64_t refs_fingerprint) {
  ScanResult nothing;
  nothing.restarted = true;
  nothing.complete = true;
  return apply(store, nothing, refs_fingerprint);
}

Result<> HistoryState::write(store::Store& store, const ScanResult& result) const {
  TRY(write_told(store, result));
  TRY(write_known(store, result.clean, kForEver));
  TRY(write_known(store, result.told, generation_));
  if (complete_) {
    TRY_ASSIGN(store::Statement old, store.prepare("DELETE FROM git_history_told"
                                                   " WHERE repository = ? AND generation < ?"));
    TRY(old.bind(1, id_).bind(2, generation_).run());
    // Places matter within a commit that is not done.
    TRY_ASSIGN(store::Statement places, store.prepare("DELETE FROM git_history_known"
                                                      " WHERE repository = ? AND generation > 0"));
    TRY(places.bind(1, id_).run());
  }
  return write_row(store);
}

Result<> HistoryState::write_told(store::Store& store, const ScanResult& result) const {
  TRY_ASSIGN(std::int64_t rows, count_rows(store, "git_history_told", id_));
  // What is known already keeps the commit that brought it first.
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT INTO git_history_told (repository, path, rule, fingerprint,"
                           " reason, line, commit_id, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                           " ON CONFLICT DO UPDATE SET line = excluded.line,"
                           " commit_id = excluded.commit_id, generation = excluded.generation"
                           " WHERE generation < excluded.generation"));
  const auto add = [&](std::string_view path, std::string_view rule, std::uint64_t fingerprint,
                       std::string_view reason, std::uint64_t line,
                       std::string_view commit) -> Result<> {
    // Of two generations at most: more than that is not told.
    if (rows++ >= 2 * stored(GitHistory::kMaxFindings)) return {};
    enum Parameter {
      parameter_id = 1,
      parameter_path,
      parameter_rule,
      parameter_print,
      parameter_reason,
      parameter_line,
      parameter_commit,
      parameter_generation
    };
    insert.bind(parameter_id, id_)
        .bind(parameter_path, path)
        .bind(parameter_rule, rule)
        .bind(parameter_print, stored(fingerprint));
    insert.bind(parameter_reason, reason)
        .bind(parameter_line, stored(line))
        .bind(parameter_commit, commit);
    return insert.bind(parameter_generation, generation_).run();
  };
  for (const HistoryFinding& one : result.findings) {
    TRY(add(one.path, one.rule, one.fingerprint, "", one.line, one.commit));
  }
  for (const UnreadObject& one : result.unread) {
    TRY(add(one.path, "", one.fingerprint, to_string(one.reason), 0, one.commit));
  }
  return {};
}

Result<> HistoryState::write_known(store::Store& store, const std::vector<std::uint64_t>& keys,
                                   std::int64_t generation) const {
  if (keys.empty()) return {};
  TRY_ASSIGN(const std::int64_t kept, count_rows(store, "git_history_known", id_));
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO git_history_known VALUES (?, ?, ?)"));
  const auto room = static_cast<std::size_t>(std::max<std::int64_t>(0, stored(kMaxKept) - kept));
  for (std::size_t i = 0; i < std::min(room, keys.size()); ++i) {
    TRY(insert.bind(1, id_).bind(2, stored(keys[i])).bind(3, generation).run());
  }
  return {};
}

Result<> HistoryState::write_row(store::Store& store) const {
  TRY_ASSIGN(store::Statement row,
             store.prepare("UPDATE git_history SET matcher = ?, refs = ?, frontier = ?,"
                           " generation = ?, commits = ?, dropped = ?, complete = ?"
                           " WHERE id = ?"));
  enum Parameter {
    parameter_matcher = 1,
    parameter_refs,
    parameter_frontier,
    parameter_generation,
    parameter_commits,
    parameter_dropped,
    parameter_complete,
    parameter_id
  };
  const std::string_view frontier(reinterpret_cast<const char*>(frontier_.data()),
                                  frontier_.size() * sizeof(parse::GitId));
  row.bind(parameter_matcher, matcher_)
      .bind(parameter_refs, stored(refs_))
      .bind_blob(parameter_frontier, frontier);
  row.bind(parameter_generation, generation_).bind(parameter_commits, stored(commits_));
  row.bind(parameter_dropped, stored(dropped_))
      .bind(parameter_complete, std::int64_t{complete_ ? 1 : 0});
  return row.bind(parameter_id, id_).run();
}

}  // namespace clawvigil::secrets
