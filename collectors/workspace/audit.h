// What the new commits of a repository did, told without judging who made them. Gone through in a
// confined child process (exporter/host/child_process.h), frame by frame:
//
//   lost      <commits that are gone from the history that was checked out>
//   author    <e-mail>                     of old history, each once
//   commit    <id> <authored> <committed> <newest parent> <deleted> <executables> <merge: 0 or 1>
//             <number of each file class> <author's e-mail> <committer's e-mail>
//   file      <file class> <path>          of the commit before it
//   frontier  <20 bytes>…                  commits that are done and have no child that is
//   end       <complete: 0 or 1>
//   packed    <length, two bytes, high first> <one of those above> …    many small ones in one
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/git/refs.h"
#include "collectors/parse/workspace_files.h"
#include "exporter/base/clock.h"
#include "exporter/host/child_process.h"

namespace clawvigil::workspace {

inline constexpr std::size_t kMaxFrontier = 20'000;
inline constexpr std::size_t kMaxShownPath = 256;
inline constexpr std::size_t kMaxAuthors = 2'000;     // of old history
inline constexpr std::size_t kMaxFilesOfCommit = 10;  // whose paths are told; all are counted
inline constexpr std::size_t kMaxFiles = 500;         // the same, of one run
inline constexpr std::size_t kMaxCommitsOfRun = 25'000;
inline constexpr std::size_t kMaxEmailBytes = 254;  // longer ones are cut

struct CommitFacts {
  parse::GitId id;
  std::int64_t authored = 0;       // as the author claims, seconds since the epoch
  std::int64_t committed = 0;      // as the committer claims
  std::int64_t newest_parent = 0;  // the latest of its parents' committed; 0: it has none
  std::uint64_t deleted = 0;       // files, moved ones left out
  std::uint64_t executables = 0;   // files that became programs: by mode, or by their first bytes
  bool merge = false;
  std::array<std::uint64_t, parse::kFileClasses> changes{};  // files, by class
  std::string author;                                        // e-mail, lower case; may be empty
  std::string committer;
};

struct ChangedFile {
  std::size_t commit = 0;  // its place in AuditResult::commits
  parse::FileClass file_class = parse::FileClass::instructions;
  std::string path;  // made printable
};

// Everything one run of the child said.
struct AuditResult {
  std::uint64_t lost = 0;
  std::vector<std::string> authors;
  std::vector<CommitFacts> commits;  // ancestors first
  std::vector<ChangedFile> files;
  std::vector<parse::GitId> frontier;
  bool complete = false;
  bool ended = false;
};

// What the parent knows; the child has it by being its copy.
struct AuditTask {
  const git::Refs& refs;
  const std::vector<parse::GitId>& frontier;  // of the run before
  std::optional<parse::GitId> head;           // what was checked out then
  // The history was there before it was watched: only its authors are told, and commits since then
  // (seconds since the epoch).
  bool baseline = false;
  std::int64_t recent = 0;
  Duration run_time = std::chrono::seconds(8);  // after which no new commit is begun
  const Clock& clock;
};

// Runs in the child, in a repository's objects/. Errors: of the object database as a whole,
// too_large for a history of too many commits.
[[nodiscard]] Result<> audit_commits(const AuditTask& task, host::ChildOutput& out);

[[nodiscard]] std::string lost_frame(std::uint64_t commits);
[[nodiscard]] std::string author_frame(std::string_view email);
[[nodiscard]] std::string commit_frame(const CommitFacts& commit);
[[nodiscard]] std::string file_frame(parse::FileClass file_class, std::string_view path);
[[nodiscard]] std::string end_frame(bool complete);
inline constexpr char kFrontierFrame = 'H';

// Adds `frame`, of at most 65,535 bytes, to a packed one, which begins as kPackedFrame.
void pack(std::string& packed, std::string_view frame);
inline constexpr char kPackedFrame = 'P';

// Adds one frame to `result`. parse: no frame of these; too_large: beyond the bounds above.
[[nodiscard]] Result<> decode_frame(std::string_view frame, AuditResult& result);

}  // namespace clawvigil::workspace
