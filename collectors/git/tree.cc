#include "collectors/git/tree.h"

#include <algorithm>

namespace clawvigil::git {

namespace {

using parse::GitEntryKind;
using parse::GitTreeEntry;

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

}  // namespace

Result<Tree> read_tree(const host::GitDatabase& database, const parse::GitId& id) {
  Tree tree;
  TRY_ASSIGN(tree.object, database.read(id.bytes, kMaxTreeBytes));
  if (tree.object.type() != host::GitObjectType::tree) return fail(Errc::parse, "not a tree");
  TRY_ASSIGN(tree.entries, parse::parse_git_tree(tree.object.bytes()));
  return tree;
}

TreeProblem problem_of(const Error& error) {
  if (error.code == Errc::too_large) return TreeProblem::too_large;
  return error.code == Errc::not_found ? TreeProblem::missing : TreeProblem::damaged;
}

const GitTreeEntry* TreeCursor::find(const GitTreeEntry& wanted) {
  while (at_ < entries_->size() && compare_names((*entries_)[at_], wanted) < 0) ++at_;
  if (at_ == entries_->size() || compare_names((*entries_)[at_], wanted) != 0) return nullptr;
  return &(*entries_)[at_];
}

}  // namespace clawvigil::git
