// What an answer means for the message that was sent. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/host/transfer.h"

namespace clawvigil::notify {

struct Outcome {
  enum class Kind {
    delivered,
    retry,          // later, nothing was wrong with the message
    misconfigured,  // refused until the owner repairs the receiver; slowly tried again
    refused,        // this message will never be taken
  };
  Kind kind = Kind::delivered;
  std::string reason;                     // for the owner; no secret; "" when delivered
  std::optional<Duration> retry_after{};  // not sooner, as the service asks; at most kMaxRetryAfter
};

inline constexpr Duration kMaxRetryAfter = std::chrono::hours(1);

// The value of Retry-After: seconds, or a date of HTTP (RFC 9110, 5.6.7: the preferred form).
// nullopt when it is neither; at least 0, at most kMaxRetryAfter.
[[nodiscard]] std::optional<Duration> parse_retry_after(std::string_view value, SystemTime now);

// 2xx delivered; 408, 425, 429, 5xx and no answer at all: retry; 3xx, 401, 403, 404, 405, 407, 410:
// misconfigured; any other answer: refused. A mail: what curl says of it, 4yz retry, 5yz refused.
[[nodiscard]] Outcome judge_http(const host::TransferReply& reply, SystemTime now);
[[nodiscard]] Outcome judge_mail(const host::TransferReply& reply);

}  // namespace clawvigil::notify
