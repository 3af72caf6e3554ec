// What the child that scans a history tells its parent, frame by frame (host/child_process.h).
//
//   restart                                everything is gone through again
//   finding  <rule> <line> <fingerprint> <commit> <path>
//   unread   <reason> <fingerprint> <commit> <path>
//   clean    <8 bytes>…                     blobs without a finding
//   told     <8 bytes>…                     places of blobs whose findings are told
//   frontier <20 bytes>…                    commits that are done and have no child that is
//   end      <complete: 0 or 1> <commits gone through> <findings not told>
//
// The child has read what an agent wrote and may have been taken over by it: the decoder takes
// nothing for granted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "collectors/secrets/git_history.h"

namespace clawvigil::secrets {

struct UnreadObject {
  UnreadReason reason = UnreadReason::damaged;
  std::uint64_t fingerprint = 0;  // of the object
  std::string commit;
  std::string path;
};

// Everything one run of the child said.
struct ScanResult {
  bool restarted = false;
  std::vector<HistoryFinding> findings;
  std::vector<UnreadObject> unread;
  std::vector<std::uint64_t> clean;
  std::vector<std::uint64_t> told;
  std::vector<parse::GitId> frontier;
  std::uint64_t commits = 0;
  std::uint64_t dropped = 0;
  bool complete = false;
  bool ended = false;
};

inline constexpr std::size_t kMaxShownPath = 512;
inline constexpr std::size_t kMaxClean = 1'000'000;
inline constexpr std::size_t kMaxFrontier = 20'000;

// Those of values as they are, see git::send_raw().
inline constexpr char kCleanFrame = 'C';     // keys of objects
inline constexpr char kToldFrame = 'T';      // keys of places
inline constexpr char kFrontierFrame = 'H';  // commits

[[nodiscard]] std::string restart_frame();
[[nodiscard]] std::string finding_frame(const HistoryFinding& finding);
[[nodiscard]] std::string unread_frame(const UnreadObject& object);
[[nodiscard]] std::string end_frame(bool complete, std::uint64_t commits, std::uint64_t dropped);

// Adds one frame to `result`. Paths are made printable. parse: no frame of these; too_large: more
// than 2 * GitHistory::kMaxFindings findings or unread objects, kMaxClean, or kMaxFrontier.
[[nodiscard]] Result<> decode_frame(std::string_view frame, ScanResult& result);

}  // namespace clawvigil::secrets
