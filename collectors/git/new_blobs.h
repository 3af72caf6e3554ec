// The files that a commit brings: what its tree holds and none of its parents' trees has in the
// same place. Only for child processes: it reads the object database.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/git/commit_graph.h"
#include "collectors/git/tree.h"
#include "collectors/parse/git_objects.h"
#include "exporter/host/git_database.h"

namespace clawvigil::git {

// What is done with what is found; an error ends the walk and is handed on.
struct BlobSink {
  std::function<Result<>(std::string_view path, const parse::GitId& id)> blob;
  std::function<Result<>(std::string_view path, const parse::GitId& id, TreeProblem)> unreadable;
};

// Remembers the trees it has seen, so that no tree is entered twice, whatever places it has: a
// history costs as much as it has different trees, also one made to branch without end.
class NewBlobs {
 public:
  explicit NewBlobs(const host::GitDatabase& database) : database_(&database) {}

  // Each new blob of `tree` once in its order; symlinks and submodules are left out. A blob that
  // came with an earlier tree may come again.
  [[nodiscard]] Result<> visit(const parse::GitId& tree, const std::vector<parse::GitId>& parents,
                               const BlobSink& sink);

 private:
  struct Change {
    std::string name;
    parse::GitId id;
    bool tree;
    std::vector<parse::GitId> before;  // trees of that name in the parents
  };
  [[nodiscard]] Result<> visit_tree(const parse::GitId& tree,
                                    const std::vector<parse::GitId>& parents, std::string& path,
                                    std::size_t depth, const BlobSink& sink);
  [[nodiscard]] Result<std::vector<Change>> changes(const parse::GitId& tree,
                                                    const std::vector<parse::GitId>& parents) const;

  const host::GitDatabase* database_;
  IdSet entered_;
};

}  // namespace clawvigil::git
