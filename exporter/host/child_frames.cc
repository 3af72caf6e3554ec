#include "exporter/host/child_frames.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "exporter/base/strings.h"
#include "exporter/host/write_all.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kHeader = sizeof(std::uint32_t) + 1;
constexpr std::size_t kMaxMessage = 300;

}  // namespace

Result<> write_frame(int pipe, FrameKind kind, std::string_view content) {
  std::string frame(kHeader, '\0');
  const auto size = static_cast<std::uint32_t>(content.size());
  std::memcpy(frame.data(), &size, sizeof size);
  frame[sizeof size] = static_cast<char>(kind);
  frame += content;
  return write_all(pipe, frame, "pipe to the parent");
}

std::string encode_error(const Error& error) {
  const auto* const code = std::ranges::find(kAllErrc, error.code);
  std::string content(1, static_cast<char>(code - std::begin(kAllErrc)));
  return content += std::string_view(error.message).substr(0, kMaxMessage);
}

Error decode_error(std::string_view content) {
  if (content.empty()) return {Errc::parse, "the child process failed without a reason"};
  const auto code = static_cast<std::size_t>(static_cast<unsigned char>(content.front()));
  if (code >= std::size(kAllErrc)) return {Errc::parse, "the child process sent no known error"};
  return {kAllErrc[code], sanitize(content.substr(1), kMaxMessage)};
}

Result<> FrameReader::feed(std::string_view bytes,
                           const std::function<Result<>(std::string_view)>& take) {
  total_ += bytes.size();
  if (total_ > max_total_) return fail(Errc::too_large, "the child process sends without end");
  pending_ += bytes;
  std::string_view rest = pending_;
  while (rest.size() >= kHeader) {
    std::uint32_t size = 0;
    std::memcpy(&size, rest.data(), sizeof size);
    if (size > max_frame_) return fail(Errc::parse, "the child process sends no frames");
    if (rest.size() < kHeader + size) break;
    const auto kind = static_cast<FrameKind>(rest[sizeof size]);
    TRY(frame(kind, rest.substr(kHeader, size), take));
    rest.remove_prefix(kHeader + size);
  }
  pending_.erase(0, pending_.size() - rest.size());
  return {};
}

Result<> FrameReader::frame(FrameKind kind, std::string_view content,
                            const std::function<Result<>(std::string_view)>& take) {
  if (done_) return fail(Errc::parse, "the child process goes on after its end");
  switch (kind) {
    case FrameKind::data:
      return take(content);
    case FrameKind::error:
      return std::unexpected(decode_error(content));
    case FrameKind::done:
      done_ = true;
      return {};
  }
  return fail(Errc::parse, "the child process sends frames of an unknown kind");
}

}  // namespace clawvigil::host
