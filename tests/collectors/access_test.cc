// The collector `access` over the logs of a made-up host.
#include "collectors/access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iomanip>
#include <sstream>

#include "tests/support/access_fixture.h"
#include "tests/support/journal_writer.h"

namespace clawvigil::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRejected = "clawvigil_messages_rejected_total";
constexpr std::string_view kSenders = "clawvigil_rejected_senders";
constexpr std::string_view kVisible = "clawvigil_rejections_visible";
constexpr std::string_view kFailures = "clawvigil_gateway_auth_failures_total";
constexpr std::string_view kLockouts = "clawvigil_gateway_auth_lockouts_total";
constexpr std::string_view kUnparsed = "clawvigil_log_lines_unparsed_total";

constexpr std::string_view kTelegram =
    R"({logging:{level:"debug"},channels:{telegram:{botToken:"1:a",dmPolicy:"allowlist",allowFrom:["1"]}}})";

std::string blocked(std::string_view sender, std::string_view date = "2026-11-22T00:00:00.000Z") {
  return R"({"0":{"message":"Blocked unauthorized telegram sender )" + std::string(sender) +
         R"x( (dmPolicy=allowlist)"},"1":"verbose","_meta":{"date":")x" + std::string(date) +
         "\"}}\n";
}

std::string refused(std::string_view reason) {
  return R"x({"0":"{\"subsystem\":\"gateway/ws\"}","1":{"cause":"unauthorized","authReason":")x" +
         std::string(reason) + R"x("},"2":"closed before connect conn=1","_meta":{}})x" + "\n";
}

double rejected(const Batch& batch, const std::string& reason = "not_allowed",
                const std::string& home = "claw") {
  return value(batch, kRejected, {home, "telegram", reason});
}

// What is unknown of what the log tells; these hosts have no ledgers.
std::vector<Errc> unknown_of_the_log(const Batch& batch) {
  std::vector<Errc> reasons;
  for (const Unknown& unknown : batch.unknowns()) {
    if (std::ranges::find(unknown.families, kFailures) != unknown.families.end()) {
      reasons.push_back(unknown.reason);
    }
  }
  return reasons;
}

class Access : public testing::Test {
 protected:
  AccessFixture host_;
};

constexpr auto kLog = AccessFixture::kLog;

TEST_F(Access, EverySeriesIsBornAtZeroAndHistoryIsNoNews) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, blocked("7") + refused("token_mismatch"), 0600);
  const Batch batch = host_.run();
  for (const char* const reason :
       {"pairing", "not_allowed", "dm_disabled", "group", "group_sender", "command", "other"}) {
    EXPECT_EQ(rejected(batch, reason), 0) << reason;
  }
  EXPECT_EQ(value(batch, kFailures, {"claw", "token"}), 0);
  EXPECT_EQ(value(batch, kLockouts, {"claw"}), 0);
  EXPECT_EQ(value(batch, kSenders, {"claw", "telegram"}), 0);
  EXPECT_EQ(value(batch, kVisible, {"claw", "telegram"}), 1);
  EXPECT_TRUE(unknown_of_the_log(batch).empty());
}

TEST_F(Access, CountsSurviveRestartAndLoseNothingMeanwhile) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, "", 0600);
  host_.run();
  host_.append(kLog, blocked("7") + blocked("7") + blocked("8") + refused("token_mismatch"));
  Batch batch = host_.run();
  EXPECT_EQ(rejected(batch), 3);
  EXPECT_EQ(value(batch, kSenders, {"claw", "telegram"}), 2);
  host_.append(kLog, blocked("9") + refused("rate_limited"));
  host_.restart();
  batch = host_.run();
  EXPECT_EQ(rejected(batch), 4);
  EXPECT_EQ(value(batch, kSenders, {"claw", "telegram"}), 3);
  EXPECT_EQ(value(batch, kFailures, {"claw", "token"}), 1);
  EXPECT_EQ(value(batch, kLockouts, {"claw"}), 1);
  host_.clock.advance(std::chrono::hours(25));
  batch = host_.run();
  EXPECT_EQ(rejected(batch), 4);
  EXPECT_EQ(value(batch, kSenders, {"claw", "telegram"}), 0);
}

TEST_F(Access, RotationAndTheNextDayAreFollowed) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, blocked("1"), 0600);
  host_.run();
  host_.append(kLog, blocked("2"));
  fs::rename(host_.host.real(kLog), host_.host.real("/tmp/openclaw/openclaw-2026-11-22.1.log"));
  host_.host.write(kLog, blocked("3"), 0600);
  host_.host.write("/tmp/openclaw/openclaw-2026-11-23.log", blocked("4"), 0600);
  host_.host.write("/tmp/openclaw/openclaw-work-2026-11-23.log", blocked("5"), 0600);
  EXPECT_EQ(rejected(host_.run()), 3);
}

TEST_F(Access, ALogThatAppearsLaterIsReadFromItsBeginning) {
  host_.add_home(kTelegram);
  fs::remove(host_.host.real("/tmp/openclaw"));
  Batch batch = host_.run();
  EXPECT_EQ(unknown_of_the_log(batch), std::vector<Errc>{Errc::not_found});
  EXPECT_EQ(value(batch, kVisible, {"claw", "telegram"}), 0);
  host_.host.mkdir("/tmp/openclaw", 0700);
  host_.host.write(kLog, blocked("1", "2026-11-22T00:00:09.000Z"), 0600);
  batch = host_.run();
  EXPECT_EQ(rejected(batch), 1);
  EXPECT_TRUE(unknown_of_the_log(batch).empty());
}

TEST_F(Access, SeveralHomesOfAUserDoNotCountTheirCommonLogTwice) {
  host_.add_home(kTelegram);
  host_.add_home(kTelegram, "work");
  host_.host.write(kLog, "", 0600);
  const std::string own = "/tmp/openclaw/openclaw-work-2026-11-22.log";
  host_.host.write(own, "", 0600);
  host_.run();
  host_.append(kLog, blocked("1"));
  host_.append(own, blocked("2") + blocked("3"));
  const Batch batch = host_.run();
  EXPECT_EQ(rejected(batch, "not_allowed", "claw"), 1);
  EXPECT_EQ(rejected(batch, "not_allowed", "claw/work"), 2);
}

TEST_F(Access, ADefaultDirectoryOfAnotherUserOrOpenToOthersIsNotUsed) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, "", 0600);
  const std::string own = "/tmp/openclaw-" + std::to_string(::getuid());
  host_.host.mkdir(own, 0700);
  host_.host.write(own + "/openclaw-2026-11-22.log", "", 0600);
  host_.host.mkdir("/tmp/openclaw", 0777);
  host_.run();
  host_.append(kLog, blocked("1"));
  host_.append(own + "/openclaw-2026-11-22.log", blocked("2") + blocked("3"));
  EXPECT_EQ(rejected(host_.run()), 2);
}

TEST_F(Access, LoggingFileIsWhereItSays) {
  host_.add_home(R"({logging:{file:"/srv/logs/claw.log"},channels:{telegram:{}}})");
  host_.host.write("/srv/logs/claw.log", "", 0600);
  host_.host.write("/srv/logs/claw.json", "", 0600);
  host_.run();
  host_.append("/srv/logs/claw.log", blocked("1"));
  host_.append("/srv/logs/claw.json", blocked("2"));
  EXPECT_EQ(rejected(host_.run()), 1);
}

TEST_F(Access, TheLevelThatHidesIsToldOpenly) {
  host_.host.write(kLog, "", 0600);
  host_.add_home(R"({channels:{
    telegram:{botToken:"1:a",dmPolicy:"pairing"},
    signal:{dmPolicy:"pairing",groupPolicy:"disabled"},
    discord:{token:"x",dmPolicy:"pairing"},
    irc:{dmPolicy:"allowlist",allowFrom:["x"]},
    slack:{enabled:false}}})");
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, kVisible, {"claw", "telegram"}), 1);
  EXPECT_EQ(value(batch, kVisible, {"claw", "signal"}), 1);
  EXPECT_EQ(value(batch, kVisible, {"claw", "discord"}), 0);  // who writes in a server
  EXPECT_EQ(value(batch, kVisible, {"claw", "irc"}), 1);
  EXPECT_FALSE(has(batch, kVisible, {"claw", "slack"}));
  host_.host.write("/home/claw/.openclaw/openclaw.json", R"({logging:{level:"error"}})", 0600);
  const Batch silent = host_.run();
  EXPECT_EQ(unknown_of_the_log(silent), std::vector<Errc>{Errc::unsupported});
}

TEST_F(Access, HostileFilesAreRefusedAndSaidSo) {
  host_.add_home(kTelegram);
  host_.host.write("/etc/outside", blocked("1"), 0600);
  fs::create_symlink(host_.host.real("/etc/outside"), host_.host.real(kLog));
  ASSERT_EQ(::mkfifo(host_.host.real("/tmp/openclaw/openclaw-2026-11-21.log").c_str(), 0600), 0);
  const std::vector<Errc> reasons = unknown_of_the_log(host_.run());
  EXPECT_EQ(reasons, (std::vector<Errc>{Errc::unsafe, Errc::unsafe}));
}

TEST_F(Access, EndlessLinesAndNoiseAreCountedAndPassedOver) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, "", 0600);
  host_.run();
  constexpr std::size_t kEndless = 3UL * 1024 * 1024;
  host_.append(kLog, blocked("1") + std::string(kEndless, 'x') + "\n" + std::string(64, '\0') +
                         "\n" + blocked("2"));
  const Batch batch = host_.run();
  EXPECT_EQ(rejected(batch), 2);
  EXPECT_EQ(value(batch, kUnparsed, {"claw", "file"}), 2);
}

TEST_F(Access, NoSenderIsShownOrKept) {
  host_.add_home(kTelegram);
  host_.host.write(kLog, "", 0600);
  host_.run();
  host_.append(kLog, blocked("4915112345678"));
  const Batch batch = host_.run();
  ASSERT_EQ(rejected(batch), 1);
  for (const auto& [name, family] : batch.families()) {
    for (const auto& [labels, count] : family.samples) {
      for (const std::string& label : labels) EXPECT_EQ(label.find("49151"), std::string::npos);
    }
  }
}

// --- the journal
// ----------------------------------------------------------------------------------

class AccessJournal : public Access {
 protected:
  void SetUp() override {
    if (!has_journal_writer()) GTEST_SKIP() << "SKIPPED: systemd-journal-remote is not installed";
    fs::remove(host_.host.real("/tmp/openclaw"));
    host_.host.write("/etc/machine-id", std::string(kMachine) + "\n");
    host_.add_home(kTelegram);
    writer_ = std::make_unique<JournalWriter>(
        host_.host.real("/var/log/journal/" + std::string(kMachine)));
  }

  // One line of the gateway's output, as of `late` seconds before journald got it.
  void write(const std::vector<std::string>& lines, int late = 0,
             const std::string& uid = std::to_string(::getuid())) {
    std::vector<JournalFields> entries;
    int ahead = 0;
    for (const std::string& line : lines) {
      const auto time = std::chrono::system_clock::to_time_t(
          std::chrono::floor<std::chrono::seconds>(writer_->last_time()) +
          std::chrono::seconds(++ahead - late));
      std::tm parts{};
      ::gmtime_r(&time, &parts);
      std::ostringstream text;
      text << std::put_time(&parts, "%FT%T.000+00:00") << " [ws] " << line;
      entries.push_back({{"MESSAGE", text.str()},
                         {"_UID", uid},
                         {"_TRANSPORT", "stdout"},
                         {"_SYSTEMD_USER_UNIT", "openclaw-gateway.service"}});
    }
    writer_->write(entries);
  }

  static constexpr std::string_view kMachine = "0123456789abcdef0123456789abcdef";
  static constexpr auto kAnnounced = "unauthorized conn=a remote=1.2.3.4 reason=token_mismatch";
  static constexpr auto kClosed = "closed before connect conn=a remote=1.2.3.4 code=1008";
  std::unique_ptr<JournalWriter> writer_;
};

TEST_F(AccessJournal, OneWrongTokenIsOneFailureAndRestartsLoseNothing) {
  write({"started"});
  Batch batch = host_.run();
  EXPECT_EQ(value(batch, kFailures, {"claw", "token"}), 0);
  write({kAnnounced, kClosed});
  batch = host_.run();
  EXPECT_EQ(value(batch, kFailures, {"claw", "token"}), 1);
  EXPECT_EQ(value(batch, kVisible, {"claw", "telegram"}), 0);  // channels say nothing there
  host_.restart();
  write({kAnnounced, kClosed, "closed before connect conn=b remote=1.2.3.4 code=1000"});
  batch = host_.run();
  EXPECT_EQ(value(batch, kFailures, {"claw", "token"}), 2);
  EXPECT_EQ(value(batch, kFailures, {"claw", "handshake"}), 1);
}

TEST_F(AccessJournal, WhatTheAgentSaysOrAnotherUserWritesIsNotBelieved) {
  write({"started"});
  host_.run();
  write({kClosed}, /*late=*/60);
  write({kClosed}, 0, std::to_string(::getuid() + 1));
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, kFailures, {"claw", "other"}), 0);
  EXPECT_EQ(value(batch, kUnparsed, {"claw", "journal"}), 1);
}

TEST_F(AccessJournal, TheFileIsReadInsteadAsSoonAsItIsThere) {
  write({"started"});
  host_.run();
  write({kAnnounced, kClosed});
  EXPECT_EQ(value(host_.run(), kFailures, {"claw", "token"}), 1);
  host_.host.mkdir("/tmp/openclaw", 0700);
  host_.host.write(kLog, refused("token_mismatch"), 0600);
  write({kAnnounced, kClosed});
  EXPECT_EQ(value(host_.run(), kFailures, {"claw", "token"}), 2);
}

}  // namespace
}  // namespace clawvigil::test
