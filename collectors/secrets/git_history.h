// Secrets that are still in the git history of a workspace, though no file holds them any more.
//
// Each commit is compared with its parents, and every blob that is new in it goes through the
// matcher once. That happens in a confined child process (exporter/host/child_process.h): neither
// libgit2 nor the content of a blob ever gets into the daemon. Only rule, commit, path and line
// come back.
//
// A run reads at most HistoryBudget and the next one goes on where it ended; what is scanned is
// kept in the state database. When no branch or tag has moved since, a run costs the reading of the
// refs and nothing else. When history is rewritten, findings in commits that no ref reaches any
// more disappear. History is what HEAD, branches, tags and other refs reach: reflogs and dangling
// objects are not looked at, nor are submodules.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/collector.h"

namespace clawvigil::secrets {

struct HistoryMatch {
  std::string rule;        // a name of the matcher's closed list, at most 64 of [a-z0-9_]
  std::uint64_t line = 0;  // from 1
  // A keyed hash of the value (store/keyed_hash.h): a file that is edited fifty times has its
  // secret in fifty blobs, and is told once for each path, rule and fingerprint.
  std::uint64_t fingerprint = 0;
};

// Runs in the child: it may allocate and compute, but must not log, lock what another thread may
// hold, or touch a Store. It may throw std::bad_alloc.
struct HistoryMatcher {
  // Whether a file of that name is worth reading.
  std::function<bool(std::string_view path)> wants;
  // `content` is hostile and may be binary: a blob, or the message of a commit.
  std::function<std::vector<HistoryMatch>(std::string_view content)> match;
};

struct HistoryFinding {
  std::string rule;
  std::string commit;  // 40 hexadecimal digits: the first that brought it
  std::string path;    // within the repository, made printable; kMessagePath for a commit's message
  std::uint64_t line = 0;
  std::uint64_t fingerprint = 0;
};
inline constexpr std::string_view kMessagePath = "(commit message)";

// Why a part of the history could not be looked at.
enum class UnreadReason {
  too_large,  // a blob of more than HistoryBudget::blob_bytes
  too_deep,   // directories nested beyond what is followed, or paths too long
  damaged,    // missing, corrupt, or more than the child's memory
};
constexpr UnreadReason kAllUnreadReasons[] = {UnreadReason::too_large, UnreadReason::too_deep,
                                              UnreadReason::damaged};
std::string_view to_string(UnreadReason reason);

struct HistoryReport {
  std::vector<HistoryFinding> findings;          // sorted by path, line, rule, commit
  std::map<UnreadReason, std::uint64_t> unread;  // objects; every reason is there
  std::uint64_t commits = 0;                     // scanned so far
  bool complete = false;                         // everything that the refs reach is scanned
  bool absent_parts = false;  // a shallow or partial clone: what is not on this host is not scanned
  // Why this run came no further: io (the child crashed), timeout, unsupported (SHA-256, reftable,
  // alternates, `.git` that is a file, no libgit2, no Landlock), unsafe, parse, too_large (refs,
  // commits, or findings, of which the first kMaxFindings are told). `findings` are then what is
  // known. After a failure of the child the next attempts wait, up to six hours; the problem stays
  // meanwhile.
  std::optional<Error> problem;
};

struct HistoryBudget {
  std::size_t blob_bytes = 16UL * 1024 * 1024;     // of one blob
  std::uint64_t run_bytes = 64UL * 1024 * 1024;    // blobs read in one run; at least one is
  Duration run_time = std::chrono::seconds(8);     // after which no new blob is begun
  Duration hard_limit = std::chrono::seconds(30);  // after which the child is killed
};

// A directory that may hold `.git`. Whose files these are does not matter: nothing of them is shown
// but paths, and objects outside of `.git` are out of reach.
struct HistoryRepository {
  std::string key;  // names it in the state database: "claw/workspace"; stable
  const host::Dir& directory;
};

// One thread. Holds what it must remember between runs; make one per collector and keep it.
class GitHistory {
 public:
  static constexpr std::size_t kMaxFindings = 1'000;  // of one repository

  // `matcher_version` changes with the matcher's rules: everything is then scanned again.
  explicit GitHistory(std::string matcher_version, HistoryBudget budget = {});
  GitHistory(GitHistory&&) noexcept;
  GitHistory& operator=(GitHistory&&) noexcept;
  ~GitHistory();

  // not_found: there is no `.git`, which is no problem; what was known is forgotten. Other errors
  // are those of the state database; everything else is HistoryReport::problem.
  [[nodiscard]] Result<HistoryReport> scan(const Context& context,
                                           const HistoryRepository& repository,
                                           const HistoryMatcher& matcher);
  // What earlier runs found, without reading anything of the repository: for the command line.
  [[nodiscard]] static Result<std::vector<HistoryFinding>> known_findings(
      store::Store& store, std::string_view repository_key);
  // Drops the state of every repository not among `keys` (the directory no longer exists).
  [[nodiscard]] static Result<> forget_others(store::Store& store,
                                              const std::vector<std::string>& keys);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clawvigil::secrets
