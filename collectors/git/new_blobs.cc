#include "collectors/git/new_blobs.h"

#include <algorithm>

namespace clawvigil::git {

using parse::GitEntryKind;
using parse::GitId;
using parse::GitTreeEntry;

Result<> NewBlobs::visit(const GitId& tree, const std::vector<GitId>& parents,
                         const BlobSink& sink) {
  std::string path;
  return visit_tree(tree, parents, path, 0, sink);
}

Result<std::vector<NewBlobs::Change>> NewBlobs::changes(const GitId& tree,
                                                        const std::vector<GitId>& parents) const {
  TRY_ASSIGN(const Tree after, read_tree(*database_, tree));
  std::vector<Tree> before;
  for (const GitId& parent : parents) {
    // Without the parent's tree everything counts as new.
    if (auto read = read_tree(*database_, parent)) before.push_back(std::move(*read));
  }
  std::vector<TreeCursor> cursors;
  cursors.reserve(before.size());
  for (const Tree& parent : before) cursors.emplace_back(parent.entries);
  std::vector<Change> found;
  for (const GitTreeEntry& entry : after.entries) {
    if (entry.kind == GitEntryKind::submodule || entry.kind == GitEntryKind::symlink) continue;
    Change change{std::string(entry.name), entry.id, entry.kind == GitEntryKind::tree, {}};
    bool known = false;
    for (TreeCursor& cursor : cursors) {
      const GitTreeEntry* const old = cursor.find(entry);
      if (old == nullptr) continue;
      known = known || (old->id == entry.id && old->kind == entry.kind);
      if (old->kind == GitEntryKind::tree) change.before.push_back(old->id);
    }
    if (!known) found.push_back(std::move(change));
  }
  return found;
}

Result<> NewBlobs::visit_tree(const GitId& tree, const std::vector<GitId>& parents,
                              std::string& path, std::size_t depth, const BlobSink& sink) {
  if (std::ranges::find(parents, tree) != parents.end()) return {};
  if (depth > kMaxTreeDepth) return sink.unreadable(path, tree, TreeProblem::too_deep);
  // What it holds was new when it was entered first, or had been before that.
  if (!entered_.insert(tree).second) return {};
  const auto found = changes(tree, parents);
  if (!found) return sink.unreadable(path, tree, problem_of(found.error()));
  const std::size_t length = path.size();
  for (const Change& change : *found) {
    if (length + 1 + change.name.size() > kMaxPathBytes) {
      TRY(sink.unreadable(path, change.id, TreeProblem::too_deep));
      continue;
    }
    if (length > 0) path += '/';
    path += change.name;
    TRY(change.tree ? visit_tree(change.id, change.before, path, depth + 1, sink)
                    : sink.blob(path, change.id));
    path.resize(length);
  }
  return {};
}

}  // namespace clawvigil::git
