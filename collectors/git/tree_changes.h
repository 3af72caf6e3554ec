// What a commit changes: files its tree has otherwise than every parent's tree, and files that all
// parents have and it has not. Only for child processes: it reads the object database.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/git/tree.h"

namespace clawvigil::git {

struct TreeChange {
  enum class Kind : std::uint8_t { added, modified, deleted };
  Kind kind = Kind::added;
  std::string_view path;            // raw bytes; lives as long as the call
  const parse::GitTreeEntry& file;  // not a tree; as it was, of a deleted one
  bool was_executable = false;      // in a parent
};

// An error ends the walk and is handed on.
struct ChangeSink {
  std::function<Result<>(const TreeChange&)> change;
  // A directory that could not be followed, or that lies beyond kMaxEntries: what changes in it is
  // not told.
  std::function<Result<>(std::string_view path, TreeProblem)> unreadable;
};

// Keeps the trees it read last: those of a commit are those of its child's parent.
class TreeChanges {
 public:
  // Entries compared of one commit: a tree can be made that has more paths than one can ever walk.
  static constexpr std::size_t kMaxEntries = 200'000;

  explicit TreeChanges(const host::GitDatabase& database) : database_(&database) {}

  // Without parents everything is added.
  [[nodiscard]] Result<> visit(const parse::GitId& tree, const std::vector<parse::GitId>& parents,
                               const ChangeSink& sink);

 private:
  struct Level;
  [[nodiscard]] Result<> compare(const std::vector<parse::GitId>& after,
                                 const std::vector<parse::GitId>& before, bool in_all_parents,
                                 std::size_t depth);
  [[nodiscard]] Result<> compare_present(Level& level, std::size_t depth);
  [[nodiscard]] Result<> compare_absent(Level& level, std::size_t depth);
  [[nodiscard]] Result<> descend(std::string_view name, const std::vector<parse::GitId>& after,
                                 const std::vector<parse::GitId>& before, bool in_all_parents,
                                 std::size_t depth);
  [[nodiscard]] Result<> tell(TreeChange::Kind kind, const parse::GitTreeEntry& file,
                              bool was_executable);

  static constexpr std::size_t kMaxKeptBytes = 8UL * 1024 * 1024;
  [[nodiscard]] Result<std::shared_ptr<const Tree>> read(const parse::GitId& id);

  const host::GitDatabase* database_;
  std::unordered_map<parse::GitId, std::shared_ptr<const Tree>, parse::GitIdHash> kept_;
  std::size_t kept_bytes_ = 0;
  const ChangeSink* sink_ = nullptr;
  std::string path_;
  std::size_t entries_ = 0;
};

}  // namespace clawvigil::git
