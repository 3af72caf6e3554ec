// Any chunking of a stream gives the same lines, and leaving out the contents of long strings does
// not change what an entry counts.
//
// Input: a byte that chooses the size of the chunks, a byte that from 250 on says where a string
// longer than the buffer is inserted (seldom, for it is slow), the stream.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "collectors/parse/transcript.h"
#include "collectors/parse/transcript_stream.h"

namespace {

using clawvigil::parse::LineSplitter;
using clawvigil::parse::StringElider;
using clawvigil::parse::TranscriptParser;
using clawvigil::parse::UsageRecord;

struct Line {
  std::string text;
  bool too_long = false;
  bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(std::string_view stream, std::size_t chunk) {
  static LineSplitter splitter;
  splitter.restart(0);
  std::vector<Line> lines;
  const auto keep = [&](std::string_view line, bool too_long) {
    lines.push_back({std::string(line), too_long});
  };
  const std::size_t complete = stream.rfind('\n') + 1;  // 0 if there is none
  while (!stream.empty()) {
    const auto space = splitter.space();
    const std::size_t count = std::min({chunk, space.size(), stream.size()});
    if (count == 0) std::abort();
    std::memcpy(space.data(), stream.data(), count);
    splitter.advance(count, keep);
    stream.remove_prefix(count);
  }
  if (splitter.consumed() != complete) std::abort();
  return lines;
}

bool has_long_string(const UsageRecord& record) {
  return std::max(record.provider.size(), record.model.size()) >= StringElider::kMaxString;
}

// Elided text of a line, followed by padding; empty when it has too much left.
std::string elided(std::string_view line) {
  static StringElider elider;
  elider.reset();
  elider.feed(line);
  return elider.overflowed() ? std::string() : std::string(elider.line());
}

void check_same_record(std::string_view line) {
  static TranscriptParser of_line;
  static TranscriptParser of_elided;
  std::string padded(line);
  padded.append(TranscriptParser::kPadding, ' ');
  const auto entry = of_line.parse(std::string_view(padded).substr(0, line.size()));
  const auto* const record = entry ? std::get_if<UsageRecord>(&*entry) : nullptr;
  if (record == nullptr || has_long_string(*record)) return;
  std::string rest = elided(line);
  if (rest.empty()) return;
  const std::size_t size = rest.size();
  rest.append(TranscriptParser::kPadding, ' ');
  const auto again = of_elided.parse(std::string_view(rest).substr(0, size));
  const auto* const same = again ? std::get_if<UsageRecord>(&*again) : nullptr;
  if (same == nullptr) std::abort();
  if (same->tokens.input != record->tokens.input || same->tokens.output != record->tokens.output ||
      same->cost_usd != record->cost_usd || same->model != record->model) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t chunk = std::size_t{data[0]} + 1;
  constexpr std::uint8_t kInsert = 250;
  const bool insert = data[1] >= kInsert;
  std::string stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (insert) {
    const std::size_t position = stream.size() * (data[1] - kInsert) / (UINT8_MAX - kInsert);
    stream.insert(position, LineSplitter::kBufferSize + chunk, 'x');
  }
  constexpr std::size_t kLargeChunk = 4096;  // for the long stream, or it would take seconds
  const auto whole = lines_of(stream, LineSplitter::kBufferSize);
  if (lines_of(stream, insert ? chunk * kLargeChunk : chunk) != whole) std::abort();
  for (const Line& line : whole) check_same_record(line.text);
  return 0;
}
