// From a stream of bytes to transcript lines, in constant memory whatever the length of a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "collectors/parse/transcript.h"

namespace clawvigil::parse {

// Copies one JSON line without the contents of its long strings (message texts, tool results,
// images), which accounting does not need: what remains of a line of any length is small.
class StringElider {
 public:
  static constexpr std::size_t kMaxString = 2048;          // longer strings are cut here
  static constexpr std::size_t kMaxOutput = 256UL * 1024;  // a line with more left is refused

  void feed(std::string_view bytes);
  [[nodiscard]] bool overflowed() const { return out_.size() > kMaxOutput; }
  // The line so far; valid until reset(). Followed by TranscriptParser::kPadding readable bytes.
  [[nodiscard]] std::string_view line();
  void reset();

 private:
  std::string out_;
  std::size_t string_length_ = 0;
  int escape_left_ = 0;  // characters of the current escape sequence still to come
  bool in_string_ = false;
  bool skipping_ = false;
  bool after_backslash_ = false;
};

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
