#include "collectors/git/tree_changes.h"

#include <algorithm>
#include <span>

namespace clawvigil::git {

using parse::GitEntryKind;
using parse::GitId;
using parse::GitTreeEntry;

// The directories of one name: of the commit, at most one, and of its parents.
struct TreeChanges::Level {
  std::vector<std::shared_ptr<const Tree>> after;
  std::vector<std::shared_ptr<const Tree>> before;
  bool in_all_parents;  // each parent has this directory
};

namespace {

std::vector<TreeCursor> cursors_of(const std::vector<std::shared_ptr<const Tree>>& trees) {
  std::vector<TreeCursor> cursors;
  cursors.reserve(trees.size());
  for (const auto& tree : trees) cursors.emplace_back(tree->entries);
  return cursors;
}

bool is_same(const GitTreeEntry& left, const GitTreeEntry& right) {
  return left.id == right.id && left.kind == right.kind && left.executable == right.executable;
}

}  // namespace

Result<> TreeChanges::visit(const GitId& tree, const std::vector<GitId>& parents,
                            const ChangeSink& sink) {
  sink_ = &sink;
  path_.clear();
  entries_ = 0;
  if (std::ranges::find(parents, tree) != parents.end()) return {};
  return compare({tree}, parents, true, 0);
}

Result<std::shared_ptr<const Tree>> TreeChanges::read(const GitId& id) {
  if (const auto known = kept_.find(id); known != kept_.end()) return known->second;
  TRY_ASSIGN(Tree tree, read_tree(*database_, id));
  const std::size_t bytes =
      tree.object.bytes().size() + tree.entries.size() * sizeof(GitTreeEntry) + sizeof(Tree);
  auto shared = std::make_shared<const Tree>(std::move(tree));
  if (bytes > kMaxKeptBytes) return shared;
  if (kept_bytes_ + bytes > kMaxKeptBytes) {
    kept_.clear();
    kept_bytes_ = 0;
  }
  kept_bytes_ += bytes;
  kept_.emplace(id, shared);
  return shared;
}

Result<> TreeChanges::compare(const std::vector<GitId>& after, const std::vector<GitId>& before,
                              bool in_all_parents, std::size_t depth) {
  if (depth > kMaxTreeDepth) return sink_->unreadable(path_, TreeProblem::too_deep);
  Level level{{}, {}, in_all_parents};
  const auto read_all = [&](const std::vector<GitId>& ids,
                            std::vector<std::shared_ptr<const Tree>>& trees) -> Result<> {
    for (const GitId& id : ids) {
      TRY_ASSIGN(auto tree, read(id));
      entries_ += tree->entries.size() + 1;
      if (entries_ > kMaxEntries) return fail(Errc::too_large, "more than can be compared");
      trees.push_back(std::move(tree));
    }
    return {};
  };
  Result<> read = read_all(after, level.after);
  if (read) read = read_all(before, level.before);
  if (!read) return sink_->unreadable(path_, problem_of(read.error()));
  TRY(compare_present(level, depth));
  return compare_absent(level, depth);
}

Result<> TreeChanges::compare_present(Level& level, std::size_t depth) {
  if (level.after.empty()) return {};
  std::vector<TreeCursor> parents = cursors_of(level.before);
  for (const GitTreeEntry& entry : level.after.front()->entries) {
    std::vector<GitId> before;
    bool known = false;
    bool existed = false;
    bool was_executable = false;
    for (TreeCursor& parent : parents) {
      const GitTreeEntry* const old = parent.find(entry);
      if (old == nullptr) continue;
      existed = true;
      known = known || is_same(*old, entry);
      was_executable = was_executable || old->executable;
      if (old->kind == GitEntryKind::tree) before.push_back(old->id);
    }
    if (known) continue;
    if (entry.kind == GitEntryKind::tree) {
      const bool in_all = level.in_all_parents && before.size() == level.before.size();
      TRY(descend(entry.name, {entry.id}, before, in_all, depth));
    } else {
      TRY(tell(existed ? TreeChange::Kind::modified : TreeChange::Kind::added, entry,
               was_executable));
    }
  }
  return {};
}

// What is gone from all parents is gone from the first.
Result<> TreeChanges::compare_absent(Level& level, std::size_t depth) {
  if (level.before.empty() || !level.in_all_parents) return {};
  std::vector<TreeCursor> after = cursors_of(level.after);
  const std::vector<TreeCursor> all = cursors_of(level.before);
  std::vector<TreeCursor> others(all.begin() + 1, all.end());
  for (const GitTreeEntry& entry : level.before.front()->entries) {
    if (!after.empty() && after.front().find(entry) != nullptr) continue;
    std::vector<GitId> before{entry.id};
    bool in_all = true;
    for (TreeCursor& other : others) {
      const GitTreeEntry* const old = other.find(entry);
      in_all = in_all && old != nullptr;
      if (old != nullptr && old->kind == GitEntryKind::tree) before.push_back(old->id);
    }
    if (!in_all) continue;
    TRY(entry.kind == GitEntryKind::tree
            ? descend(entry.name, {}, before, true, depth)
            : tell(TreeChange::Kind::deleted, entry, entry.executable));
  }
  return {};
}

Result<> TreeChanges::descend(std::string_view name, const std::vector<GitId>& after,
                              const std::vector<GitId>& before, bool in_all_parents,
                              std::size_t depth) {
  const std::size_t length = path_.size();
  if (length + 1 + name.size() > kMaxPathBytes) {
    return sink_->unreadable(path_, TreeProblem::too_deep);
  }
  if (length > 0) path_ += '/';
  path_ += name;
  const Result<> compared = compare(after, before, in_all_parents, depth + 1);
  path_.resize(length);
  return compared;
}

Result<> TreeChanges::tell(TreeChange::Kind kind, const GitTreeEntry& file, bool was_executable) {
  const std::size_t length = path_.size();
  if (length + 1 + file.name.size() > kMaxPathBytes) {
    return sink_->unreadable(path_, TreeProblem::too_deep);
  }
  if (length > 0) path_ += '/';
  path_ += file.name;
  const Result<> told = sink_->change({kind, path_, file, was_executable});
  path_.resize(length);
  return told;
}

}  // namespace clawvigil::git
