#include "alerts/notify/outcome.h"

#include <gtest/gtest.h>

#include <set>

#include "alerts/notify/channel.h"
#include "tests/support/notify_fixture.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using Kind = Outcome::Kind;
using test::kNoon;

host::TransferReply with_status(int status) {
  host::TransferReply reply;
  reply.status = status;
  reply.origin = "https://host";
  return reply;
}

TEST(Outcome, EveryStatusOfHttp) {
  const std::set<int> later{408, 425, 429};
  const std::set<int> repairable{401, 403, 404, 405, 407, 410};
  for (int status = 100; status < 600; ++status) {
    Kind expected = Kind::retry;  // 1xx is no answer, 5xx passes
    if (status >= 200 && status < 300) expected = Kind::delivered;
    if (status >= 300 && status < 400) expected = Kind::misconfigured;
    if (status >= 400 && status < 500) expected = Kind::refused;
    if (later.contains(status)) expected = Kind::retry;
    if (repairable.contains(status)) expected = Kind::misconfigured;
    const Outcome outcome = judge_http(with_status(status), kNoon);
    EXPECT_EQ(outcome.kind, expected) << status;
    EXPECT_EQ(outcome.reason.empty(), expected == Kind::delivered) << status;
  }
}

TEST(Outcome, NoAnswerIsTriedAgainABadCertificateIsTheOwners) {
  host::TransferReply reply;
  EXPECT_EQ(judge_http(reply, kNoon).kind, Kind::retry);
  reply.error = Error{Errc::timeout, "https://host: Timeout was reached"};
  EXPECT_EQ(judge_http(reply, kNoon).kind, Kind::retry);
  EXPECT_EQ(judge_http(reply, kNoon).reason, "https://host: Timeout was reached");
  reply.error = Error{Errc::unsafe, "https://host: certificate has expired"};
  EXPECT_EQ(judge_http(reply, kNoon).kind, Kind::misconfigured);
}

TEST(Outcome, RetryAfter) {
  const struct {
    const char* text;
    std::optional<Duration> expected;
  } cases[] = {
      {"0", 0s},
      {"17", 17s},
      {" 17 ", 17s},
      {"3600", 1h},
      {"99999", 1h},
      {"99999999999999999999999999", 1h},
      {"Sun, 22 Nov 2026 12:00:30 GMT", 30s},
      {"Sun, 22 Nov 2026 11:00:00 GMT", 0s},
      {"Tue, 22 Nov 2050 12:00:00 GMT", 1h},
      {"Sun, 31 Feb 2026 12:00:00 GMT", std::nullopt},
      {"Sun, 22 Nov 9999 12:00:00 GMT", std::nullopt},
      {"Sun, 22 Nov 2026 12:00:30 UTC", std::nullopt},
      {"Sunday, 22-Nov-26 12:00:30 GMT", std::nullopt},
      {"Sun,  2 Nov 2026 12:00:30 GMT", std::nullopt},
      {"Sun, 22 Nov 2026 12:00:30 UTC", std::nullopt},
      {"-5", std::nullopt},
      {"1.5", std::nullopt},
      {"soon", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(parse_retry_after(each.text, kNoon), each.expected) << each.text;
  }
}

TEST(Outcome, Mail) {
  host::TransferReply reply;
  reply.status = 250;
  EXPECT_EQ(judge_mail(reply).kind, Kind::delivered);
  reply.error = Error{Errc::io, "smtp://host:25: Failed sending data to the peer"};
  const struct {
    int status;
    Kind kind;
  } cases[] = {{0, Kind::retry},           {250, Kind::retry},        {421, Kind::retry},
               {452, Kind::retry},         {552, Kind::refused},      {554, Kind::refused},
               {550, Kind::misconfigured}, {535, Kind::misconfigured}};
  for (const auto& each : cases) {
    reply.status = each.status;
    EXPECT_EQ(judge_mail(reply).kind, each.kind) << each.status;
  }
  reply.status = 250;
  reply.error = Error{Errc::unsafe, "smtp://host:25: no TLS"};
  EXPECT_EQ(judge_mail(reply).kind, Kind::misconfigured);
}

TEST(Backoff, DoublesUpToHalfAnHourAndDependsOnTheKey) {
  for (std::uint32_t failures = 1; failures < 40; ++failures) {
    const Duration plain = std::min<Duration>(5s * (1LL << std::min(failures - 1, 20U)), 30min);
    const Duration rest = backoff(failures, "key");
    EXPECT_GE(rest, plain * 8 / 10) << failures;
    EXPECT_LE(rest, plain * 12 / 10) << failures;
    EXPECT_EQ(rest, backoff(failures, "key"));
  }
  EXPECT_NE(backoff(3, "a"), backoff(3, "b"));
}

}  // namespace
}  // namespace clawvigil::notify
