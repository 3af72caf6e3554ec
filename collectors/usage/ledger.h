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
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collectors/parse/transcript.h"
#include "exporter/base/clock.h"
#include "exporter/store/store.h"

namespace clawvigil::usage {

// A sum of many doubles that keeps the rounding error apart (Neumaier), exact to 1e-9 USD over any
// number of messages.
struct ExactSum {
  double sum = 0;
  double correction = 0;
  void add(double value);
  [[nodiscard]] double value() const { return sum + correction; }
};

// Everything counted for one series (and, in the database, one hour).
struct Totals {
  parse::TokenCounts tokens;
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t unpriced_tokens = 0;  // no recorded cost and no known price
  ExactSum recorded_usd;
  ExactSum estimated_usd;
  void add(const Totals& other);
};

struct SeriesKey {
  std::string home;
  std::string agent;
  std::string provider;
  std::string model;
  auto operator<=>(const SeriesKey&) const = default;
};

// USD per million tokens.
struct Price {
  double input = 0;
  double output = 0;
  double cache_read = 0;
  double cache_write = 0;
};

// Where reading of a file stands. Persisted; `id` is its row.
struct FileCursor {
  std::int64_t id = 0;
  std::uint64_t session = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;    // when it was last looked at
  std::uint64_t offset = 0;  // all complete lines before it are counted
  std::int64_t modified_ns = 0;
  std::uint64_t head_hash = 0;  // of the first bytes before `offset`: is it still the same file?
  std::uint64_t tail_hash = 0;  // of the last bytes before `offset`: was it rewritten?
};

// Where reading of one session in an agent database stands.
struct RowCursor {
  std::int64_t id = 0;
  std::uint64_t session = 0;
  std::int64_t last_seq = -1;
  std::int64_t last_created_ms = 0;
  std::int64_t rows = 0;
};

class Ledger {
 public:
  // At most this many series per home; usage beyond is booked under provider and model "other".
  static constexpr std::size_t kMaxSeriesPerHome = 64;
  // Spend per minute is kept this long, for sliding windows; hours are kept for ever.
  static constexpr std::int64_t kMinutesKept = 25L * 60;

  // Creates the tables if needed and loads cursors and sums. `store` must outlive the ledger.
  [[nodiscard]] static Result<Ledger> open(store::Store& store);

  // The source (file or database) whose records follow. `check_identity`: look every record up.
  struct Source {
    std::int64_t id;  // cursor id; unique over files and rows
    std::uint64_t session;
    std::string_view home;
    std::string_view agent;
    bool starts_anew;  // read from its beginning, though parts may have been counted
  };
  [[nodiscard]] Result<> begin_source(const Source& source);
  // Books a record of the current source unless its identity is known. Memory only until commit().
  void book(const parse::UsageRecord& record, const std::optional<Price>& price, SystemTime now);
  // Makes the series exist, at 0 before its first record: an increase from nothing is invisible to
  // rate() and increase().
  void announce(const SeriesKey& key) { bounded(key); }
  void set_file_cursor(const FileCursor& cursor) { files_pending_[cursor.id] = cursor; }
  void set_row_cursor(const RowCursor& cursor) { rows_pending_[cursor.id] = cursor; }
  void forget_file(std::int64_t id) { forgotten_files_.push_back(id); }

  // Makes everything since the last commit durable and visible in totals(); on error all of it is
  // forgotten and cursors stand where they stood.
  [[nodiscard]] Result<> commit(SystemTime now);

  // Forgets everything since the last commit.
  void discard();

  // Ties a session to the one it was forked from, before its first record is booked. Later calls
  // for a known session change nothing.
  [[nodiscard]] Result<> declare_session(std::uint64_t session, std::uint64_t parent);
  [[nodiscard]] std::int64_t new_id() { return ++last_id_; }

  // Whether everything there was at the first start has been read once.
  [[nodiscard]] Result<bool> history_complete();
  [[nodiscard]] Result<> set_history_complete();

  [[nodiscard]] const FileCursor* file(std::uint64_t device, std::uint64_t inode) const;
  [[nodiscard]] const RowCursor* rows(std::uint64_t session) const;
  [[nodiscard]] std::vector<FileCursor> files() const;

  [[nodiscard]] const std::map<SeriesKey, Totals>& totals() const { return totals_; }
  // Cost (recorded and estimated) per home since `from`; to the minute within the last day,
  // to the full hour before.
  [[nodiscard]] Result<std::map<std::string, double>> spend_since(SystemTime from, bool by_minute);
  // Bytes and records not yet committed: when to commit.
  [[nodiscard]] std::size_t pending_records() const { return pending_records_; }

 private:
  explicit Ledger(store::Store& store) : store_(&store) {}
  [[nodiscard]] Result<> load();
  [[nodiscard]] Result<> load_series();
  [[nodiscard]] Result<> write_pending(SystemTime now);
  [[nodiscard]] Result<> write_hours();
  [[nodiscard]] Result<> write_minutes(SystemTime now);
  [[nodiscard]] Result<> write_cursors();
  [[nodiscard]] Result<> write_identities();
  [[nodiscard]] Result<std::int64_t> series_id(const SeriesKey& key);
  [[nodiscard]] Result<std::uint64_t> domain_of(std::uint64_t session);
  [[nodiscard]] Result<bool> has_identities(const Source& source);
  [[nodiscard]] Result<> load_identities(std::uint64_t domain);
  SeriesKey bounded(SeriesKey key);
  [[nodiscard]] Totals& slot(const parse::UsageRecord& record, std::int64_t hour);

  struct PairHash {
    std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& key) const {
      return key.first * 0x9E3779B97F4A7C15ULL ^ key.second;
    }
  };

  store::Store* store_;
  std::int64_t last_id_ = 0;
  std::unordered_map<std::int64_t, FileCursor> files_;
  std::unordered_map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t, PairHash> by_inode_;
  std::unordered_map<std::int64_t, RowCursor> rows_;
  std::unordered_map<std::uint64_t, std::int64_t> by_session_;
  std::map<SeriesKey, Totals> totals_;
  std::map<SeriesKey, std::int64_t> series_ids_;

  // The current source.
  Source source_{};
  std::string home_;
  std::string agent_;
  std::uint64_t domain_ = 0;
  bool check_identity_ = false;
  std::vector<std::uint64_t> known_;         // sorted: identities of the domain, from the database
  std::unordered_set<std::uint64_t> fresh_;  // added since known_ was loaded

  // Not yet committed.
  std::map<std::pair<SeriesKey, std::int64_t>, Totals> hours_pending_;
  std::map<std::pair<std::string, std::int64_t>, double> minutes_pending_;
  std::map<std::int64_t, FileCursor> files_pending_;
  std::map<std::int64_t, RowCursor> rows_pending_;
  std::map<std::pair<std::uint64_t, std::int64_t>, std::vector<std::uint64_t>> identities_pending_;
  std::vector<std::int64_t> forgotten_files_;
  struct Slot {
    std::string provider;
    std::string model;
    std::int64_t hour = 0;
    Totals* totals = nullptr;  // into hours_pending_
  };
  Slot last_slot_;
  std::size_t pending_records_ = 0;
};

}  // namespace clawvigil::usage
