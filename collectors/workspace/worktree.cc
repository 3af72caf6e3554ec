#include "collectors/workspace/worktree.h"

#include <string>

#include "collectors/git/commit_graph.h"
#include "collectors/git/frames.h"
#include "collectors/parse/git_objects.h"
#include "exporter/base/digits.h"
#include "exporter/host/child_process.h"
#include "exporter/host/git_database.h"
#include "exporter/host/git_worktree.h"

namespace clawvigil::workspace {

namespace {

constexpr char kState = 'W';
constexpr std::uint64_t kCpuSeconds = 10;

// When the commit was made, as it says; 0 when that cannot be read.
std::int64_t time_of(const host::GitRawId& id) {
  const auto database = host::GitDatabase::open(".git/objects");
  if (!database) return 0;
  const auto object = database->read(id, git::CommitGraph::kMaxCommitBytes);
  if (!object) return 0;
  const auto commit = parse::parse_git_commit(object->bytes());
  return commit ? commit->committer.seconds : 0;
}

// In the child: one frame of numbers.
Result<> look(bool with_untracked, host::ChildOutput& out) {
  std::array<std::uint64_t, parse::kFileClasses> classes{};
  TRY_ASSIGN(const host::GitWorktree found,
             host::read_git_worktree(".", with_untracked, [&](std::string_view path) {
               const auto file_class = parse::file_class_of(path);
               if (file_class) ++classes.at(static_cast<std::size_t>(*file_class));
             }));
  std::string frame =
      git::frame_of(kState, {std::to_string(found.deleted), std::to_string(found.modified),
                             std::to_string(found.staged), std::to_string(found.untracked),
                             std::to_string(found.tracked), found.head ? "1" : "0",
                             std::to_string(found.head ? time_of(*found.head) : 0)});
  for (const std::uint64_t files : classes) frame += '\0' + std::to_string(files);
  return out.send(frame);
}

Result<> decode(std::string_view frame, WorktreeState& state) {
  if (!frame.starts_with(kState)) return git::malformed_frame();
  std::string_view rest = frame.substr(1);
  std::uint64_t has_head = 0;
  for (std::uint64_t* const number : {&state.deleted, &state.modified, &state.staged,
                                      &state.untracked, &state.tracked, &has_head}) {
    const auto taken = git::take_number(rest);
    if (!taken) return git::malformed_frame();
    *number = *taken;
  }
  const auto seconds = parse_integer<std::int64_t>(git::take_field(rest));
  if (!seconds) return git::malformed_frame();
  state.has_head = has_head != 0;
  constexpr std::int64_t kLatest = 9'223'372'036;  // what a SystemTime can hold: the year 2262
  if (*seconds > 0 && *seconds <= kLatest) state.head = SystemTime(std::chrono::seconds(*seconds));
  for (std::uint64_t& files : state.tracked_files) {
    const auto taken = git::take_number(rest);
    if (!taken) return git::malformed_frame();
    files = *taken;
  }
  return {};
}

// libgit2 would wait at a FIFO until the deadline.
Result<> check_files(const host::Dir& directory) {
  for (const char* const name :
       {".git/index", ".git/config", ".git/HEAD", ".git/packed-refs", ".git/info/exclude",
        ".git/info/attributes", ".gitignore", ".gitattributes"}) {
    const auto stat = directory.stat(name);
    if (!stat && stat.error().code == Errc::not_found) continue;
    if (!stat) return std::unexpected(stat.error());
    if (stat->kind == host::FileKind::other) {
      return fail(Errc::unsafe, std::string(name) + ": neither file nor directory");
    }
  }
  return {};
}

}  // namespace

Result<WorktreeState> read_worktree(const host::Dir& directory, bool with_untracked,
                                    const std::stop_token& stop, Duration deadline) {
  TRY(check_files(directory));
  std::optional<WorktreeState> state;
  TRY(host::run_child({.directory = directory, .deadline = deadline, .cpu_seconds = kCpuSeconds},
                      stop,
                      {.prepare = [] { return host::GitDatabase::load(); },
                       .run = [&](host::ChildOutput& out) { return look(with_untracked, out); }},
                      [&](std::string_view frame) { return decode(frame, state.emplace()); }));
  if (!state) return fail(Errc::parse, "the reader of the working tree ended without a word");
  return *state;
}

}  // namespace clawvigil::workspace
