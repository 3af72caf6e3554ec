// The books of the usage collector: what was read from where, which records were already counted,
// and the sums, all in the state database. One transaction moves cursors, identities and sums
// together, so that after a kill at any instruction nothing is counted twice or lost.
//
// Identity. OpenClaw copies transcript entries: a fork or rewind copies a session's rows,
// compaction moves them to a new file, a migration from .jsonl to SQLite, cold storage, reset and
// deletion move them elsewhere. Copies keep their entry id and time. Sessions that may share
// entries (a session and its forks) form a domain; within it an identity is counted once. Looking
// identities up is only needed where a copy is possible: when a source starts anew or its domain
// has other sources.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collectors/parse/transcript.h"
#include "collectors/usage/cursors.h"
#include "collectors/usage/loop_watch.h"
#include "collectors/usage/prices.h"
#include "collectors/usage/recent_spend.h"
#include "collectors/usage/standing.h"
#include "collectors/usage/totals.h"
#include "exporter/base/clock.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

class Ledger {
 public:
  // At most this many series per home; usage beyond is booked under agent, provider and model
  // "other".
  static constexpr std::size_t kMaxSeriesPerHome = 4096;
  // The pace is kept for at most this many agents per home, the others together as "other".
  static constexpr std::size_t kMaxAgentsPaced = 50;
  // For is_commit_due().
  static constexpr std::size_t kMaxPendingRecords = 20'000;
  static constexpr std::size_t kMaxPendingSessions = 4'000;

  // Creates the tables if needed and loads cursors and sums; those of a version that did not know
  // triggers are emptied first. `store` must outlive the ledger.
  [[nodiscard]] static Result<Ledger> open(store::Store& store);

  // The source (file or database) whose records follow.
  struct Source {
    std::int64_t id;  // cursor id; unique over files and rows
    std::uint64_t session;
    std::string_view home;
    std::string_view agent;
    bool starts_anew;             // read from its beginning, though parts may have been counted
    std::string_view session_id;  // OpenClaw's, to show
    Trigger trigger;              // of the session as a whole
    std::string_view channel;     // closed list (parse/session_key.h)
  };
  [[nodiscard]] Result<> begin_source(const Source& source);
  // Books a record of the current source unless its identity is known. `turn`: the one this call
  // belongs to, which may differ from the session's. Memory only until commit().
  void book(const parse::UsageRecord& record, const std::optional<Price>& price, const Turn& turn,
            SystemTime now);
  // Takes notice of what began the calls that follow; known ones are left out as in book().
  void prompt(const parse::PromptRecord& record, SystemTime now);
  // Makes the series exist, at 0 before its first record: an increase from nothing is invisible to
  // rate() and increase(). Nothing happens once half the series of the home exist: the rest is for
  // those that are used.
  void announce(const SeriesKey& key);
  void set_file_cursor(const FileCursor& cursor) { files_pending_[cursor.id] = cursor; }
  void set_row_cursor(const RowCursor& cursor) { rows_pending_[cursor.id] = cursor; }
  void forget_file(std::int64_t id) { forgotten_files_.push_back(id); }
  // Where the session of a source stands at its cursor; an empty one for a new source.
  [[nodiscard]] Result<Standing> standing(std::int64_t source);
  void set_standing(std::int64_t source, const Standing& standing) {
    standings_pending_[source] = standing;
  }

  // Makes everything since the last commit durable and visible in totals(); on error all of it is
  // forgotten and cursors stand where they stood.
  [[nodiscard]] Result<> commit(SystemTime now);

  // Forgets everything since the last commit.
  void discard();

  // Ties a session to the one it was forked from, before its first record is booked. Later calls
  // for a known session change nothing.
  [[nodiscard]] Result<> declare_session(std::uint64_t session, std::uint64_t parent);
  [[nodiscard]] std::int64_t new_id() { return ++last_id_; }

  // Everything there was at the first start has been read once: is_complete() in history.h.
  [[nodiscard]] Result<> set_history_complete();

  // Cursors as they were committed last; valid until the next commit.
  [[nodiscard]] const FileCursor* file(std::uint64_t device, std::uint64_t inode) const {
    return files_.find({device, inode});
  }
  [[nodiscard]] const RowCursor* rows(std::uint64_t session) const { return rows_.find(session); }
  [[nodiscard]] const std::vector<FileCursor>& files() const { return files_.all(); }

  [[nodiscard]] const std::map<SeriesKey, Totals>& totals() const { return totals_; }
  // The order in which series first counted something; kUnnumbered for those that have not.
  static constexpr std::int64_t kUnnumbered = INT64_MAX;
  [[nodiscard]] std::int64_t order_of(const SeriesKey& key) const;
  // Changes whenever totals() or order_of() would say something else.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  // Cost (recorded and estimated): to the minute within the last day, to the full hour before.
  [[nodiscard]] const RecentSpend& recent_spend() const { return recent_spend_; }
  // So much is not committed yet that memory would grow with it.
  [[nodiscard]] bool is_commit_due() const {
    return pending_records_ > kMaxPendingRecords || sessions_pending_.size() > kMaxPendingSessions;
  }

 private:
  struct OpenSession {
    SessionSum sum;
    LoopWatch loop;
    bool changed = false;
  };
  // Home, agent, trigger, minute or slot.
  using PaceKey = std::tuple<std::string, std::string, Trigger, std::int64_t>;
  explicit Ledger(store::Store& store) : store_(&store) {}
  [[nodiscard]] Result<> load();
  [[nodiscard]] Result<> load_series();
  [[nodiscard]] Result<> load_paced_agents();
  [[nodiscard]] Result<> load_recent_spend();
  void apply_pending(SystemTime now);
  [[nodiscard]] Result<> write_pending(SystemTime now);
  [[nodiscard]] Result<> write_hours();
  [[nodiscard]] Result<> write_pace(SystemTime now);
  [[nodiscard]] Result<> write_pace(const std::string& unit, const std::map<PaceKey, Pace>& pending,
                                    std::int64_t oldest);
  [[nodiscard]] Result<> write_sessions();
  [[nodiscard]] Result<> write_cursors();
  [[nodiscard]] Result<> write_standings();
  [[nodiscard]] Result<> write_identities();
  [[nodiscard]] Result<std::int64_t> series_id(const SeriesKey& key);
  [[nodiscard]] Result<std::uint64_t> domain_of(std::uint64_t session);
  [[nodiscard]] Result<bool> has_identities(const Source& source);
  [[nodiscard]] Result<> load_identities(std::uint64_t domain);
  [[nodiscard]] Result<> load_session();
  void put_session_by();
  SeriesKey bounded(SeriesKey key);
  [[nodiscard]] bool is_new(std::uint64_t identity);
  [[nodiscard]] Totals& totals_of(const parse::UsageRecord& record, const Turn& turn,
                                  std::int64_t hour);
  void add_to_session(const parse::UsageRecord& record, const Totals& totals, std::int64_t time_ms);
  // Call after the session's chain has changed.
  void note_loop(std::int64_t time_ms, std::int64_t now_ms);
  [[nodiscard]] Result<> write_loops(SystemTime now);
  void add_pace(Trigger trigger, std::int64_t time_ms, std::int64_t now_ms, const Pace& pace);

  store::Store* store_;
  std::int64_t last_id_ = 0;
  CursorTable<FileCursor> files_;
  CursorTable<RowCursor> rows_;
  std::map<SeriesKey, Totals> totals_;
  std::uint64_t version_ = 1;
  RecentSpend recent_spend_;
  std::map<std::string, std::size_t> series_of_home_;  // how many there are
  std::map<SeriesKey, std::int64_t> series_ids_;
  std::set<std::pair<std::string, std::string>> paced_agents_;  // (home, agent)

  // The current source.
  Source source_{};
  std::string home_;
  std::string agent_;
  std::string paced_agent_;
  std::uint64_t domain_ = 0;
  OpenSession session_;
  bool check_identity_ = false;
  std::vector<std::uint64_t> known_;         // sorted: identities of the domain, from the database
  std::unordered_set<std::uint64_t> fresh_;  // added since known_ was loaded

  // Not yet committed.
  std::map<std::pair<SeriesKey, std::int64_t>, Totals> hours_pending_;
  std::map<SeriesKey, std::int64_t> new_ids_;
  std::map<PaceKey, Pace> minutes_pending_;
  std::map<PaceKey, Pace> slots_pending_;
  // Home, agent, day: the most repeats within a chain.
  std::map<std::tuple<std::string, std::string, std::int64_t>, std::int64_t> loops_pending_;
  std::unordered_map<std::uint64_t, OpenSession> sessions_pending_;  // as they will be
  std::map<std::int64_t, FileCursor> files_pending_;
  std::map<std::int64_t, RowCursor> rows_pending_;
  std::map<std::int64_t, Standing> standings_pending_;
  std::map<std::pair<std::uint64_t, std::int64_t>, std::vector<std::uint64_t>> identities_pending_;
  std::vector<std::int64_t> forgotten_files_;
  struct LastSeries {
    std::string provider;
    std::string model;
    Turn turn;
    std::int64_t hour = 0;
    Totals* totals = nullptr;  // into hours_pending_
  };
  LastSeries last_;
  std::size_t pending_records_ = 0;
};

}  // namespace clawvigil::usage
