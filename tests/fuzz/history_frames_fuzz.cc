// What a child that an agent has taken over could send: frames, and what is in them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/secrets/history_frames.h"
#include "exporter/base/strings.h"
#include "exporter/host/child_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (size == 0) return 0;
  constexpr std::size_t kMaxFrame = 4096;
  constexpr std::size_t kMaxTotal = 65536;
  const std::size_t piece = data[0] + 1UL;
  secrets::ScanResult result;
  host::FrameReader reader(kMaxFrame, kMaxTotal);
  for (std::size_t at = 1; at < size; at += piece) {
    const auto fed = reader.feed(input.substr(at, piece), [&](std::string_view frame) {
      return secrets::decode_frame(frame, result);
    });
    if (!fed) break;
  }
  for (const secrets::HistoryFinding& one : result.findings) {
    if (one.path.size() > secrets::kMaxShownPath || !is_valid_utf8(one.path)) std::abort();
    if (one.commit.size() != 40 || one.rule.empty()) std::abort();
  }
  static_cast<void>(secrets::decode_frame(input, result));
  return 0;
}
