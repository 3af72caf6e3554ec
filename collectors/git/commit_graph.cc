#include "collectors/git/commit_graph.h"

#include <algorithm>

namespace clawvigil::git {

using host::GitObjectType;
using parse::GitId;

Result<CommitGraph> CommitGraph::load(const host::GitDatabase& database,
                                      std::span<const GitId> heads, std::span<const GitId> done,
                                      std::span<const GitId> shallow) {
  CommitGraph graph(database);
  graph.shallow_.insert(shallow.begin(), shallow.end());
  for (const GitId& head : heads) TRY(graph.resolve_head(head));
  const IdSet stop(done.begin(), done.end());
  TRY(graph.read_from(graph.heads_, stop));
  // Each path ended at a commit that is done, and each of those was met: nothing else is new.
  const bool all_told = graph.stopped_at_.size() == stop.size() && !graph.met_a_root_;
  if (all_told || done.empty()) {
    graph.kept_ = stop;
    graph.order({});
    return graph;
  }
  const std::vector<GitId> rest(graph.stopped_at_.begin(), graph.stopped_at_.end());
  TRY(graph.read_from(rest, {}));
  TRY(graph.read_from(done, {}));
  graph.compare(done);
  return graph;
}

// Follows tags. What cannot be read is told by read_one().
Result<> CommitGraph::resolve_head(const GitId& head) {
  GitId id = head;
  for (std::size_t depth = 0; depth < kMaxTagDepth; ++depth) {
    const auto header = database_->header(id.bytes);
    if (!header) break;
    if (header->type == GitObjectType::commit) break;
    if (header->type != GitObjectType::tag) {
      other_heads_.push_back(id);
      return {};
    }
    const auto tag = database_->read(id.bytes, kMaxCommitBytes);
    const auto target = tag ? parse::parse_git_tag(tag->bytes()) : fail(Errc::parse, "tag");
    if (!target) break;
    id = *target;
  }
  heads_.push_back(id);
  return {};
}

Result<> CommitGraph::read_from(std::span<const GitId> from, const IdSet& stop) {
  std::vector<GitId> pending(from.begin(), from.end());
  while (!pending.empty()) {
    const GitId id = pending.back();
    pending.pop_back();
    if (commits_.contains(id) || failed_.contains(id)) continue;
    if (stop.contains(id)) {
      stopped_at_.insert(id);
      continue;
    }
    TRY(read_one(id, pending));
  }
  return {};
}

Result<> CommitGraph::read_one(const GitId& id, std::vector<GitId>& pending) {
  const auto object = database_->read(id.bytes, kMaxCommitBytes);
  const auto parsed = object ? parse::parse_git_commit(object->bytes())
                             : Result<parse::GitCommit>(std::unexpected(object.error()));
  if (!parsed || object->type() != GitObjectType::commit) {
    failed_.insert(id);
    unreadable_.push_back(id);
    met_a_root_ = true;
    return {};
  }
  if (commits_.size() == kMaxCommits) {
    return fail(Errc::too_large,
                "a history of more than " + std::to_string(kMaxCommits) + " commits");
  }
  Commit commit{id, parsed->tree, parsed->parents};
  // git treats the commits of a shallow clone as roots, even where a parent happens to be there.
  if (shallow_.contains(id)) commit.parents.clear();
  if (commit.parents.empty()) met_a_root_ = true;
  pending.insert(pending.end(), commit.parents.begin(), commit.parents.end());
  commits_.emplace(id, std::move(commit));
  return {};
}

IdSet CommitGraph::reach(std::span<const GitId> from) const {
  IdSet reached;
  std::vector<GitId> pending(from.begin(), from.end());
  while (!pending.empty()) {
    const auto found = commits_.find(pending.back());
    pending.pop_back();
    if (found == commits_.end() || !reached.insert(found->first).second) continue;
    pending.insert(pending.end(), found->second.parents.begin(), found->second.parents.end());
  }
  return reached;
}

void CommitGraph::compare(std::span<const GitId> done) {
  reached_ = reach(heads_);
  IdSet was_done = reach(done);
  rewritten_ = std::ranges::any_of(done, [&](const GitId& id) { return !reached_.contains(id); });
  lost_ = static_cast<std::size_t>(
      std::ranges::count_if(was_done, [&](const GitId& id) { return !reached_.contains(id); }) +
      std::ranges::count_if(done, [&](const GitId& id) { return !commits_.contains(id); }));
  std::erase_if(was_done, [&](const GitId& id) { return !reached_.contains(id); });
  kept_ = was_done;
  for (const GitId& id : was_done) {
    for (const GitId& parent : commits_.at(id).parents) kept_.erase(parent);
  }
  // What no head reaches any more is not a hole in the history either.
  IdSet wanted(heads_.begin(), heads_.end());
  for (const GitId& id : reached_) {
    const std::vector<GitId>& parents = commits_.at(id).parents;
    wanted.insert(parents.begin(), parents.end());
  }
  std::erase_if(unreadable_, [&](const GitId& id) { return !wanted.contains(id); });
  order(was_done);
}

// Depth first without recursion: a commit follows when its parents have.
void CommitGraph::order(const IdSet& without) {
  IdSet begun;
  std::vector<std::pair<GitId, std::size_t>> path;
  const auto begin = [&](const GitId& id) {
    if (commits_.contains(id) && !without.contains(id) && begun.insert(id).second) {
      path.emplace_back(id, 0);
    }
  };
  for (const GitId& head : heads_) {
    begin(head);
    while (!path.empty()) {
      auto& [id, next] = path.back();
      const Commit& commit = commits_.at(id);
      if (next < commit.parents.size()) {
        begin(commit.parents[next++]);
        continue;
      }
      fresh_.push_back(commit);
      path.pop_back();
    }
  }
}

std::optional<GitId> CommitGraph::tree_of(const GitId& commit) const {
  if (const auto known = commits_.find(commit); known != commits_.end()) return known->second.tree;
  const auto object = database_->read(commit.bytes, kMaxCommitBytes);
  if (!object) return std::nullopt;
  const auto parsed = parse::parse_git_commit(object->bytes());
  return parsed ? std::optional(parsed->tree) : std::nullopt;
}

void CommitGraph::advance(IdSet& frontier, const Commit& commit) {
  for (const GitId& parent : commit.parents) frontier.erase(parent);
  frontier.insert(commit.id);
}

}  // namespace clawvigil::git
