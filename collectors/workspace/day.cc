#include "collectors/workspace/day.h"

#include <array>
#include <optional>

#include "collectors/workspace_families.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::workspace {

namespace {

using namespace workspace_families;
using parse::FileClass;

constexpr std::string_view kSchema = R"(
CREATE TABLE IF NOT EXISTS workspace_day (
  home TEXT NOT NULL, repo TEXT NOT NULL, commit_id TEXT NOT NULL, path TEXT NOT NULL,
  file_class INTEGER NOT NULL, author INTEGER NOT NULL, seen INTEGER NOT NULL,
  PRIMARY KEY (home, repo, commit_id, path, file_class)) WITHOUT ROWID;
)";
constexpr std::int64_t kNoFile = -1;

Result<std::int64_t> count_rows(store::Store& store, std::string_view home, std::string_view repo) {
  TRY_ASSIGN(store::Statement row,
             store.prepare("SELECT count(*) FROM workspace_day WHERE home = ? AND repo = ?"));
  TRY_ASSIGN(const bool any, row.bind(1, home).bind(2, repo).step());
  return any ? row.integer(0) : 0;
}

Result<> insert(store::Store& store, std::string_view home, std::string_view repo,
                const std::vector<DayEvent>& events) {
  enum Parameter {
    parameter_home = 1,
    parameter_repo,
    parameter_commit,
    parameter_path,
    parameter_class,
    parameter_author,
    parameter_seen
  };
  TRY_ASSIGN(std::int64_t rows, count_rows(store, home, repo));
  TRY_ASSIGN(store::Statement row,
             store.prepare("INSERT OR IGNORE INTO workspace_day (home, repo, commit_id, path,"
                           " file_class, author, seen) VALUES (?, ?, ?, ?, ?, ?, ?)"));
  for (const DayEvent& event : events) {
    if (rows++ >= kMaxDayEvents) break;
    const std::int64_t file_class =
        event.path.empty() ? kNoFile : static_cast<std::int64_t>(event.file_class);
    row.bind(parameter_home, home)
        .bind(parameter_repo, repo)
        .bind(parameter_commit, parse::to_hex(event.commit));
    row.bind(parameter_path, std::string_view(event.path)).bind(parameter_class, file_class);
    row.bind(parameter_author, static_cast<std::int64_t>(event.author))
        .bind(parameter_seen, to_whole_seconds(event.seen));
    TRY(row.run());
  }
  return {};
}

std::string_view author_name(std::int64_t number) {
  for (const AuthorClass one : kAuthorClasses) {
    if (static_cast<std::int64_t>(one) == number) return to_string(one);
  }
  return to_string(AuthorClass::unknown);
}

Result<> export_commits(store::Store& store, std::string_view home, std::string_view repo,
                        Batch& out) {
  for (const AuthorClass one : kAuthorClasses) out.set(kDayCommits, 0, home, repo, to_string(one));
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT author, count(*) FROM workspace_day WHERE home = ? AND repo = ?"
                           " AND file_class = ? GROUP BY author"));
  rows.bind(1, home).bind(2, repo).bind(3, kNoFile);
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    out.set(kDayCommits, static_cast<double>(rows.integer(1)), home, repo,
            author_name(rows.integer(0)));
  }
}

Result<> export_files(store::Store& store, std::string_view home, std::string_view repo,
                      Batch& out) {
  for (std::size_t i = 0; i < parse::kFileClasses; ++i) {
    const auto file_class = static_cast<FileClass>(i);
    if (file_class == FileClass::memory) continue;
    out.set(kDayChanges, 0, home, repo, to_string(file_class));
  }
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT file_class, author, commit_id, path FROM workspace_day WHERE"
                           " home = ? AND repo = ? AND file_class >= 0 ORDER BY seen, commit_id"));
  rows.bind(1, home).bind(2, repo);
  enum Column { column_class, column_author, column_commit, column_path };
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    const std::int64_t number = rows.integer(column_class);
    if (number >= static_cast<std::int64_t>(parse::kFileClasses)) continue;
    const std::string_view name = to_string(static_cast<FileClass>(number));
    constexpr std::size_t kShownCommit = 12;  // digits, as git abbreviates them
    out.add(kDayChanges, 1, home, repo, name);
    out.finding(kDayChanges,
                std::string(rows.text(column_commit).substr(0, kShownCommit)) + " " +
                    std::string(rows.text(column_path)) + " (" +
                    std::string(author_name(rows.integer(column_author))) + ")",
                0, home, repo, name);
  }
}

}  // namespace

Result<> keep_events(store::Store& store, std::string_view home, std::string_view repo,
                     const std::vector<DayEvent>& events) {
  if (events.empty()) return {};
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(store::Store::Transaction transaction, store.begin());
  TRY(insert(store, home, repo, events));
  return transaction.commit();
}

Result<> prune_events(store::Store& store, SystemTime now) {
  TRY(store.ensure_schema(kSchema));
  {
    // Nothing is written where nothing is old.
    TRY_ASSIGN(store::Statement old,
               store.prepare("SELECT 1 FROM workspace_day WHERE seen < ? LIMIT 1"));
    TRY_ASSIGN(const bool any, old.bind(1, to_whole_seconds(now - kDay)).step());
    if (!any) return {};
  }
  TRY_ASSIGN(store::Statement drop, store.prepare("DELETE FROM workspace_day WHERE seen < ?"));
  return drop.bind(1, to_whole_seconds(now - kDay)).run();
}

Result<> export_day(store::Store& store, std::string_view home, std::string_view repo, Batch& out) {
  TRY(store.ensure_schema(kSchema));
  TRY(export_commits(store, home, repo, out));
  return export_files(store, home, repo, out);
}

}  // namespace clawvigil::workspace
