// From a stream of bytes to transcript lines, in constant memory whatever the length of a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collectors/parse/string_elider.h"
#include "collectors/parse/transcript.h"

namespace clawvigil::parse {

// Splits appended bytes into lines. Lines up to kBufferSize are handed out where they lie; longer
// ones go through a StringElider first. Uses at most kBufferSize + kMaxOutput bytes.
class LineSplitter {
 public:
  static constexpr std::size_t kBufferSize = 1024UL * 1024;

  // Called once per line (without its newline), which is followed by enough padding to parse.
  // too_long: even without its strings the line is beyond all reason; `line` is empty then.
  using OnLine = std::function<void(std::string_view line, bool too_long)>;

  // The buffer is not cleared: most transcripts fill little of it.
  LineSplitter()
      : buffer_(std::make_unique_for_overwrite<char[]>(kBufferSize + TranscriptParser::kPadding)) {}

  // Where the next bytes of the stream belong; never empty.
  [[nodiscard]] std::span<char> space();
  // Says that the first `count` bytes of space() have been filled; emits all complete lines.
  void advance(std::size_t count, const OnLine& on_line);
  // Bytes taken in that belong to complete lines: where to resume in the stream.
  [[nodiscard]] std::uint64_t consumed() const { return consumed_; }
  // Forgets everything; the stream starts anew at `position`.
  void restart(std::uint64_t position);

 private:
  std::unique_ptr<char[]> buffer_;
  std::size_t filled_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t received_ = 0;
  bool eliding_ = false;
  StringElider elider_;
};

}  // namespace clawvigil::parse
