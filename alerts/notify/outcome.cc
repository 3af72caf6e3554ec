#include "alerts/notify/outcome.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::notify {

namespace {

using Kind = Outcome::Kind;

// "Sun, 06 Nov 1994 08:49:37 GMT": of the forms a date of HTTP may have the one that is written.
std::optional<SystemTime> http_date(std::string_view text) {
  constexpr std::string_view kShape = "xxx, 00 xxx 0000 00:00:00 GMT";
  const bool fits = std::ranges::equal(text, kShape, [](char c, char expected) {
    return expected == '0' ? is_digit(c) : expected == 'x' || c == expected;
  });
  return fits ? parse_mail_date(text) : std::nullopt;
}

Kind kind_of(int status) {
  if (status >= 200 && status < 300) return Kind::delivered;
  switch (status) {
    case 408:
    case 425:
    case 429:
      return Kind::retry;
    case 401:
    case 403:
    case 404:
    case 405:
    case 407:
    case 410:
      return Kind::misconfigured;
    default:
      break;
  }
  if (status >= 300 && status < 400) return Kind::misconfigured;
  if (status >= 400 && status < 500) return Kind::refused;
  return Kind::retry;  // 5xx, and what is no final status of HTTP
}

std::string reason_of(const host::TransferReply& reply) {
  std::string status = reply.origin + " answered HTTP " + std::to_string(reply.status);
  switch (reply.status) {
    case 401:
    case 403:
      return status + ": it does not accept the token or password";
    case 404:
    case 410:
      return status + ": the address, or a token in it, is wrong";
    case 413:
      return status + ": the message is too long for it";
    case 429:
      return status + ": too many messages";
    default:
      break;
  }
  if (reply.status >= 300 && reply.status < 400) {
    return status + ": it redirects" +
           (reply.redirect.empty() ? std::string() : " to " + reply.redirect) +
           ", which is not followed; set the final address";
  }
  return status;
}

}  // namespace

std::optional<Duration> parse_retry_after(std::string_view value, SystemTime now) {
  const std::string_view text = trim(value);
  std::uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (!text.empty() && end == text.data() + text.size()) {
    constexpr auto kMost = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(kMaxRetryAfter).count());
    if (error == std::errc::result_out_of_range) return kMaxRetryAfter;
    if (error != std::errc()) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMost));
  }
  const std::optional<SystemTime> date = http_date(text);
  if (!date) return std::nullopt;
  if (*date <= now) return Duration(0);
  return std::min<Duration>(*date - now, kMaxRetryAfter);
}

Outcome judge_http(const host::TransferReply& reply, SystemTime now) {
  Outcome outcome;
  if (reply.status == 0) {
    const bool broken = reply.error && (reply.error->code == Errc::unsafe ||
                                        reply.error->code == Errc::unsupported);
    outcome.kind = broken ? Kind::misconfigured : Kind::retry;
    outcome.reason = reply.error ? reply.error->message : "no answer";
    return outcome;
  }
  outcome.kind = kind_of(reply.status);
  if (outcome.kind == Kind::delivered) {
    // The status came; that the rest of the answer did not arrive would only repeat the message.
    return outcome;
  }
  outcome.reason = reason_of(reply);
  outcome.retry_after = parse_retry_after(reply.retry_after, now);
  return outcome;
}

Outcome judge_mail(const host::TransferReply& reply) {
  if (!reply.error) return {};
  Outcome outcome{.kind = Kind::retry, .reason = reply.error->message};
  const bool permanent = reply.status >= 500 && reply.status < 600;
  if (permanent || (reply.status >= 400 && reply.status < 500)) {
    outcome.reason += " (SMTP " + std::to_string(reply.status) + ")";
  }
  if (permanent) outcome.kind = Kind::refused;
  // Of a mailbox or a password, not of this message: the owner can repair it.
  constexpr std::array kRepairable{530, 534, 535, 538, 550, 551, 553};
  if (std::ranges::find(kRepairable, reply.status) != kRepairable.end()) {
    outcome.kind = Kind::misconfigured;
  }
  const Errc code = reply.error->code;
  if (code == Errc::unsafe || code == Errc::denied || code == Errc::unsupported) {
    outcome.kind = Kind::misconfigured;
  }
  return outcome;
}

}  // namespace clawvigil::notify
