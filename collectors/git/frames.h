// How a child that reads a repository tells its parent (host/child_process.h): frames of a letter
// and fields. The child has read what an agent wrote and may have been taken over by it: what takes
// fields apart takes nothing for granted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/git_objects.h"
#include "exporter/base/result.h"
#include "exporter/host/child_process.h"

namespace clawvigil::git {

[[nodiscard]] inline std::unexpected<Error> malformed_frame() {
  return fail(Errc::parse, "the reader of history: no frame");
}

// Fields end in NUL, the last one goes to the end of the frame: a path of git has no NUL.
[[nodiscard]] std::string frame_of(char kind, std::initializer_list<std::string_view> fields);
[[nodiscard]] std::string_view take_field(std::string_view& rest);
[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& rest);

// Values of one size, as they are in memory.
template <class Value>
std::string raw_frame(char kind, std::span<const Value> values) {
  std::string frame(1, kind);
  frame.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return frame;
}
// Adds them to `values`. too_large: there would be more than `limit`.
template <class Value>
Result<> take_raw(std::string_view bytes, std::size_t limit, std::vector<Value>& values) {
  if (bytes.size() % sizeof(Value) != 0) return malformed_frame();
  const std::size_t count = bytes.size() / sizeof(Value);
  if (values.size() + count > limit) {
    return fail(Errc::too_large, "the reader of history: too many objects");
  }
  const std::size_t before = values.size();
  values.resize(before + count);
  if (count > 0) std::memcpy(values.data() + before, bytes.data(), bytes.size());
  return {};
}

// Sends them in frames that are not too large.
template <class Value>
Result<> send_raw(host::ChildOutput& out, char kind, std::span<const Value> values) {
  constexpr std::size_t kInOneFrame = (host::ChildOutput::kMaxFrame - 1) / sizeof(Value);
  for (std::size_t at = 0; at < values.size(); at += kInOneFrame) {
    TRY(out.send(raw_frame(kind, values.subspan(at, std::min(kInOneFrame, values.size() - at)))));
  }
  return {};
}

}  // namespace clawvigil::git
