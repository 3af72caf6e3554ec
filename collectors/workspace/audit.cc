#include "collectors/workspace/audit.h"

#include <algorithm>
#include <unordered_set>

#include "collectors/git/commit_graph.h"
#include "collectors/git/frames.h"
#include "collectors/git/tree_changes.h"
#include "exporter/base/strings.h"
#include "exporter/host/git_database.h"

namespace clawvigil::workspace {

namespace {

using git::CommitGraph;
using git::TreeChange;
using parse::FileClass;
using parse::GitEntryKind;
using parse::GitId;

// Beyond it a file that is not executable by its mode is no script somebody wrote.
constexpr std::uint64_t kMaxScriptBytes = 1024UL * 1024;

// "A@B.c" to "a@b.c". NUL would end a frame's field.
std::string email_of(std::string_view text) {
  std::string email = to_lower_ascii(text.substr(0, kMaxEmailBytes));
  std::erase(email, '\0');
  return email;
}

class Auditor {
 public:
  Auditor(const AuditTask& task, const host::GitDatabase& database, host::ChildOutput& out)
      : task_(task),
        database_(database),
        out_(out),
        changes_(database),
        started_(task.clock.now().steady) {}

  Result<> run(const CommitGraph& graph) {
    // A branch that is merged or given up and then deleted is everyday work; what vanishes from
    // under the one who works is not.
    const bool rewritten = task_.head && !graph.reaches(*task_.head);
    TRY(send(lost_frame(rewritten ? graph.lost() : 0)));
    git::IdSet frontier = graph.kept();
    bool complete = true;
    for (const CommitGraph::Commit& commit : graph.fresh()) {
      if (done_ > 0 && is_used_up()) {
        complete = false;
        break;
      }
      TRY(one_commit(graph, commit));
      CommitGraph::advance(frontier, commit);
      ++done_;
    }
    TRY(flush());
    const std::vector<GitId> ids(frontier.begin(), frontier.end());
    TRY(git::send_raw(out_, kFrontierFrame, std::span(ids)));
    return out_.send(end_frame(complete));
  }

 private:
  // The parent need not wake for each commit.
  Result<> send(std::string_view frame) {
    constexpr std::size_t kRoom = host::ChildOutput::kMaxFrame - 8UL * 1024;
    pack(packed_, frame);
    return packed_.size() < kRoom ? Result<>() : flush();
  }
  Result<> flush() {
    TRY(out_.send(packed_));
    packed_.assign(1, kPackedFrame);
    return {};
  }

  // Old history costs a look at each commit, new history at what it changed.
  [[nodiscard]] bool is_used_up() const {
    return told_ >= kMaxCommitsOfRun || authors_.size() >= kMaxAuthors ||
           task_.clock.now().steady - started_ > task_.run_time;
  }

  Result<> one_commit(const CommitGraph& graph, const CommitGraph::Commit& commit) {
    const auto object = database_.read(commit.id.bytes, CommitGraph::kMaxCommitBytes);
    const auto parsed = object ? parse::parse_git_commit(object->bytes())
                               : Result<parse::GitCommit>(std::unexpected(object.error()));
    if (!parsed) return {};  // it was read a moment ago
    facts_ = {};
    facts_.author = email_of(parsed->author.email);
    if (task_.baseline && authors_.insert(facts_.author).second) {
      TRY(send(author_frame(facts_.author)));
    }
    if (task_.baseline && parsed->committer.seconds < task_.recent) return {};
    facts_.id = commit.id;
    facts_.authored = parsed->author.seconds;
    facts_.committed = parsed->committer.seconds;
    facts_.committer = email_of(parsed->committer.email);
    facts_.merge = parsed->parents.size() > 1;
    files_.clear();
    // Of a commit whose parents a shallow clone lacks nobody knows what it changed.
    if (parsed->parents.size() == commit.parents.size()) TRY(compare(graph, commit));
    return tell();
  }

  Result<> compare(const CommitGraph& graph, const CommitGraph::Commit& commit) {
    std::vector<GitId> before;
    for (const GitId& parent : commit.parents) {
      if (const auto tree = graph.tree_of(parent)) before.push_back(*tree);
      facts_.newest_parent = std::max(facts_.newest_parent, committed(parent));
    }
    added_.clear();
    deleted_.clear();
    const git::ChangeSink sink{.change = [this](const TreeChange& change) { return take(change); },
                               .unreadable =
                                   [this](std::string_view path, git::TreeProblem) {
                                     note(FileClass::unread, path.empty() ? "." : path);
                                     return Result<>();
                                   }};
    TRY(changes_.visit(commit.tree, before, sink));
    // A file that only moved is not gone.
    facts_.deleted = static_cast<std::uint64_t>(
        std::ranges::count_if(deleted_, [&](const GitId& id) { return !added_.contains(id); }));
    return {};
  }

  // Commits follow their parents: the last one's time is usually still known.
  std::int64_t committed(const GitId& commit) {
    if (const auto known = times_.find(commit); known != times_.end()) return known->second;
    const auto object = database_.read(commit.bytes, CommitGraph::kMaxCommitBytes);
    if (!object) return 0;
    const auto parsed = parse::parse_git_commit(object->bytes());
    return parsed ? parsed->committer.seconds : 0;
  }

  Result<> take(const TreeChange& change) {
    const bool is_file = change.file.kind == GitEntryKind::blob;
    if (change.file.kind == GitEntryKind::submodule) {
      note(FileClass::submodule, change.path);
    } else if (const auto file_class = parse::file_class_of(change.path)) {
      note(*file_class, change.path);
    }
    if (change.kind == TreeChange::Kind::deleted) {
      if (is_file) deleted_.push_back(change.file.id);
      return {};
    }
    if (!is_file) return {};
    if (change.kind == TreeChange::Kind::added) added_.insert(change.file.id);
    if (is_new_program(change)) ++facts_.executables;
    return {};
  }

  [[nodiscard]] bool is_new_program(const TreeChange& change) const {
    if (change.was_executable) return false;
    if (change.file.executable) return true;
    if (change.kind != TreeChange::Kind::added) return false;
    const auto object = database_.read(change.file.id.bytes, kMaxScriptBytes);
    return object && parse::begins_as_program(object->bytes());
  }

  void note(FileClass file_class, std::string_view path) {
    ++facts_.changes.at(static_cast<std::size_t>(file_class));
    if (file_class == FileClass::memory || files_.size() >= kMaxFilesOfCommit) return;
    files_.push_back({0, file_class, std::string(path)});
  }

  Result<> tell() {
    if (times_.size() > kMaxTimes) times_.clear();
    times_[facts_.id] = facts_.committed;
    ++told_;
    TRY(send(commit_frame(facts_)));
    for (const ChangedFile& file : files_) {
      if (told_files_ >= kMaxFiles) break;
      ++told_files_;
      TRY(send(file_frame(file.file_class, file.path)));
    }
    return {};
  }

  static constexpr std::size_t kMaxTimes = 10'000;

  const AuditTask& task_;
  const host::GitDatabase& database_;
  host::ChildOutput& out_;
  git::TreeChanges changes_;
  SteadyTime started_;
  std::string packed_{kPackedFrame};
  std::size_t done_ = 0;
  std::size_t told_ = 0;
  std::size_t told_files_ = 0;
  CommitFacts facts_;
  std::vector<ChangedFile> files_;
  std::unordered_set<std::string> authors_;
  std::unordered_map<GitId, std::int64_t, parse::GitIdHash> times_;
  git::IdSet added_;
  std::vector<GitId> deleted_;
};

}  // namespace

Result<> audit_commits(const AuditTask& task, host::ChildOutput& out) {
  TRY_ASSIGN(const host::GitDatabase database, host::GitDatabase::open("."));
  TRY_ASSIGN(const CommitGraph graph,
             CommitGraph::load(database, task.refs.heads, task.frontier, task.refs.shallow));
  return Auditor(task, database, out).run(graph);
}

}  // namespace clawvigil::workspace
