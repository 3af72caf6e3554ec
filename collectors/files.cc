#include "collectors/files.h"

#include <array>

#include "collectors/file_survey.h"

namespace clawvigil {

namespace {

using host::FileKind;

constexpr Metric kModeUnsafe{MetricType::gauge,
                             "clawvigil_file_mode_unsafe",
                             "1 if someone other than the owner can get at these files, or another "
                             "owner or a symlink is in their place.",
                             {"home", "object"}};
constexpr Metric kUnsafeCount{MetricType::gauge,
                              "clawvigil_files_unsafe",
                              "How many files and directories of the object are unsafe.",
                              {"home", "object"}};
constexpr Metric kConfigChanged{MetricType::gauge,
                                "clawvigil_config_changed_timestamp_seconds",
                                "When openclaw.json last changed.",
                                {"home"}};
constexpr Metric kInsideGit{MetricType::gauge,
                            "clawvigil_config_inside_git_repo",
                            "1 if the state directory lies inside a git working tree.",
                            {"home"}};
constexpr Metric kBootstrapChanged{MetricType::gauge,
                                   "clawvigil_bootstrap_file_changed_timestamp_seconds",
                                   "When a file that steers the agent last changed.",
                                   {"home", "file"}};
constexpr Metric kBootstrapBytes{MetricType::gauge,
                                 "clawvigil_bootstrap_file_bytes",
                                 "Size of a file that steers the agent.",
                                 {"home", "file"}};

constexpr std::array kMetrics{kModeUnsafe.info(), kUnsafeCount.info(),      kConfigChanged.info(),
                              kInsideGit.info(),  kBootstrapChanged.info(), kBootstrapBytes.info()};

constexpr std::array<std::string_view, 7> kBootstrapFiles = {
    "SOUL", "AGENTS", "MEMORY", "IDENTITY", "USER", "TOOLS", "HEARTBEAT"};

void note(const Home& home, const Error& error, std::vector<std::string_view> families,
          Batch& out) {
  if (error.code == Errc::not_found) return;
  out.unknown(prefixed(error, home.label).error(), std::move(families));
}

void export_survey(const Home& home, FileSurvey& survey, Batch& out) {
  for (std::size_t i = 0; i < kGuardedObjects; ++i) {
    const ObjectState& state = survey.objects[i];
    if (!state.exists || (state.incomplete && state.unsafe == 0)) continue;
    const std::string_view object = to_string(static_cast<GuardedObject>(i));
    out.set(kModeUnsafe, state.unsafe > 0 ? 1 : 0, home.label, object);
    out.set(kUnsafeCount, static_cast<double>(state.unsafe), home.label, object);
  }
  for (const Error& problem : survey.problems)
    note(home, problem, {kModeUnsafe.name(), kUnsafeCount.name()}, out);
}

// A file that is no regular one has no meaningful time or size; survey_files() reports it.
void export_changes(const Home& home, Batch& out) {
  const auto config = home.dir->stat("openclaw.json");
  if (config && config->kind == FileKind::regular) {
    out.set(kConfigChanged, to_unix_seconds(config->changed), home.label);
  }
  const std::vector<std::string_view> families{kBootstrapChanged.name(), kBootstrapBytes.name()};
  for (const std::string_view name : kBootstrapFiles) {
    const auto found = home.dir->stat("workspace/" + std::string(name) + ".md");
    if (!found) {
      note(home, found.error(), families, out);
    } else if (found->kind != FileKind::regular) {
      note(home, {Errc::unsafe, std::string(name) + ".md is not a regular file"}, families, out);
    } else {
      out.set(kBootstrapChanged, to_unix_seconds(found->changed), home.label, name);
      out.set(kBootstrapBytes, static_cast<double>(found->size), home.label, name);
    }
  }
}

// The directories above `path`, nearest first, without "/".
std::vector<std::string> parents_of(std::string path) {
  constexpr std::size_t kMaxParents = 64;
  std::vector<std::string> parents;
  while (parents.size() < kMaxParents) {
    const std::size_t slash = path.rfind('/');
    if (slash == 0 || slash == std::string::npos) return parents;
    path.resize(slash);
    parents.push_back(path);
  }
  return parents;
}

Result<bool> inside_git_repo(const Home& home, const host::Root& root) {
  if (home.dir->stat(".git")) return true;
  for (const std::string& parent : parents_of(home.path)) {
    TRY_ASSIGN(const host::Dir directory, root.anchor(parent + "/."));
    const auto found = directory.stat(".git");
    if (found) return true;
    if (found.error().code != Errc::not_found) return std::unexpected(found.error());
  }
  return false;
}

class FilesCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kFilesInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY_ASSIGN(FileSurvey survey, survey_files(home, [&] { return context.check(); }));
      export_survey(home, survey, out);
      export_changes(home, out);
      if (const auto inside = inside_git_repo(home, context.root); inside) {
        out.set(kInsideGit, *inside ? 1 : 0, home.label);
      } else {
        note(home, inside.error(), {kInsideGit.name()}, out);
      }
    }
    return {};
  }
};

}  // namespace

constexpr CollectorInfo kFilesInfo{
    .name = "files",
    .summary =
        "Modes and owners of OpenClaw's files, changes of its configuration and of the "
        "files that steer the agent.",
    .interval = std::chrono::seconds(10),
    .deadline = std::chrono::seconds(5),
    .max_age = std::chrono::seconds(60),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_files_collector() { return std::make_unique<FilesCollector>(); }

}  // namespace clawvigil
