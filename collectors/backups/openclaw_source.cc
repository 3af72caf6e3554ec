#include "collectors/backups/openclaw_source.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collectors/backups/files_source.h"
#include "collectors/parse/json_object.h"
#include "collectors/state_database.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil::backups {

namespace {

constexpr Duration kBudget = std::chrono::milliseconds(500);
constexpr std::int64_t kMostRuns = 200;  // OpenClaw keeps no more
constexpr std::size_t kMostDirectories = 8;
constexpr std::string_view kArchives = "/*-openclaw-backup.tar.gz";

struct Runs {
  std::vector<std::string> patterns;   // of archives
  std::optional<SystemTime> snapshot;  // the newest run that made no archive
  std::string snapshot_path;           // where it is
  bool snapshot_leaves_host = false;   // it may be pushed elsewhere
};

void add_directory(Runs& runs, std::string_view directory) {
  std::string pattern = std::string(directory) + std::string(kArchives);
  if (directory.find_first_of("*?") != std::string_view::npos) return;
  if (runs.patterns.size() == kMostDirectories) return;
  if (std::ranges::find(runs.patterns, pattern) == runs.patterns.end()) {
    runs.patterns.push_back(std::move(pattern));
  }
}

// An archive's own time counts; `time` is that of the others.
void add_run(Runs& runs, std::string_view path, SystemTime time, std::string_view manifest) {
  using nlohmann::json;
  const json parsed = json::parse(manifest, nullptr, false);
  if (!path.starts_with('/')) return;
  const std::string_view kind = parse::text_of(parsed, "kind");
  if (kind == "archive") return add_directory(runs, path.substr(0, path.rfind('/')));
  if (kind != "sqlite-snapshot" && kind != "git") return;
  if (runs.snapshot && *runs.snapshot >= time) return;
  runs.snapshot = time;
  runs.snapshot_path = path;
  runs.snapshot_leaves_host = kind == "git";
}

Result<> read_runs(const Machine& machine, const Home& home, Runs& runs) {
  TRY_ASSIGN(auto database, open_state_database(home, kBudget));
  if (!database) return {};
  TRY_ASSIGN(const bool noted, database->has_table("backup_runs"));
  if (!noted) return {};
  TRY_ASSIGN(host::Query query, database->prepare("SELECT archive_path, created_at, manifest_json "
                                                  "FROM backup_runs WHERE status = 'ok' "
                                                  "ORDER BY created_at DESC LIMIT ?1"));
  query.bind(1, kMostRuns);
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return {};
    const SystemTime time = from_milliseconds(query.integer(1));
    add_run(runs, query.text(0), time <= machine.latest() ? time : SystemTime(), query.text(2));
  }
}

// A snapshot that is no longer there is none.
Result<bool> add_snapshot(const Machine& machine, const Runs& runs, BackupReading& reading) {
  const auto directory = machine.directory(runs.snapshot_path);
  if (!directory && directory.error().code == Errc::not_found) return false;
  if (!directory) return std::unexpected(directory.error());
  reading = {};
  reading.present = true;
  reading.newest = runs.snapshot;
  reading.encrypted = false;
  if (runs.snapshot_leaves_host) {
    reading.problems.push_back(
        {Part::place, {Errc::not_found, "whether the git history is pushed is not known"}});
  } else {
    reading.take(Part::place, lies_off_host(machine, *directory, runs.snapshot_path),
                 reading.off_host);
  }
  reading.take(Part::access, who_can_get_at(machine, *directory, runs.snapshot_path, "."),
               reading.access);
  return true;
}

}  // namespace

Result<BackupReading> read_openclaw(const Machine& machine, const Home& home) {
  Runs runs;
  add_directory(runs, home.path.substr(0, home.path.rfind('/')));
  TRY(read_runs(machine, home, runs));
  TRY_ASSIGN(BackupReading reading, read_files(machine, runs.patterns));
  if (runs.snapshot && (!reading.newest || *reading.newest < *runs.snapshot)) {
    BackupReading snapshot;
    TRY_ASSIGN(const bool there, add_snapshot(machine, runs, snapshot));
    if (there) return snapshot;
  }
  return reading;
}

}  // namespace clawvigil::backups
