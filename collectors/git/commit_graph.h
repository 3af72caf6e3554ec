// Which commits of a history are new. Only for child processes: it reads the object database.
//
// What is done is described by its frontier: the commits that are done and have no child that is.
// Everything a frontier commit descends from is done too, because commits are taken ancestors
// first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "exporter/host/git_database.h"

namespace clawvigil::git {

using IdSet = std::unordered_set<parse::GitId, parse::GitIdHash>;

class CommitGraph {
 public:
  static constexpr std::size_t kMaxCommits = 200'000;
  static constexpr std::size_t kMaxTagDepth = 10;
  static constexpr std::size_t kMaxCommitBytes = 16UL * 1024 * 1024;

  struct Commit {
    parse::GitId id;
    parse::GitId tree;
    std::vector<parse::GitId> parents;  // also those that are missing
  };

  // `done`: an earlier frontier. Of a linear history only the new commits are read; when a branch
  // is new, gone or rewritten, all are. too_large beyond kMaxCommits.
  [[nodiscard]] static Result<CommitGraph> load(const host::GitDatabase& database,
                                                std::span<const parse::GitId> heads,
                                                std::span<const parse::GitId> done,
                                                std::span<const parse::GitId> shallow);

  // Reached by heads and not done; ancestors first.
  [[nodiscard]] const std::vector<Commit>& fresh() const { return fresh_; }
  // What of the earlier frontier is still reached, as a frontier.
  [[nodiscard]] const IdSet& kept() const { return kept_; }
  // Commits that were done and that no head reaches any more exist.
  [[nodiscard]] bool rewritten() const { return rewritten_; }
  // How many those are, as far as they can still be read.
  [[nodiscard]] std::size_t lost() const { return lost_; }
  // True unless heads no longer reach this commit, which was done or is fresh.
  [[nodiscard]] bool reaches(const parse::GitId& commit) const {
    return !rewritten_ || reached_.contains(commit);
  }
  // The tree of a commit, read if need be; nullopt if it cannot be.
  [[nodiscard]] std::optional<parse::GitId> tree_of(const parse::GitId& commit) const;
  // Heads that are no commits and no tags of commits: trees and blobs.
  [[nodiscard]] const std::vector<parse::GitId>& other_heads() const { return other_heads_; }
  // Commits (or tags) that are missing or damaged, those a shallow clone lacks left out.
  [[nodiscard]] const std::vector<parse::GitId>& unreadable() const { return unreadable_; }

  // Adds a commit whose parents are all done.
  static void advance(IdSet& frontier, const Commit& commit);

 private:
  explicit CommitGraph(const host::GitDatabase& database) : database_(&database) {}
  [[nodiscard]] Result<> resolve_head(const parse::GitId& head);
  // Reads `from` and all its ancestors except those in `stop`, which go to `stopped_at_`.
  [[nodiscard]] Result<> read_from(std::span<const parse::GitId> from, const IdSet& stop);
  [[nodiscard]] Result<> read_one(const parse::GitId& id, std::vector<parse::GitId>& pending);
  [[nodiscard]] IdSet reach(std::span<const parse::GitId> from) const;
  void compare(std::span<const parse::GitId> done);
  void order(const IdSet& without);

  const host::GitDatabase* database_;
  std::unordered_map<parse::GitId, Commit, parse::GitIdHash> commits_;
  std::vector<parse::GitId> heads_;  // of commits
  std::vector<parse::GitId> other_heads_;
  std::vector<parse::GitId> unreadable_;
  IdSet failed_;
  IdSet shallow_;
  IdSet stopped_at_;
  bool met_a_root_ = false;
  IdSet reached_;
  IdSet kept_;
  std::vector<Commit> fresh_;
  bool rewritten_ = false;
  std::size_t lost_ = 0;
};

}  // namespace clawvigil::git
