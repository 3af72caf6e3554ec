#include "collectors/usage/database.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "collectors/parse/transcript_stream.h"
#include "collectors/usage/zstd_stream.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kFile = "openclaw-agent.sqlite";
constexpr std::string_view kWal = "openclaw-agent.sqlite-wal";
constexpr Duration kStatementBudget = std::chrono::seconds(10);
// A read transaction keeps OpenClaw from checkpointing: none is held longer than about this.
constexpr Duration kMaxTransaction = std::chrono::milliseconds(250);
constexpr std::size_t kMaxEntry = 4UL * 1024 * 1024;  // event_utf8_bytes is bounded by the schema

struct Session {
  std::string id;
  std::int64_t last_seq = 0;
  std::int64_t last_created_ms = 0;
  std::string previous;  // the session it was rewound from
  SessionOrigin origin;
};

constexpr std::int64_t kMaxSessions = 200'000;
constexpr int kShare = 1'000;  // of the time may go into looking at all sessions of all databases
constexpr Duration kMaxPause = std::chrono::minutes(30);

// Every session with its newest row, found by seeking in the primary key.
constexpr std::string_view kSessions = R"sql(
WITH RECURSIVE sessions(id) AS (
  SELECT min(session_id) FROM transcript_events
  UNION ALL
  SELECT (SELECT min(session_id) FROM transcript_events WHERE session_id > sessions.id)
  FROM sessions WHERE sessions.id IS NOT NULL)
SELECT sessions.id,
       (SELECT max(seq) FROM transcript_events WHERE session_id = sessions.id),
       (SELECT created_at FROM transcript_events WHERE session_id = sessions.id
        ORDER BY seq DESC LIMIT 1),
       (SELECT created_at FROM transcript_events WHERE session_id = sessions.id
        ORDER BY seq LIMIT 1),
       {window}
FROM sessions {join} WHERE sessions.id IS NOT NULL LIMIT ?1
)sql";

// What the schemas know of a session; the newest first.
struct WindowColumns {
  std::string_view columns;  // its forerunner, key, channel, who spawned it, hook it came from
  std::string_view join;
};
constexpr std::string_view kJoin = "LEFT JOIN session_windows ON session_id = sessions.id";
constexpr std::array kWindows = {
    WindowColumns{"previous_session_id, session_key, channel, spawned_by, "
                  "hook_external_content_source",
                  kJoin},
    WindowColumns{"previous_session_id, session_key, channel, NULL, NULL", kJoin},
    WindowColumns{"NULL, NULL, NULL, NULL, NULL", ""}};

std::string sessions_query(const WindowColumns& known) {
  std::string sql(kSessions);
  for (const auto& [mark, text] :
       {std::pair{std::string_view("{window}"), known.columns}, {"{join}", known.join}}) {
    sql.replace(sql.find(mark), mark.size(), text);
  }
  return sql;
}

SessionOrigin origin_in(const host::Query& row, int first) {
  return origin_of(parse::parse_session_key(row.text(first)), row.text(first + 1),
                   !row.text(first + 2).empty(), !row.text(first + 3).empty());
}

// The same for the sessions with rows after ?2 only. Rows are mostly numbered on; where they are
// not (OpenClaw rewrites a session after deleting its newest rows), the next look at all sessions
// sees.
std::string of_new_rows(std::string_view sql) {
  constexpr std::string_view kAll = "sessions(id) AS (";
  const std::size_t begin = sql.find(kAll) + kAll.size();
  const std::size_t end = sql.find(")\nSELECT sessions.id");
  std::string out(sql);
  return out.replace(begin, end - begin,
                     "SELECT DISTINCT session_id FROM transcript_events WHERE rowid > ?2");
}

}  // namespace

class DatabaseReading {
 public:
  // `databases`: how many there are.
  DatabaseReading(AgentContext& agent, host::ReadOnlyDatabase& database, AgentDatabases::Look& look,
                  Duration least_pause, std::size_t databases)
      : agent_(agent),
        database_(database),
        look_(look),
        least_pause_(least_pause),
        share_(kShare * static_cast<std::int64_t>(databases)) {}

  Result<> run() {
    const SteadyTime begin = agent_.run.clock.now().steady;
    const auto newest = newest_row();  // fails for a table without row numbers
    new_rows_only_ = newest && *newest >= look_.last_row && begin - look_.last < look_.pause;
    TRY_ASSIGN(const std::vector<Session> sessions, changed_sessions());
    const SteadyTime end = agent_.run.clock.now().steady;
    TRY(open_rows());
    for (const Session& session : sessions) {
      if (auto read = read_session(session); !read) {
        agent_.ledger.discard();
        return read;
      }
    }
    pause();
    TRY(agent_.ledger.commit(agent_.run.now.wall));
    look_.last_row = newest.value_or(0);
    look_.of_all = !new_rows_only_;
    if (new_rows_only_) return {};
    look_.last = begin;
    look_.pause = std::min(std::max<Duration>((end - begin) * share_, least_pause_), kMaxPause);
    return {};
  }

 private:
  Result<std::int64_t> newest_row() {
    TRY_ASSIGN(auto query, database_.prepare("SELECT max(rowid) FROM transcript_events"));
    TRY_ASSIGN(const bool row, query.step());
    return row ? query.integer(0) : 0;
  }
  // The query for the sessions to look at, from the one for all of them.
  [[nodiscard]] std::string scoped(const std::string& sql) const {
    return new_rows_only_ ? of_new_rows(sql) : sql;
  }
  Result<std::vector<Session>> changed_sessions() {
    auto prepared = database_.prepare(scoped(sessions_query(kWindows.front())));
    for (std::size_t i = 1; i < kWindows.size() && !prepared; ++i) {
      if (prepared.error().code != Errc::not_found) break;
      prepared = database_.prepare(scoped(sessions_query(kWindows[i])));
    }
    if (!prepared) return std::unexpected(prepared.error());
    host::Query query = std::move(*prepared);
    query.bind(1, kMaxSessions);
    if (new_rows_only_) query.bind(2, look_.last_row);
    std::int64_t count = 0;
    std::vector<std::pair<std::int64_t, Session>> found;
    while (true) {
      TRY_ASSIGN(const bool row, query.step());
      if (!row) break;
      Session session{std::string(query.text(0)),
                      query.integer(1),
                      query.integer(2),
                      std::string(query.text(4)),
                      {}};
      if (++count == kMaxSessions) {
        return fail(Errc::too_large, std::string(kFile) + ": too many sessions");
      }
      const RowCursor* cursor = agent_.ledger.rows(agent_.session(session.id));
      const bool unchanged = cursor != nullptr && cursor->last_seq == session.last_seq &&
                             cursor->last_created_ms == session.last_created_ms;
      if (unchanged) continue;
      session.origin = origin_in(query, 5);
      found.emplace_back(query.integer(3), std::move(session));
    }
    // The oldest first: a fork comes after the session it copied.
    std::ranges::stable_sort(found, {}, &std::pair<std::int64_t, Session>::first);
    std::vector<Session> sessions;
    sessions.reserve(found.size());
    for (auto& [created, session] : found) sessions.push_back(std::move(session));
    return sessions;
  }

  Result<> open_rows() {
    auto rows = database_.prepare(
        "SELECT seq, created_at, event_json, event_zstd FROM transcript_events "
        "WHERE session_id = ?1 AND seq > ?2 ORDER BY seq");
    if (!rows && rows.error().code == Errc::not_found) {  // before agent schema 23
      rows = database_.prepare(
          "SELECT seq, created_at, event_json, NULL FROM transcript_events "
          "WHERE session_id = ?1 AND seq > ?2 ORDER BY seq");
    }
    if (!rows) return std::unexpected(rows.error());
    rows_ = std::move(*rows);
    TRY_ASSIGN(counted_,
               database_.prepare("SELECT count(*), max(CASE WHEN seq = ?2 THEN created_at "
                                 "END) FROM transcript_events WHERE session_id = ?1 AND "
                                 "seq <= ?2"));
    TRY_ASSIGN(anchor_, database_.prepare("SELECT 1 FROM transcript_events LIMIT 2"));
    return {};
  }

  // An unfinished statement keeps the snapshot, so that many sessions are read in one transaction.
  Result<> hold() {
    const SteadyTime now = agent_.run.clock.now().steady;
    if (held_ && now - held_since_ < kMaxTransaction) return {};
    pause();
    TRY(anchor_->step());
    held_ = true;
    held_since_ = now;
    return {};
  }
  void pause() {
    anchor_->finish();
    held_ = false;
  }

  // Where to go on in this session: its cursor if the rows it covers are still there.
  Result<RowCursor> cursor_of(const Session& session) {
    const std::uint64_t id = agent_.session(session.id);
    const RowCursor* known = agent_.ledger.rows(id);
    if (known == nullptr) return RowCursor{.id = agent_.ledger.new_id(), .session = id};
    counted_->bind(1, session.id).bind(2, known->last_seq);
    TRY_ASSIGN(const bool row, counted_->step());
    const bool same = row && counted_->integer(0) == known->rows &&
                      counted_->integer(1) == known->last_created_ms;
    counted_->finish();
    if (same) return *known;
    return RowCursor{.id = known->id, .session = id};
  }

  Result<> read_session(const Session& session) {
    TRY(hold());
    TRY_ASSIGN(RowCursor cursor, cursor_of(session));
    EntryBooker booker(agent_, parser_, cursor.id, session.id);
    booker.set_parent(session.previous);
    if (cursor.last_seq >= 0) TRY(booker.resume(cursor.session));
    if (session.origin.named || !booker.standing().session().named) {
      booker.set_origin(session.origin);
    }
    while (true) {
      TRY(hold());
      TRY_ASSIGN(const bool more, read_rows(session, booker, cursor));
      agent_.ledger.set_row_cursor(cursor);
      agent_.ledger.set_standing(cursor.id, booker.standing());
      if (agent_.ledger.is_commit_due()) {
        TRY(agent_.ledger.commit(agent_.run.now.wall));
      }
      if (!more) return {};
      if (const auto keep_going = agent_.run.check(); !keep_going) {
        TRY(agent_.ledger.commit(agent_.run.now.wall));
        return keep_going;
      }
    }
  }

  // Books rows until the session's end (false) or until the transaction has lasted long enough.
  Result<bool> read_rows(const Session& session, EntryBooker& booker, RowCursor& cursor) {
    rows_->bind(1, session.id).bind(2, cursor.last_seq);
    while (true) {
      TRY_ASSIGN(const bool row, rows_->step());
      if (!row) break;
      TRY(take_row(booker));
      cursor.last_seq = rows_->integer(0);
      cursor.last_created_ms = rows_->integer(1);
      ++cursor.rows;
      if (agent_.run.clock.now().steady - held_since_ > kMaxTransaction) {
        rows_->finish();
        return true;
      }
    }
    rows_->finish();
    return false;
  }

  Result<> take_row(EntryBooker& booker) {
    if (!rows_->is_null(2)) return take_text(booker, rows_->text(2));
    if (rows_->is_null(3)) return {};
    if (!unpack_zstd(rows_->blob(3), kMaxEntry, unpacked_)) {
      booker.skip(SkipReason::malformed);
      return {};
    }
    return take_text(booker, unpacked_);
  }

  Result<> take_text(EntryBooker& booker, std::string_view text) {
    agent_.progress.bytes += text.size();
    if (text.size() <= parse::StringElider::kMaxOutput) {
      padded_.assign(text);
      padded_.reserve(text.size() + parse::TranscriptParser::kPadding);
      return booker.take(padded_);
    }
    elider_.reset();
    elider_.feed(text);
    if (!elider_.overflowed()) return booker.take(elider_.line());
    booker.skip(SkipReason::too_long);
    return {};
  }

  AgentContext& agent_;
  host::ReadOnlyDatabase& database_;
  AgentDatabases::Look& look_;
  Duration least_pause_;
  std::int64_t share_;
  bool new_rows_only_ = false;
  parse::TranscriptParser parser_;
  parse::StringElider elider_;
  std::string unpacked_;
  std::string padded_;
  std::optional<host::Query> rows_;  // the three are prepared by open_rows()
  std::optional<host::Query> counted_;
  std::optional<host::Query> anchor_;
  bool held_ = false;
  SteadyTime held_since_;
};

Result<AgentDatabases::Appearance> AgentDatabases::look(const host::Dir& directory) {
  TRY_ASSIGN(const host::FileStat file, directory.stat(kFile));
  Appearance appearance{file.inode, file.size, file.modified, 0, {}};
  if (const auto wal = directory.stat(kWal)) {
    appearance.wal_size = wal->size;
    appearance.wal_modified = wal->modified;
  }
  return appearance;
}

Result<> AgentDatabases::read(AgentContext& agent) {
  const auto directory = agent.home.dir->open_dir("agents/" + agent.agent + "/agent");
  if (!directory) {
    if (directory.error().code == Errc::not_found) return {};
    return std::unexpected(directory.error());
  }
  const auto appearance = look(*directory);
  if (!appearance) {
    if (appearance.error().code == Errc::not_found) return {};
    return std::unexpected(appearance.error());
  }
  const std::string key = agent.home.label + '\0' + agent.agent;
  const auto seen = read_to_end_.find(key);
  Look& last = looks_[key];
  const bool looked = last.of_all || agent.run.clock.now().steady - last.last < last.pause;
  if (looked && seen != read_to_end_.end() && seen->second == *appearance) return {};
  TRY_ASSIGN(auto database, host::ReadOnlyDatabase::open(
                                *directory, kFile, {.owner = agent.home.uid}, kStatementBudget));
  TRY_ASSIGN(const bool has_transcripts, database.has_table("transcript_events"));
  if (has_transcripts) {
    if (last.inode != appearance->inode) last = Look{.inode = appearance->inode, .last = {}};
    DatabaseReading reading(agent, database, last, least_pause_, looks_.size());
    TRY(reading.run());
  }
  // Remember the look from before: what was written meanwhile makes it differ next time. A change
  // within the clock's granularity of that look must not be missed.
  constexpr Duration kSettled = std::chrono::seconds(2);
  const SystemTime newest = std::max(appearance->modified, appearance->wal_modified);
  if (agent.run.now.wall - newest > kSettled) read_to_end_[key] = *appearance;
  return {};
}

}  // namespace clawvigil::usage
