// What goes through the pipe between a child process and its parent (child_process.h):
//
//   <4 bytes: length n, native order> <1 byte: kind> <n bytes>
//
// 'd' a frame of data, 'e' an error: one byte Errc and its message, 'z' the child is done.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

enum class FrameKind : char { data = 'd', error = 'e', done = 'z' };

// Writes one frame to `pipe`, however often write(2) has to be called.
[[nodiscard]] Result<> write_frame(int pipe, FrameKind kind, std::string_view content);
[[nodiscard]] std::string encode_error(const Error& error);
// Of hostile bytes: always an error of some kind, its message sanitised.
[[nodiscard]] Error decode_error(std::string_view content);

// Takes the bytes of a pipe in any pieces and gives out frames of data. Hostile input: bounded by
// `max_frame` for one frame and `max_total` for all (Errc::too_large); what is no frame is parse.
class FrameReader {
 public:
  FrameReader(std::size_t max_frame, std::size_t max_total)
      : max_frame_(max_frame), max_total_(max_total) {}

  [[nodiscard]] Result<> feed(std::string_view bytes,
                              const std::function<Result<>(std::string_view)>& take);
  // True after 'z'; nothing may follow.
  [[nodiscard]] bool done() const { return done_; }

 private:
  [[nodiscard]] Result<> frame(FrameKind kind, std::string_view content,
                               const std::function<Result<>(std::string_view)>& take);

  std::size_t max_frame_;
  std::size_t max_total_;
  std::size_t total_ = 0;
  std::string pending_;
  bool done_ = false;
};

}  // namespace clawvigil::host
