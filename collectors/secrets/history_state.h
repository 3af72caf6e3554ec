// What is known about the histories of repositories, in the state database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "collectors/secrets/git_history.h"
#include "collectors/secrets/history_frames.h"
#include "exporter/store/store.h"

namespace clawvigil::secrets {

// One repository. Findings and unread objects belong to a generation; when everything is gone
// through again a new one begins, and what is left of the older ones goes when that is complete.
class HistoryState {
 public:
  static constexpr std::size_t kMaxKept = 100'000;  // blobs remembered of one repository

  // What is known of `key`: nothing at first, and only findings of the past when the matcher is
  // another one.
  [[nodiscard]] static Result<HistoryState> load(store::Store& store, std::string_view key,
                                                 const std::string& matcher_version);

  // Drops all that is known of `key`, or of all others.
  [[nodiscard]] static Result<> forget(store::Store& store, std::string_view key);
  [[nodiscard]] static Result<> forget_others(store::Store& store,
                                              const std::vector<std::string>& keys);
  // findings() of a repository that may be unknown.
  [[nodiscard]] static Result<std::vector<HistoryFinding>> known_findings(store::Store& store,
                                                                          std::string_view key);

  [[nodiscard]] bool is_complete_for(std::uint64_t refs_fingerprint) const {
    return complete_ && refs_ == refs_fingerprint;
  }
  [[nodiscard]] const std::vector<parse::GitId>& frontier() const { return frontier_; }
  [[nodiscard]] std::uint64_t commits() const { return commits_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  [[nodiscard]] bool complete() const { return complete_; }

  // Findings of this generation and of earlier ones that still stand.
  [[nodiscard]] Result<std::vector<HistoryFinding>> findings(store::Store& store) const;
  [[nodiscard]] Result<std::map<UnreadReason, std::uint64_t>> unread(store::Store& store) const;
  // Commits with findings or unread objects of this generation.
  [[nodiscard]] Result<std::vector<parse::GitId>> told_commits(store::Store& store) const;
  // As in ScanTask.
  [[nodiscard]] Result<std::unordered_set<std::uint64_t>> clean(store::Store& store) const;
  [[nodiscard]] Result<std::unordered_set<std::uint64_t>> told(store::Store& store) const;

  // Takes over what a run found, in one transaction.
  [[nodiscard]] Result<> apply(store::Store& store, const ScanResult& result,
                               std::uint64_t refs_fingerprint);
  // There is no history (any more): nothing was ever committed.
  [[nodiscard]] Result<> clear(store::Store& store, std::uint64_t refs_fingerprint);

 private:
  [[nodiscard]] static Result<std::optional<HistoryState>> read(store::Store& store,
                                                                std::string_view key);
  [[nodiscard]] Result<> begin_anew(store::Store& store, const std::string& matcher_version);
  [[nodiscard]] Result<> write(store::Store& store, const ScanResult& result) const;
  [[nodiscard]] Result<> write_told(store::Store& store, const ScanResult& result) const;
  [[nodiscard]] Result<> write_known(store::Store& store, const std::vector<std::uint64_t>& keys,
                                     std::int64_t generation) const;
  [[nodiscard]] Result<std::unordered_set<std::uint64_t>> known_keys(store::Store& store,
                                                                     std::int64_t generation) const;
  [[nodiscard]] Result<> write_row(store::Store& store) const;

  std::int64_t id_ = 0;
  std::string matcher_;
  std::uint64_t refs_ = 0;
  std::vector<parse::GitId> frontier_;
  std::int64_t generation_ = 1;
  std::uint64_t commits_ = 0;
  std::uint64_t dropped_ = 0;
  bool complete_ = false;
};

}  // namespace clawvigil::secrets
