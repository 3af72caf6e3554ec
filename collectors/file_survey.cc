#include "collectors/file_survey.h"

#include <algorithm>
#include <optional>
#include <string>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using host::DirEntry;
using host::FileKind;

constexpr std::size_t kMaxEntries = 20'000;  // of one directory
constexpr std::size_t kMaxFiles = 100'000;   // of one home
constexpr std::size_t kMaxProblems = 16;
constexpr int kMaxCredentialDepth = 4;
constexpr mode_t kAnyOfOthers = 077;
constexpr mode_t kReadOrWriteOfOthers = 066;
constexpr mode_t kPassOfOthers = 011;

// When a permission bit of group or others makes a file unsafe.
enum class Judge { always, if_reachable };
// How a file of this name is judged; nullopt: it does not belong to the object.
using Chooser = std::optional<Judge> (*)(std::string_view name);

std::optional<Judge> always_if(bool belongs) {
  return belongs ? std::optional(Judge::always) : std::nullopt;
}
std::optional<Judge> every_file(std::string_view) { return Judge::always; }
std::optional<Judge> every_reachable_file(std::string_view) { return Judge::if_reachable; }
std::optional<Judge> config_copies(std::string_view name) {
  return always_if(name.starts_with("openclaw.json."));
}
std::optional<Judge> key_files(std::string_view name) { return always_if(name.ends_with(".key")); }
std::optional<Judge> json_files(std::string_view name) { return always_if(name.contains(".json")); }
std::optional<Judge> databases(std::string_view name) { return always_if(is_database_name(name)); }
std::optional<Judge> auth_files(std::string_view name) {
  return always_if(name.contains(".json") || is_database_name(name));
}
// A channel library writes its own files 0644; OpenClaw itself closes creds.json.
std::optional<Judge> login_files(std::string_view name) {
  return name.starts_with("creds.json") ? Judge::always : Judge::if_reachable;
}

// A directory of the home, and whether group or others can get into it from outside.
struct Place {
  std::string path;
  bool open = false;
};

class Surveyor {
 public:
  Surveyor(const Home& home, const std::function<Result<>()>& check) : home_(home), check_(check) {}

  Result<FileSurvey> run() && {
    const Place state{".", judge_directory(GuardedObject::state_dir, ".")};
    TRY(file(GuardedObject::config, "openclaw.json", Judge::always, true));
    TRY(file(GuardedObject::env, ".env", Judge::always, true));
    TRY(file(GuardedObject::secrets, "secrets.json", Judge::always, true));
    TRY(file(GuardedObject::secrets, "exec-approvals.json", Judge::always, true));
    TRY(files(GuardedObject::secrets, state, key_files));
    TRY(files(GuardedObject::backups, state, config_copies));
    for (const char* name : {"devices", "identity", "nodes"}) {
      TRY(files(GuardedObject::secrets, below(state, name), json_files));
    }
    TRY(files(GuardedObject::state_db, below(state, "state"), databases));
    TRY(files(GuardedObject::logs, below(state, "logs"), every_reachable_file));
    TRY(credentials(state));
    const Place agents = below(state, "agents");
    for (const std::string& name : directories(GuardedObject::sessions, agents)) {
      TRY(agent(below(agents, name)));
    }
    return std::move(survey_);
  }

 private:
  Result<> credentials(const Place& state) {
    const Place top{"credentials",
                    judge_directory(GuardedObject::credentials, "credentials") && state.open};
    TRY(files(GuardedObject::credentials, top, every_file));
    return logins(top, 1);
  }

  Result<> logins(const Place& parent, int depth) {
    if (depth == kMaxCredentialDepth) return {};
    for (const std::string& name : directories(GuardedObject::credentials, parent)) {
      const Place place = below(parent, name);
      TRY(files(GuardedObject::credentials, place, login_files));
      TRY(logins(place, depth + 1));
    }
    return {};
  }

  Result<> agent(const Place& place) {
    TRY(files(GuardedObject::auth_profiles, below(place, "agent"), auth_files));
    const Place sessions = below(place, "sessions");
    TRY(files(GuardedObject::sessions, sessions, every_reachable_file));
    TRY(files(GuardedObject::sessions, below(sessions, "cold"), every_reachable_file));
    return files(GuardedObject::sessions, below(place, "session-sqlite-import-archive"),
                 every_reachable_file);
  }

  [[nodiscard]] Place below(const Place& parent, std::string_view name) const {
    Place place{parent.path == "." ? std::string(name) : parent.path + "/" + std::string(name)};
    const auto found = home_.dir->stat(place.path);
    place.open = parent.open && found && (found->mode & kPassOfOthers) != 0;
    return place;
  }

  // Judges a directory by its own bits; true when group or others can pass it.
  bool judge_directory(GuardedObject object, const std::string& path) {
    const auto found = home_.dir->stat(path);
    if (!found) {
      note(object, found.error());
      return false;
    }
    ObjectState& state = survey_.of(object);
    state.exists = true;
    if (found->kind != FileKind::directory || found->uid != home_.uid ||
        (found->mode & kAnyOfOthers) != 0) {
      ++state.unsafe;
    }
    return (found->mode & kPassOfOthers) != 0;
  }

  Result<> file(GuardedObject object, const std::string& path, Judge judge, bool open) {
    TRY(check_());
    const auto found = home_.dir->stat(path);
    if (!found) {
      note(object, found.error());
      return {};
    }
    ObjectState& state = survey_.of(object);
    state.exists = true;
    const bool shared = judge == Judge::always ? (found->mode & kAnyOfOthers) != 0
                                               : open && (found->mode & kReadOrWriteOfOthers) != 0;
    if (found->kind != FileKind::regular || found->uid != home_.uid || shared) ++state.unsafe;
    return {};
  }

  Result<> files(GuardedObject object, const Place& place, Chooser choose) {
    TRY(check_());
    for (const DirEntry& entry : list(object, place.path)) {
      const std::optional<Judge> judge = choose(entry.name);
      if (!judge || entry.kind == FileKind::directory) continue;
      if (++files_seen_ > kMaxFiles) {
        note(object, {Errc::too_large, "more than " + std::to_string(kMaxFiles) + " files"});
        return {};
      }
      TRY(file(object, place.path + "/" + entry.name, *judge, place.open));
    }
    return {};
  }

  std::vector<std::string> directories(GuardedObject object, const Place& place) {
    std::vector<std::string> names;
    for (const DirEntry& entry : list(object, place.path)) {
      if (entry.kind == FileKind::directory) names.push_back(entry.name);
    }
    return names;
  }

  std::vector<DirEntry> list(GuardedObject object, const std::string& path) {
    auto entries = home_.dir->list(path, kMaxEntries);
    if (entries) return std::move(*entries);
    note(object, entries.error());
    return {};
  }

  // What does not exist (any more) is no problem; what cannot be looked at leaves the object open.
  void note(GuardedObject object, const Error& error) {
    if (error.code == Errc::not_found) return;
    survey_.of(object).incomplete = true;
    if (survey_.problems.size() < kMaxProblems) survey_.problems.push_back(error);
  }

  const Home& home_;
  const std::function<Result<>()>& check_;
  FileSurvey survey_;
  std::size_t files_seen_ = 0;
};

}  // namespace

std::string_view to_string(GuardedObject object) {
  constexpr std::array<std::string_view, kGuardedObjects> kNames = {
      "state_dir",   "config",   "backups",       "env",  "secrets",
      "credentials", "state_db", "auth_profiles", "logs", "sessions"};
  return kNames[static_cast<std::size_t>(object)];
}

Result<FileSurvey> survey_files(const Home& home, const std::function<Result<>()>& check) {
  return Surveyor(home, check).run();
}

bool is_database_name(std::string_view name) {
  constexpr std::string_view kSuffix = ".sqlite";
  const std::size_t suffix = name.find(kSuffix);
  if (suffix == std::string_view::npos || suffix == 0) return false;
  const std::string_view rest = name.substr(suffix + kSuffix.size());
  return rest.empty() || rest == "-wal" || rest == "-shm" || rest == "-journal";
}

}  // namespace clawvigil
