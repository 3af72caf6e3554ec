#include "collectors/git/new_blobs.h"

#include <algorithm>
#include <optional>

namespace clawvigil::git {

namespace {

using host::GitObject;
using host::GitObjectType;
using parse::GitEntryKind;
using parse::GitId;
using parse::GitTreeEntry;

// A tree and the object its names point into.
struct Tree {
  GitObject object;
  std::vector<GitTreeEntry> entries;
};

Result<Tree> read_tree(const host::GitDatabase& database, const GitId& id) {
  Tree tree;
  TRY_ASSIGN(tree.object, database.read(id.bytes, NewBlobs::kMaxTreeBytes));
  if (tree.object.type() != GitObjectType::tree) return fail(Errc::parse, "not a tree");
  TRY_ASSIGN(tree.entries, parse::parse_git_tree(tree.object.bytes()));
  return tree;
}

// git sorts a directory as if its name ended in '/'.
int compare_names(const GitTreeEntry& left, const GitTreeEntry& right) {
  const auto at = [](const GitTreeEntry& entry, std::size_t i) -> int {
    if (i < entry.name.size()) return static_cast<unsigned char>(entry.name[i]);
    return entry.kind == GitEntryKind::tree ? '/' : 0;
  };
  const std::size_t shorter = std::min(left.name.size(), right.name.size());
  const int common = left.name.substr(0, shorter).compare(right.name.substr(0, shorter));
  return common != 0 ? common : at(left, shorter) - at(right, shorter);
}

// Finds the entries of one tree in order. In a tree that is not sorted entries may be missed: then
// more is new than really is.
class Cursor {
 public:
  explicit Cursor(const std::vector<GitTreeEntry>& entries) : entries_(&entries) {}
  const GitTreeEntry* find(const GitTreeEntry& wanted) {
    while (at_ < entries_->size() && compare_names((*entries_)[at_], wanted) < 0) ++at_;
    if (at_ == entries_->size() || compare_names((*entries_)[at_], wanted) != 0) return nullptr;
    return &(*entries_)[at_];
  }

 private:
  const std::vector<GitTreeEntry>* entries_;
  std::size_t at_ = 0;
};

TreeProblem problem_of(const Error& error) {
  if (error.code == Errc::too_large) return TreeProblem::too_large;
  return error.code == Errc::not_found ? TreeProblem::missing : TreeProblem::damaged;
}

}  // namespace

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
  std::vector<Cursor> cursors;
  cursors.reserve(before.size());
  for (const Tree& parent : before) cursors.emplace_back(parent.entries);
  std::vector<Change> found;
  for (const GitTreeEntry& entry : after.entries) {
    if (entry.kind == GitEntryKind::submodule || entry.kind == GitEntryKind::symlink) continue;
    Change change{std::string(entry.name), entry.id, entry.kind == GitEntryKind::tree, {}};
    bool known = false;
    for (Cursor& cursor : cursors) {
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
  if (depth > kMaxDepth) return sink.unreadable(path, tree, TreeProblem::too_deep);
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
