#include "collectors/retention/sessions.h"

#include <algorithm>
#include <array>

#include "collectors/state_database.h"
#include "collectors/usage/files.h"
#include "exporter/base/milliseconds.h"
#include "exporter/base/strings.h"

namespace clawvigil::retention {

namespace {

using host::FileKind;

constexpr std::size_t kMaxAgents = 1'000;
constexpr std::size_t kMaxEntries = 100'000;
constexpr std::size_t kMaxProblems = 16;
constexpr Duration kBudget = std::chrono::milliseconds(500);
constexpr std::string_view kDatabase = "openclaw-agent.sqlite";
constexpr std::array<std::string_view, 3> kDirectories = {"sessions", "sessions/cold",
                                                          "session-sqlite-import-archive"};

class Surveyor {
 public:
  Surveyor(const Context& context, const Home& home) : context_(context), home_(home) {}

  Result<SessionSurvey> run() && {
    for (const host::DirEntry& agent : list("agents", kMaxAgents)) {
      if (agent.kind != FileKind::directory) continue;
      const std::string base = "agents/" + agent.name + "/";
      for (const std::string_view name : kDirectories) TRY(files(base + std::string(name)));
      database(base + "agent");
    }
    return std::move(survey_);
  }

 private:
  Result<> files(const std::string& path) {
    for (const host::DirEntry& entry : list(path, kMaxEntries - seen_)) {
      ++seen_;
      if (entry.kind != FileKind::regular) continue;
      TRY(context_.check());
      const auto found = home_.dir->stat(path + "/" + entry.name);
      if (!found || found->kind != FileKind::regular) continue;
      survey_.bytes += found->size;
      const bool transcript = usage::classify_transcript_name(entry.name) != usage::FileForm::none;
      if (transcript) note_time(found->modified);
    }
    return {};
  }

  void database(const std::string& path) {
    for (const std::string_view end : {"", "-wal"}) {
      const auto found = home_.dir->stat(path + "/" + std::string(kDatabase) + std::string(end));
      if (found && found->kind == FileKind::regular) survey_.bytes += found->size;
    }
    if (const auto read = read_times(path); !read) note(read.error());
  }

  Result<> read_times(const std::string& path) {
    TRY_ASSIGN(auto database, open_home_database(home_, path, kDatabase, kBudget));
    if (!database) return {};
    TRY_ASSIGN(const bool windows, database->has_table("session_windows"));
    if (windows) {
      TRY(read_oldest(*database, "SELECT min(updated_at) FROM session_windows"));
    } else {
      TRY_ASSIGN(const bool rows, database->has_table("transcript_events"));
      if (rows) TRY(read_oldest(*database, "SELECT min(updated_at) FROM sessions"));
    }
    TRY_ASSIGN(const bool archives, database->has_table("session_transcript_archives"));
    if (!archives) return {};
    return read_oldest(*database, "SELECT min(created_at) FROM session_transcript_archives");
  }

  Result<> read_oldest(host::ReadOnlyDatabase& database, std::string_view sql) {
    TRY_ASSIGN(host::Query query, database.prepare(sql));
    TRY_ASSIGN(const bool row, query.step());
    if (row && !query.is_null(0)) note_time(from_milliseconds(query.integer(0)));
    return {};
  }

  void note_time(SystemTime time) {
    survey_.oldest = std::min(survey_.oldest.value_or(time), time);
  }

  std::vector<host::DirEntry> list(const std::string& path, std::size_t limit) {
    auto entries = home_.dir->list(path, limit);
    if (entries) return std::move(*entries);
    if (entries.error().code != Errc::not_found) note(entries.error());
    return {};
  }

  void note(const Error& error) {
    if (survey_.problems.size() < kMaxProblems) survey_.problems.push_back(error);
  }

  const Context& context_;
  const Home& home_;
  SessionSurvey survey_;
  std::size_t seen_ = 0;
};

}  // namespace

Result<SessionSurvey> survey_sessions(const Context& context, const Home& home) {
  return Surveyor(context, home).run();
}

}  // namespace clawvigil::retention
