// Transcripts in files: the .jsonl layout up to OpenClaw 2026.7, what resets, deletions, compaction
// and migration leave of it, and the compressed archives of later versions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/usage/reader.h"

namespace clawvigil::usage {

enum class FileForm {
  none,   // not a transcript, or a copy OpenClaw keeps beside one
  plain,  // JSON lines, may grow
  zstd,   // compressed JSON lines
  cold,   // compressed, entries wrapped (parse/cold_archive.h)
};

// What the file of this name in a sessions directory is:
//   <id>.jsonl  <id>.jsonl.{reset,deleted,bak}.<time>[.<hex>][.zst]  <key>.<id>.jsonl.imported-<ms>
// but not *.trajectory.jsonl, *.checkpoint.<uuid>.jsonl, *.acp-stream.jsonl (copies, other
// streams).
[[nodiscard]] FileForm classify_transcript_name(std::string_view name);

// A transcript file that has changed since it was last read.
struct PendingFile {
  std::string_view directory;  // relative to the agent's; static
  std::string name;
  FileForm form = FileForm::none;
  SystemTime modified;
};

// As cursors keep it.
[[nodiscard]] std::int64_t modified_ns(const host::FileStat& stat);

// Reads what is new in the pending file and books it; commits as it goes. An error of the file
// itself (refused, vanished) leaves its cursor where it was.
[[nodiscard]] Result<> read_file(AgentContext& agent, const PendingFile& pending,
                                 std::vector<std::int64_t>& alive);

}  // namespace clawvigil::usage
