// fail2ban in a made-up machine; fail2ban_server_test.cc has the real one.
#include "collectors/fail2ban.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {
namespace {

using test::has;
using test::value;

constexpr const char* kLog = "/var/log/fail2ban.log";
constexpr const char* kDatabase = "/var/lib/fail2ban/fail2ban.sqlite3";
constexpr std::int64_t kNow = 1'795'305'600;  // the harness's clock at its start

// Debian's defaults with the jail sshd, whose server runs as process 77.
class Fail2ban : public testing::Test {
 protected:
  Fail2ban() {
    harness_.use_root(machine_.real("/"));
    machine_.write("/usr/bin/fail2ban-server", "", 0755);
    machine_.write("/etc/fail2ban/fail2ban.conf", "[DEFAULT]\nloglevel = INFO\n[Definition]\n");
    machine_.write("/etc/fail2ban/jail.conf",
                   "[DEFAULT]\nbantime = 10m\nfindtime = 10m\nmaxretry = 5\n"
                   "filter = %(__name__)s[mode=normal]\n[sshd]\n[web]\nfilter = sshd\n");
    machine_.write("/etc/fail2ban/jail.d/defaults-debian.conf", "[sshd]\nenabled = true\n");
    machine_.write("/var/run/fail2ban/fail2ban.pid", "77\n", 0600);
    machine_.write("/proc/77/comm", "fail2ban-server\n");
    machine_.write(kLog, "", 0640);
    make_database("INSERT INTO jails VALUES('sshd', 1)");
  }

  void make_database(const std::string& rows) const {
    machine_.mkdir("/var/lib/fail2ban");
    std::filesystem::remove(machine_.real(kDatabase));
    test::WritingConnection(machine_.real(kDatabase))
        .execute(
            "CREATE TABLE fail2banDb(version INTEGER); INSERT INTO fail2banDb VALUES(4);"
            "CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);"
            "CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL,"
            " bantime INTEGER NOT NULL, bancount INTEGER NOT NULL default 1, data JSON,"
            " PRIMARY KEY(ip, jail));" +
            rows);
  }
  void log(const std::string& lines) const {
    machine_.write(kLog, test::read_all(machine_.real(kLog)) + lines, 0640);
  }
  Batch run() { return harness_.run(*collector_); }

  static std::string found(const std::string& jail) {
    return "2026-11-22 00:00:01,470 fail2ban.filter         [77]: INFO    [" + jail +
           "] Found 198.51.100.1 - 2026-11-22 00:00:00\n";
  }
  static std::string banned(const std::string& jail, const std::string& verb = "Ban") {
    return "2026-11-22 00:00:01,668 fail2ban.actions        [77]: NOTICE  [" + jail + "] " + verb +
           " 198.51.100.1\n";
  }

  test::HostFixture machine_;
  test::CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_fail2ban_collector();
};

// The reasons of what is unknown about a family.
std::vector<Errc> unknown_reasons(const Batch& batch, std::string_view family) {
  std::vector<Errc> reasons;
  for (const Unknown& unknown : batch.unknowns()) {
    if (std::ranges::find(unknown.families, family) != unknown.families.end()) {
      reasons.push_back(unknown.reason);
    }
  }
  return reasons;
}

TEST_F(Fail2ban, AHostWithoutItSaysSoAndNothingElse) {
  std::filesystem::remove(machine_.real("/usr/bin/fail2ban-server"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_installed"), 0);
  EXPECT_EQ(batch.families().size(), 1U);
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Fail2ban, AJailAsDebianHasIt) {
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_installed"), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_up"), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_enabled", {"sshd"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_info", {"sshd", "sshd"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_maxretry", {"sshd"}), 5);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_bantime_seconds", {"sshd"}), 600);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_findtime_seconds", {"sshd"}), 600);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_banned_current", {"sshd"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_bans_total", {"sshd"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_failures_total", {"sshd"}), 0);
  EXPECT_FALSE(has(batch, "clawvigil_fail2ban_jail_info", {"web", "sshd"}));
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Fail2ban, CountsBansThatHold) {
  const auto row = [](const char* ip, std::int64_t since, std::int64_t bantime) {
    return "INSERT INTO bips(ip, jail, timeofban, bantime) VALUES('" + std::string(ip) +
           "', 'sshd', " + std::to_string(since) + ", " + std::to_string(bantime) + ");";
  };
  make_database("INSERT INTO jails VALUES('sshd', 1);" + row("a", kNow - 599, 600) +
                row("b", kNow - 600, 600) + row("c", 1, -1) + row("d", 1, 600));
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_banned_current", {"sshd"}), 2);
  harness_.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_banned_current", {"sshd"}), 1);
}

TEST_F(Fail2ban, AServerThatDoesNotRunHasNoJails) {
  std::filesystem::remove_all(machine_.real("/proc/77"));
  const Batch killed = run();
  EXPECT_EQ(value(killed, "clawvigil_fail2ban_up"), 0);
  EXPECT_EQ(value(killed, "clawvigil_fail2ban_jail_enabled", {"sshd"}), 0);
  EXPECT_FALSE(has(killed, "clawvigil_fail2ban_banned_current", {"sshd"}));
  EXPECT_EQ(value(killed, "clawvigil_fail2ban_jail_maxretry", {"sshd"}), 5);
  machine_.write("/proc/77/comm", "bash\n");  // the number was given to another process
  machine_.write("/proc/77/cmdline", "bash");
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_up"), 0);
  machine_.write("/proc/77/comm", "python3\n");
  machine_.write("/proc/77/cmdline", std::string("python3\0/usr/bin/fail2ban-server\0", 33));
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_up"), 1);
  std::filesystem::remove(machine_.real("/var/run/fail2ban/fail2ban.pid"));
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_up"), 0);
  machine_.write("/var/run/fail2ban/fail2ban.pid", "../1");
  EXPECT_EQ(unknown_reasons(run(), "clawvigil_fail2ban_up"), std::vector{Errc::parse});
}

TEST_F(Fail2ban, AJailThatTheServerDoesNotRunIsSeen) {
  machine_.write("/etc/fail2ban/jail.local", "[web]\nenabled = yes\nbantime = -1\n");
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_enabled", {"web"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_info", {"web", "sshd"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_bantime_seconds", {"web"}), -1);
}

TEST_F(Fail2ban, ADatabaseThatCannotBeReadIsUnknown) {
  const auto reasons = [&] { return unknown_reasons(run(), "clawvigil_fail2ban_jail_enabled"); };
  {
    test::WritingConnection writer(machine_.real(kDatabase));
    writer.execute("BEGIN EXCLUSIVE");
    EXPECT_EQ(reasons(), std::vector{Errc::busy});
  }
  EXPECT_TRUE(reasons().empty());
  machine_.write(kDatabase, std::string(8192, 'x'), 0600);
  EXPECT_EQ(reasons(), std::vector{Errc::parse});
  std::filesystem::remove(machine_.real(kDatabase));
  EXPECT_EQ(reasons(), std::vector{Errc::not_found});
  test::WritingConnection(machine_.real(kDatabase)).execute("CREATE TABLE jails(name, enabled)");
  EXPECT_EQ(reasons(), std::vector{Errc::unsupported});
  machine_.write("/etc/fail2ban/fail2ban.local", "[Definition]\ndbfile = None\n");
  EXPECT_EQ(reasons(), std::vector{Errc::unsupported});
}

TEST_F(Fail2ban, CountsWhatTheLogGainsOverRotationAndRestart) {
  log(found("sshd") + banned("sshd"));  // before the first start: history
  EXPECT_EQ(value(run(), "clawvigil_fail2ban_failures_total", {"sshd"}), 0);
  log(found("sshd") + found("sshd") + banned("sshd") + banned("sshd", "Restore Ban") +
      found("nobody") + banned("sshd", "Unban") + "2026 [sshd] Found x\n");
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_failures_total", {"sshd"}), 2);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_bans_total", {"sshd"}), 1);
  EXPECT_FALSE(has(batch, "clawvigil_fail2ban_failures_total", {"nobody"}));
  log(found("sshd"));
  std::filesystem::rename(machine_.real(kLog), machine_.real(kLog) + ".1");
  machine_.write(kLog, found("sshd") + banned("sshd"), 0640);
  collector_ = make_fail2ban_collector();
  harness_.restart_store();
  const Batch after = run();
  EXPECT_EQ(value(after, "clawvigil_fail2ban_failures_total", {"sshd"}), 4);
  EXPECT_EQ(value(after, "clawvigil_fail2ban_bans_total", {"sshd"}), 2);
}

TEST_F(Fail2ban, WhatItsLogDoesNotShowIsUnknown) {
  machine_.write("/etc/fail2ban/fail2ban.local", "[DEFAULT]\nloglevel = notice\n");
  const Batch quiet = run();
  EXPECT_TRUE(has(quiet, "clawvigil_fail2ban_bans_total", {"sshd"}));
  EXPECT_FALSE(has(quiet, "clawvigil_fail2ban_failures_total", {"sshd"}));
  EXPECT_EQ(unknown_reasons(quiet, "clawvigil_fail2ban_failures_total"),
            std::vector{Errc::unsupported});
  machine_.write("/etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = SYSLOG\n");
  EXPECT_EQ(unknown_reasons(run(), "clawvigil_fail2ban_bans_total"), std::vector<Errc>());
  harness_.clock.advance(std::chrono::minutes(1));  // it reads them again
  const Batch syslog = run();
  EXPECT_EQ(unknown_reasons(syslog, "clawvigil_fail2ban_bans_total"),
            std::vector{Errc::unsupported});
  machine_.write("/etc/fail2ban/fail2ban.local", "[DEFAULT]\nlogtarget = /var/log/none.log\n");
  harness_.clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(unknown_reasons(run(), "clawvigil_fail2ban_bans_total"), std::vector{Errc::not_found});
}

TEST_F(Fail2ban, NoAddressLeavesTheDatabaseOrTheLog) {
  make_database(
      "INSERT INTO jails VALUES('sshd', 1); INSERT INTO bips(ip, jail, timeofban, bantime) "
      "VALUES('198.51.100.77', 'sshd', 1, -1);");
  static_cast<void>(run());
  log(found("sshd") + banned("sshd"));
  const Batch batch = run();
  for (const auto& [name, family] : batch.families()) {
    for (const auto& [labels, sample] : family.samples) {
      for (const std::string& label : labels) EXPECT_EQ(label.find("198.51"), std::string::npos);
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(harness_.directory() / "state")) {
    EXPECT_EQ(test::read_all(entry.path()).find("198.51"), std::string::npos) << entry.path();
  }
}

TEST_F(Fail2ban, AConfigurationThatCannotBeReadIsUnknown) {
  machine_.write("/etc/fail2ban/jail.conf", std::string(2 * 1024 * 1024, '#'));
  EXPECT_EQ(unknown_reasons(run(), "clawvigil_fail2ban_up"), std::vector{Errc::too_large});
  std::filesystem::remove_all(machine_.real("/etc/fail2ban"));
  EXPECT_EQ(unknown_reasons(run(), "clawvigil_fail2ban_up"), std::vector{Errc::not_found});
}

TEST_F(Fail2ban, FilesThatIncludeEachOtherEnd) {
  machine_.write("/etc/fail2ban/jail.conf", "[INCLUDES]\nbefore = a.conf\n[sshd]\nmaxretry = 7\n");
  machine_.write("/etc/fail2ban/a.conf", "[INCLUDES]\nafter = a.conf\n  jail.conf\n  b.conf\n");
  machine_.write("/etc/fail2ban/b.conf", "[INCLUDES]\nbefore = a.conf\n[DEFAULT]\nfindtime = 1h\n");
  machine_.write("/etc/fail2ban/b.local", "[DEFAULT]\nbantime = 2h\n");
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_maxretry", {"sshd"}), 7);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_findtime_seconds", {"sshd"}), 3600);
  EXPECT_EQ(value(batch, "clawvigil_fail2ban_jail_bantime_seconds", {"sshd"}), 7200);
}

}  // namespace
}  // namespace clawvigil
