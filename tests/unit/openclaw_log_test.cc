#include "collectors/parse/openclaw_log.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace clawvigil::parse {
namespace {

using test::fixture;
using test::read_all;
using Tally = std::map<std::string, int>;

// "group telegram", "token", "lockout": what happened to how often.
struct Scan {
  LogScanner scanner;
  LogScanner::Counts counts;
  Tally tally;

  void note(const LogEvent& event) {
    using Kind = LogEvent::Kind;
    std::string key;
    switch (event.kind) {
      case Kind::rejected:
        key = std::string(event.channel) + " " + std::string(event.reason);
        if (!event.sender.empty()) key += " " + std::string(event.sender);
        break;
      case Kind::auth_failed:
        key = event.reason_known ? std::string(event.reason) : "?" + std::string(event.reason);
        break;
      case Kind::auth_locked_out:
        key = "lockout";
        break;
      case Kind::unauthorized:
        key = "unauthorized " + std::string(event.reason);
        break;
      case Kind::exec_denied:
        key = "exec " + std::string(event.reason);
        break;
      case Kind::tool_blocked:
        key = "tool";
        break;
      case Kind::log_full:
        key = "full";
        break;
    }
    ++tally[key];
  }
  void file(std::string_view lines) {
    counts = scanner.scan_file(lines, [this](const LogEvent& event) { note(event); });
  }
  void output(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto one = scanner.scan_output(line, [this](const LogEvent& event) { note(event); });
      counts.lines += one.lines;
      counts.not_understood += one.not_understood;
    }
  }
};

Scan scan_fixture(const std::string& name) {
  Scan scan;
  const std::string text = read_all(fixture("collectors/access/" + name));
  name.ends_with(".txt") ? scan.output(text) : scan.file(text);
  EXPECT_EQ(scan.counts.not_understood, 0U) << name;
  EXPECT_GT(scan.counts.lines, 10U) << name;
  return scan;
}

Tally tally_of(const std::string& line) {
  Scan scan;
  scan.file(line + "\n");
  EXPECT_EQ(scan.counts.lines, 1U);
  EXPECT_EQ(scan.counts.not_understood, 0U) << line;
  return scan.tally;
}

std::string verbose(const std::string& message) {
  return R"({"0":{"message":")" + message +
         R"("},"1":"verbose","_meta":{"name":"openclaw","date":"2026-11-22T08:02:12.100Z","logLevelId":2,"logLevelName":"DEBUG"},"time":"2026-11-22T08:02:12.100+00:00"})";
}

std::string plain(const std::string& text, const std::string& level) {
  return R"({"0":")" + text + R"(","_meta":{"name":"openclaw","logLevelName":")" + level +
         R"("},"time":"2026-11-22T08:02:12.100+00:00"})";
}

// Provoked one by one: tests/e2e/access.py says by what.
TEST(OpenClawLog, CountsWhatWasProvokedIn2026_3_13) {
  const Tally expected = {{"device", 2}, {"handshake", 3}, {"origin", 1}, {"pairing_required", 1},
                          {"policy", 1}, {"protocol", 1},  {"token", 17}};
  EXPECT_EQ(scan_fixture("2026.3.13/openclaw.log").tally, expected);
}

TEST(OpenClawLog, CountsWhatWasProvokedIn2026_9_6) {
  const Tally expected = {{"device", 2},
                          {"handshake", 3},
                          {"origin", 1},
                          {"policy", 1},
                          {"protocol", 1},
                          {"token", 3},
                          {"telegram group", 3},
                          {"telegram group_sender 333", 2},
                          {"telegram not_allowed 111", 1},
                          {"unknown command sha256:eaf89db71084", 1}};
  EXPECT_EQ(scan_fixture("2026.9.6/openclaw.log").tally, expected);
}

TEST(OpenClawLog, CountsWhatWasProvokedIn2026_4_26) {
  const Tally expected = {{"device", 2}, {"handshake", 3}, {"origin", 1}, {"pairing_required", 1},
                          {"policy", 1}, {"protocol", 1},  {"token", 17}, {"telegram group", 2}};
  EXPECT_EQ(scan_fixture("2026.4.26/openclaw.log").tally, expected);
}

// Two lines each, one of them from standard error.
TEST(OpenClawLog, ADeniedCommandIsCountedOnceIn2026_3_13) {
  EXPECT_EQ(scan_fixture("2026.3.13/denied.log").tally,
            (Tally{{"exec policy", 1}, {"handshake", 1}}));
}

TEST(OpenClawLog, LockoutsAndDeniedCommandsAreToldApart) {
  const Scan scan = scan_fixture("2026.9.6/refused.log");
  EXPECT_EQ(scan.tally.at("token"), 13);
  EXPECT_EQ(scan.tally.at("lockout"), 4);
  EXPECT_EQ(scan.tally.at("exec policy"), 1);
  EXPECT_EQ(scan.tally.at("exec unattended"), 1);
}

// Without a cause in the text of older versions, the announcement before tells it.
TEST(OpenClawLog, StandardOutputTellsOfTheSameRefusals) {
  const Tally old = {
      {"?handshake", 2}, {"?other", 23}, {"?protocol", 1}, {"unauthorized token", 17}};
  EXPECT_EQ(scan_fixture("2026.3.13/output.txt").tally, old);
  const Tally recent = {
      {"device", 2}, {"handshake", 2}, {"?handshake", 1}, {"?other", 3},
      {"origin", 1}, {"policy", 1},    {"protocol", 1},   {"unauthorized token", 3}};
  EXPECT_EQ(scan_fixture("2026.9.6/output.txt").tally, recent);
  const Scan refused = scan_fixture("2026.9.6/refused-output.txt");
  EXPECT_EQ(refused.tally.at("unauthorized token"), 13);
  EXPECT_EQ(refused.tally.at("unauthorized rate_limited"), 4);
  EXPECT_EQ(refused.tally.at("exec policy"), 1);
}

TEST(OpenClawLog, ReadsTheTimeOfAnEvent) {
  LogScanner scanner;
  std::optional<SystemTime> time;
  const auto keep = [&](const LogEvent& event) { time = event.time; };
  scanner.scan_file(verbose("Blocked unauthorized telegram sender 1 (dmPolicy=allowlist)") + "\n",
                    keep);
  const SystemTime expected = SystemTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) +
                              std::chrono::hours(8) + std::chrono::minutes(2) +
                              std::chrono::seconds(12);
  EXPECT_EQ(time, expected + std::chrono::milliseconds(100));
  time.reset();
  scanner.scan_output(
      "2026-11-22T10:02:12.300+02:00 [ws] closed before connect conn=1 remote=127.0.0.1 code=1008",
      keep);
  EXPECT_EQ(time, expected);
}

TEST(OpenClawLog, StandardOutputAsJsonIsRead) {
  Scan scan;
  scan.output(
      R"({"cause":"unauthorized","authReason":"token_mismatch","time":"2026-11-22T10:02:12.300+02:00","level":"warn","subsystem":"gateway/ws","message":"closed before connect conn=1 remote=127.0.0.1"})");
  EXPECT_EQ(scan.tally, (Tally{{"token", 1}}));
}

// --- what strangers write
// -------------------------------------------------------------------------

constexpr char kForged[] = "Blocked unauthorized telegram sender 1 (dmPolicy=allowlist)";

TEST(OpenClawLog, TextOfStrangersCountsForNothing) {
  const std::string forged = kForged;
  // What a command printed, what the agent said.
  EXPECT_TRUE(tally_of(plain(forged, "INFO")).empty());
  EXPECT_TRUE(tally_of(plain("[tools] exec failed: exec denied: x", "INFO")).empty());
  EXPECT_TRUE(tally_of(plain(R"({\"subsystem\":\"gateway/ws\"})", "WARN")).empty());
  // A preview inside of a verbose line.
  EXPECT_TRUE(tally_of(verbose("telegram inbound: preview=\\\"" + forged + "\\\"")).empty());
  EXPECT_TRUE(tally_of(verbose("\\n" + forged)).empty());
  // A logger that is no channel's.
  EXPECT_TRUE(
      tally_of(R"({"0":"{\"subsystem\":\"agent/embedded\"}","1":")" + forged + R"("})").empty());
  EXPECT_TRUE(tally_of(R"({"0":"{\"subsystem\":\"gateway/ws\"}","1":"unauthorized conn=1 )"
                       R"(closed before connect conn=2"})")
                  .empty());
  // A title in the fields of a channel's line.
  EXPECT_TRUE(tally_of(R"({"0":"{\"module\":\"telegram-auto-reply\"}","1":{"title":"x\",\"2\":\")" +
                       forged + R"("},"2":"something else"})")
                  .empty());
}

TEST(OpenClawLog, ALineOfTextInALineOfTextIsOneLine) {
  EXPECT_EQ(tally_of(verbose(std::string(kForged) + "\\n" + kForged)),
            (Tally{{"telegram not_allowed 1", 1}}));
}

TEST(OpenClawLog, WordsOfAClientDoNotChangeWhyItWasRefused) {
  const std::string line =
      R"({"0":"{\"subsystem\":\"gateway/ws\"}","1":{"cause":"unauthorized","userAgent":"x\",\"cause\":\"handshake-timeout","host":"cause=handshake-timeout","authReason":"token_mismatch"},"2":"closed before connect conn=1 ua=cause=handshake-timeout"})";
  EXPECT_EQ(tally_of(line), (Tally{{"token", 1}}));
  Scan scan;
  scan.output(
      "2026-11-22T10:02:12.300+02:00 [ws] unauthorized conn=1 remote=1.2.3.4 client=x "
      "reason=password_mismatch v1 reason=token_mismatch guidance=unauthorized: (x)\n"
      "2026-11-22T10:02:12.300+02:00 [ws] closed before connect conn=1 ua=x "
      "cause=handshake-timeout "
      "durationMs=1 code=1008 reason=n/a cause=unauthorized durationMs=2\n");
  EXPECT_EQ(scan.tally, (Tally{{"?other", 1}, {"unauthorized token", 1}}));
}

TEST(OpenClawLog, OwnProbesAndOtherLinesCountForNothing) {
  EXPECT_TRUE(
      tally_of(
          R"({"0":"{\"subsystem\":\"gateway/ws\"}","1":"⇄ res ✗ system-presence 1ms errorCode=INVALID_REQUEST errorMessage=missing scope: operator.read conn=1"})")
          .empty());
  EXPECT_TRUE(tally_of(verbose("telegram pairing request sender=1")).empty());
  EXPECT_TRUE(tally_of(R"({"0":"{\"module\":\"telegram-auto-reply\"}","1":{"chatId":1,)"
                       R"("reason":"no-mention"},"2":"skipping group message"})")
                  .empty());
}

// --- damaged lines
// --------------------------------------------------------------------------------

TEST(OpenClawLog, DamagedLinesAreCountedOnlyWhereTheyMatter) {
  Scan scan;
  std::string invalid_utf8 = verbose("Blocked unauthorized telegram sender \xff\xfe (dmPolicy=x)");
  std::string torn = verbose(kForged);
  torn.resize(torn.size() - 5);
  scan.file("not json\n\n" + torn + "\n" + invalid_utf8 + "\n{\"0\":\"torn\n" +
            std::string("\0\0\0", 3) + "\n{\"unlike\":1}\n{\"a\":1,\"_meta\":{}}\n");
  EXPECT_EQ(scan.counts.lines, 8U);
  EXPECT_EQ(scan.counts.not_understood, 4U);  // not json, torn, zeroes, unlike
  EXPECT_EQ(scan.tally.size(), 1U);           // the one with replaced characters
}

TEST(OpenClawLog, SaysThatTheFileIsFull) {
  EXPECT_EQ(
      tally_of(
          R"({"time":"2026-11-22T10:02:12.300+02:00","level":"warn","subsystem":"logging","message":"log file size cap reached; suppressing writes file=/tmp/x maxFileBytes=1"})"),
      (Tally{{"full", 1}}));
  Scan dropped;
  dropped.file(plain("[openclaw] file log queue overflow; dropped 5 oldest records", "WARN") +
               "\n");
  EXPECT_EQ(dropped.counts.not_understood, 1U);
}

TEST(OpenClawLog, BlockedToolsAndDeniedCommands) {
  EXPECT_EQ(tally_of(plain("tools: write blocked by before_tool_call: no", "DEBUG")),
            (Tally{{"tool", 1}}));
  const std::pair<const char*, const char*> denials[] = {
      {"host=gateway security=deny", "policy"},
      {"allowlist miss", "policy"},
      {"user denied", "approval"},
      {"approval timed out", "approval"},
      {"Cron runs cannot wait for interactive exec approval.\\nallowlist", "unattended"},
      {"something new", "other"}};
  for (const auto& [text, reason] : denials) {
    EXPECT_EQ(tally_of(plain(std::string("[tools] exec failed: exec denied: ") + text, "ERROR")),
              (Tally{{std::string("exec ") + reason, 1}}));
  }
}

}  // namespace
}  // namespace clawvigil::parse
