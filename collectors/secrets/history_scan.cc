#include "collectors/secrets/history_scan.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "collectors/git/commit_graph.h"
#include "collectors/git/frames.h"
#include "collectors/git/new_blobs.h"
#include "collectors/secrets/history_frames.h"
#include "exporter/host/git_database.h"

namespace clawvigil::secrets {

namespace {

using git::CommitGraph;
using git::TreeProblem;
using parse::GitId;

// Not an error: the next run goes on.
const Error kBudgetUsed{Errc::busy, "the budget of this run is used up"};

UnreadReason reason_of(TreeProblem problem) {
  switch (problem) {
    case TreeProblem::too_deep:
      return UnreadReason::too_deep;
    case TreeProblem::too_large:
      return UnreadReason::too_large;
    case TreeProblem::missing:
    case TreeProblem::damaged:
      return UnreadReason::damaged;
  }
  return UnreadReason::damaged;
}

class Scanner {
 public:
  Scanner(const ScanTask& task, const host::GitDatabase& database, bool restarted,
          host::ChildOutput& out)
      : task_(task),
        restarted_(restarted),
        database_(database),
        out_(out),
        blobs_(database),
        started_(task.clock.now().steady) {}

  Result<> run(const CommitGraph& graph) {
    git::IdSet frontier = graph.kept();
    for (const GitId& id : graph.unreadable()) {
      if (!may_be_absent()) TRY(unread(UnreadReason::damaged, id, id, {}));
    }
    std::uint64_t done = 0;
    bool complete = true;
    for (const CommitGraph::Commit& commit : graph.fresh()) {
      const Result<> scanned = one_commit(graph, commit);
      if (!scanned && scanned.error().code != Errc::busy) return scanned;
      complete = scanned.has_value();
      if (!complete) break;
      CommitGraph::advance(frontier, commit);
      progressed_ = true;
      ++done;
    }
    if (complete) TRY(scan_other_heads(graph, complete));
    return finish(frontier, complete, done);
  }

 private:
  // In a clone that is shallow or partial what is missing is no damage.
  [[nodiscard]] bool may_be_absent() const {
    return task_.refs.partial || !task_.refs.shallow.empty();
  }

  git::BlobSink sink_of(const GitId& commit) {
    return {.blob = [this, commit](std::string_view path,
                                   const GitId& id) { return blob(commit, path, id); },
            .unreadable =
                [this, commit](std::string_view path, const GitId& id, TreeProblem problem) {
                  if (problem == TreeProblem::missing && may_be_absent()) return Result<>();
                  return unread(reason_of(problem), commit, id, path);
                }};
  }

  Result<> one_commit(const CommitGraph& graph, const CommitGraph::Commit& commit) {
    if (budget_is_used()) return std::unexpected(kBudgetUsed);
    const auto object = database_.read(commit.id.bytes, CommitGraph::kMaxCommitBytes);
    const auto parsed = object ? parse::parse_git_commit(object->bytes())
                               : Result<parse::GitCommit>(std::unexpected(object.error()));
    if (!parsed) return unread(UnreadReason::damaged, commit.id, commit.id, {});
    read_bytes_ += parsed->message.size();
    TRY(report(commit.id, kMessagePath, task_.matcher.match(parsed->message)));
    std::vector<GitId> before;
    for (const GitId& parent : commit.parents) {
      if (const auto tree = graph.tree_of(parent)) before.push_back(*tree);
    }
    return blobs_.visit(commit.tree, before, sink_of(commit.id));
  }

  // A tag may name a tree or a blob; it stands for the commit then.
  Result<> scan_other_heads(const CommitGraph& graph, bool& complete) {
    for (const GitId& id : graph.other_heads()) {
      const auto header = database_.header(id.bytes);
      const bool is_tree = header && header->type == host::GitObjectType::tree;
      const Result<> scanned =
          is_tree ? blobs_.visit(id, {}, sink_of(id)) : blob(id, "(tagged file)", id);
      if (!scanned && scanned.error().code != Errc::busy) return scanned;
      complete = complete && scanned.has_value();
    }
    return {};
  }

  Result<> blob(const GitId& commit, std::string_view path, const GitId& id) {
    if (!task_.matcher.wants(path)) return {};
    const std::uint64_t place = place_key(id, path);
    if (!restarted_ && task_.told.contains(place)) return {};
    if (const auto known = found_.find(id); known != found_.end()) {
      told_places_.push_back(place);
      return report(commit, path, known->second);
    }
    const std::uint64_t key = object_key(id);
    if (task_.clean.contains(key) || new_clean_.contains(key)) return {};
    if (budget_is_used()) return std::unexpected(kBudgetUsed);
    const auto object = database_.read(id.bytes, task_.budget.blob_bytes);
    if (!object) {
      if (object.error().code == Errc::not_found && may_be_absent()) return {};
      const bool large = object.error().code == Errc::too_large;
      return unread(large ? UnreadReason::too_large : UnreadReason::damaged, commit, id, path);
    }
    read_bytes_ += object->bytes().size();
    const std::vector<HistoryMatch> matches = task_.matcher.match(object->bytes());
    progressed_ = true;
    if (matches.empty()) return clean(key);
    found_.emplace(id, matches);
    told_places_.push_back(place);
    return report(commit, path, matches);
  }

  // Never before something new was done: each run gets further.
  [[nodiscard]] bool budget_is_used() const {
    return progressed_ && (read_bytes_ >= task_.budget.run_bytes ||
                           task_.clock.now().steady - started_ > task_.budget.run_time);
  }

  Result<> report(const GitId& commit, std::string_view path,
                  const std::vector<HistoryMatch>& matches) {
    for (const HistoryMatch& match : matches) {
      const std::string identity =
          std::string(path) + '\0' + match.rule + '\0' + std::to_string(match.fingerprint);
      if (!told_.insert(identity).second) continue;
      if (!has_room()) continue;
      TRY(out_.send(finding_frame(
          {match.rule, to_hex(commit), std::string(path), match.line, match.fingerprint})));
    }
    return {};
  }

  Result<> unread(UnreadReason reason, const GitId& commit, const GitId& id,
                  std::string_view path) {
    const std::uint64_t key = object_key(id);
    if (!told_.insert(std::string(path) + '\0' + std::to_string(key)).second) return {};
    if (!has_room()) return {};
    return out_.send(unread_frame({reason, key, to_hex(commit), std::string(path)}));
  }

  bool has_room() {
    if (told_.size() <= GitHistory::kMaxFindings) return true;
    ++dropped_;
    return false;
  }

  Result<> clean(std::uint64_t key) {
    constexpr std::size_t kMostPending = 4096;
    new_clean_.insert(key);
    pending_clean_.push_back(key);
    return pending_clean_.size() < kMostPending ? Result<>() : flush();
  }
  Result<> flush() {
    TRY(git::send_raw<std::uint64_t>(out_, kCleanFrame, pending_clean_));
    pending_clean_.clear();
    return {};
  }

  Result<> finish(const git::IdSet& frontier, bool complete, std::uint64_t commits) {
    TRY(flush());
    // So that the next run need not read these again.
    if (!complete) TRY(git::send_raw<std::uint64_t>(out_, kToldFrame, told_places_));
    const std::vector<GitId> ids(frontier.begin(), frontier.end());
    TRY(git::send_raw<GitId>(out_, kFrontierFrame, ids));
    return out_.send(end_frame(complete, commits, dropped_));
  }

  const ScanTask& task_;
  bool restarted_;
  const host::GitDatabase& database_;
  host::ChildOutput& out_;
  git::NewBlobs blobs_;
  SteadyTime started_;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t dropped_ = 0;  // findings and unread objects beyond what is told
  bool progressed_ = false;
  std::unordered_set<std::string> told_;
  std::unordered_map<GitId, std::vector<HistoryMatch>, parse::GitIdHash> found_;
  std::unordered_set<std::uint64_t> new_clean_;
  std::vector<std::uint64_t> pending_clean_;
  std::vector<std::uint64_t> told_places_;
};

// Whether a commit that brought a finding is gone from the history.
bool lost_a_finding(const ScanTask& task, const CommitGraph& graph) {
  return std::ranges::any_of(task.finding_commits,
                             [&](const GitId& commit) { return !graph.reaches(commit); });
}

}  // namespace

std::uint64_t object_key(const GitId& id) {
  std::uint64_t key = 0;
  std::memcpy(&key, id.bytes.data(), sizeof key);
  return key;
}

std::uint64_t place_key(const GitId& id, std::string_view path) {
  return XXH3_64bits_withSeed(path.data(), path.size(), object_key(id));
}

Result<> scan_history(const ScanTask& task, host::ChildOutput& out) {
  TRY_ASSIGN(const host::GitDatabase database, host::GitDatabase::open("."));
  TRY_ASSIGN(CommitGraph graph,
             CommitGraph::load(database, task.refs.heads, task.frontier, task.refs.shallow));
  const bool restarted = lost_a_finding(task, graph);
  if (restarted) {
    TRY(out.send(restart_frame()));
    TRY_ASSIGN(graph, CommitGraph::load(database, task.refs.heads, {}, task.refs.shallow));
  }
  return Scanner(task, database, restarted, out).run(graph);
}

}  // namespace clawvigil::secrets
