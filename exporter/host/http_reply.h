// The beginning of an HTTP reply (RFC 9112), as far as a client needs it that closes afterwards:
//
//   HTTP/1.1 200 OK
//   Content-Length: 11
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxReplyHead = 16UL * 1024;

struct ReplyHead {
  int status = 0;
  std::size_t size = 0;                  // bytes before the body
  std::optional<std::size_t> body_size;  // unset: the body ends with the connection
};

// `received`: everything up to now. nullopt while the empty line has not come. too_large: more than
// kMaxReplyHead without one; io: not HTTP, a length that cannot be, or a transfer coding (which no
// server sends to a client of HTTP/1.0).
[[nodiscard]] Result<std::optional<ReplyHead>> parse_reply_head(std::string_view received);

}  // namespace clawvigil::host
