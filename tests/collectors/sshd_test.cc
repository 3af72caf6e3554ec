#include "collectors/sshd.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "collectors/parse/sshd_log.h"
#include "tests/support/collector_harness.h"
#include "tests/support/journal_writer.h"
#include "tests/support/sshd_host.h"

namespace clawvigil {
namespace {

using test::SshdHost;
using test::value;

constexpr const char* kPassword = "clawvigil_ssh_password_auth_enabled";
constexpr const char* kRoot = "clawvigil_ssh_root_login_enabled";
constexpr const char* kPort = "clawvigil_ssh_default_port";
constexpr const char* kLogins = "clawvigil_ssh_logins_total";
constexpr const char* kFailures = "clawvigil_ssh_auth_failures_total";
constexpr const char* kNew = "clawvigil_ssh_login_sources_new_total";
constexpr const char* kKeys = "clawvigil_ssh_authorized_keys";
constexpr const char* kChanged = "clawvigil_ssh_authorized_keys_changed_timestamp_seconds";
constexpr const char* kDropIn = "/etc/ssh/sshd_config.d/50-own.conf";
constexpr const char* kLog = "/var/log/auth.log";
constexpr const char* kMachine = "0123456789abcdef0123456789abcdef";

// The families that are unknown, each once.
std::set<std::string, std::less<>> unknown_families(const Batch& batch) {
  std::set<std::string, std::less<>> families;
  for (const Unknown& unknown : batch.unknowns()) {
    families.insert(unknown.families.begin(), unknown.families.end());
  }
  return families;
}

double all_logins(const Batch& batch) {
  double sum = 0;
  for (const auto& [labels, count] : batch.find(kLogins)->samples) sum += count;
  return sum;
}

std::string accepted(const std::string& address, const std::string& user = "walter") {
  return "2026-11-22T00:00:00.000000+00:00 vps sshd[77]: Accepted publickey for " + user +
         " from " + address + " port 50514 ssh2: ED25519 SHA256:x\n";
}

TEST(Sshd, WithoutAServerThereIsNothingToSay) {
  SshdHost host;
  std::filesystem::remove(host.real("/usr/sbin/sshd"));
  const Batch batch = host.run();
  EXPECT_TRUE(batch.families().empty());
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST(Sshd, DebiansOwnConfigurationLetsPasswordsIn) {
  SshdHost host;
  host.write(kLog, "");
  const Batch batch = host.run();
  EXPECT_EQ(value(batch, kPassword), 1);
  EXPECT_EQ(value(batch, kRoot), 0);
  EXPECT_EQ(value(batch, kPort), 1);
  EXPECT_TRUE(batch.unknowns().empty()) << batch.unknowns().front().detail;
}

struct ConfigCase {
  const char* drop_in;
  double password;
  double root;
  double port;
};

TEST(Sshd, TellsWhoCouldGetIn) {
  const ConfigCase cases[] = {
      {"PasswordAuthentication no\n", 0, 0, 1},
      {"PasswordAuthentication no\nKbdInteractiveAuthentication yes\n", 1, 0, 1},
      {"PasswordAuthentication no\nPermitRootLogin yes\nPort 2222\n", 0, 1, 0},
      {"PasswordAuthentication no\nPermitRootLogin yes\nAllowUsers walter\n", 0, 0, 1},
      {"AuthenticationMethods publickey,password\n", 0, 0, 1},
      {"AuthenticationMethods publickey,password password\n", 1, 0, 1},
      {"PasswordAuthentication no\nMatch User backup\nPasswordAuthentication yes\n", 1, 0, 1},
      {"PasswordAuthentication no\nMatch Group sudo\nPasswordAuthentication yes\n", 1, 0, 1},
      {"PasswordAuthentication no\nMatch User gone\nPasswordAuthentication yes\n", 0, 0, 1},
      {"PasswordAuthentication no\nMatch Address 10.9.0.0/16\nPasswordAuthentication yes\n", 1, 0,
       1},
      {"PasswordAuthentication no\nMatch Address 10.9.0.0/16\nPermitRootLogin yes\n", 0, 1, 1},
      {"PasswordAuthentication no\nMatch LocalPort 2022\nPermitRootLogin yes\n", 0, 1, 1},
      // Only root may, but root may not with a password.
      {"AllowUsers root\n", 0, 0, 1},
      {"AllowGroups nothing\nPermitRootLogin yes\n", 0, 0, 1},
      {"PasswordAuthentication no\nListenAddress 10.0.0.1:2022\n", 0, 0, 0},
      {"PasswordAuthentication no\nPort 2022\nListenAddress [::]:22\nListenAddress ::1\n", 0, 0,
       1}};
  for (const ConfigCase& c : cases) {
    SshdHost host;
    host.write(kLog, "");
    host.write(kDropIn, c.drop_in);
    const Batch batch = host.run();
    EXPECT_EQ(value(batch, kPassword), c.password) << c.drop_in;
    EXPECT_EQ(value(batch, kRoot), c.root) << c.drop_in;
    EXPECT_EQ(value(batch, kPort), c.port) << c.drop_in;
  }
}

TEST(Sshd, WhatSshdWouldRefuseIsUnknown) {
  SshdHost host;
  host.write(kLog, "");
  host.write(kDropIn, "PasswordAuthentication maybe\n");
  const Batch batch = host.run();
  EXPECT_FALSE(test::has(batch, kPassword));
  EXPECT_TRUE(unknown_families(batch).contains(kPassword));
  EXPECT_TRUE(unknown_families(batch).contains(kRoot));
  EXPECT_FALSE(unknown_families(batch).contains(kLogins));
}

TEST(Sshd, WithoutAnyLogTheLoginsAreUnknown) {
  SshdHost host;
  host.write("/var/log/other", "");
  const auto unknown = unknown_families(host.run());
  EXPECT_EQ(unknown, (std::set<std::string, std::less<>>{kLogins, kFailures, kNew}));
}

TEST(Sshd, HistoryIsLearntAndNotCounted) {
  SshdHost host;
  host.write(kLog, accepted("198.51.100.7") + accepted("2001:db8:1:2::3", "root"));
  Batch batch = host.run();
  EXPECT_EQ(all_logins(batch), 0);
  EXPECT_EQ(value(batch, kNew), 0);

  host.append(kLog, accepted("198.51.100.200") + accepted("2001:db8:1:ffff::9"));
  batch = host.run();
  EXPECT_EQ(value(batch, kLogins, {"publickey", "other"}), 2);
  EXPECT_EQ(value(batch, kNew), 0);

  host.append(kLog, accepted("198.51.101.7", "claw") + accepted("198.51.101.8", "root"));
  batch = host.run();
  EXPECT_EQ(value(batch, kLogins, {"publickey", "openclaw"}), 1);
  EXPECT_EQ(value(batch, kLogins, {"publickey", "root"}), 1);
  EXPECT_EQ(value(batch, kNew), 1);
}

TEST(Sshd, CountsSurviveARestartAndNothingIsCountedTwice) {
  SshdHost host;
  host.write(kLog, "");
  host.run();
  host.append(kLog, accepted("198.51.100.7"));
  EXPECT_EQ(all_logins(host.run()), 1);
  host.restart();
  EXPECT_EQ(all_logins(host.run()), 1);
  host.append(kLog, accepted("198.51.100.7"));
  host.restart();
  const Batch batch = host.run();
  EXPECT_EQ(all_logins(batch), 2);
  EXPECT_EQ(value(batch, kNew), 1);
}

TEST(Sshd, ANetworkIsForgottenAfterNinetyDays) {
  SshdHost host;
  host.write(kLog, accepted("198.51.100.7"));
  host.run();
  host.pass(std::chrono::hours(24 * 91));
  host.run();
  host.append(kLog, accepted("198.51.100.7"));
  EXPECT_EQ(value(host.run(), kNew), 1);
}

class SshdCaptured : public testing::TestWithParam<const char*> {
 protected:
  static std::string syslog() {
    return test::read_all(test::fixture("collectors/sshd/" + std::string(GetParam()) + ".syslog"));
  }
};

// What tests/collectors/sshd/login.sh makes a real sshd say: see its comments.
void expect_captured_counts(const Batch& batch) {
  EXPECT_EQ(value(batch, kLogins, {"publickey", "other"}), 1);
  EXPECT_EQ(value(batch, kLogins, {"password", "other"}), 1);
  EXPECT_EQ(value(batch, kLogins, {"password", "root"}), 1);
  EXPECT_EQ(all_logins(batch), 3);
  EXPECT_EQ(value(batch, kFailures, {"password"}), 4);
  EXPECT_EQ(value(batch, kFailures, {"publickey"}), 1);
  EXPECT_EQ(value(batch, kFailures, {"invalid_user"}), 3);
  EXPECT_EQ(value(batch, kFailures, {"not_allowed"}), 1);
  EXPECT_EQ(value(batch, kNew), 1);
}

TEST_P(SshdCaptured, FromAuthLog) {
  for (const bool rfc3164 : {true, false}) {
    SshdHost host;
    host.write(kLog, "");
    host.run();
    host.append(kLog, test::auth_log(syslog(), rfc3164));
    expect_captured_counts(host.run());
  }
}

TEST_P(SshdCaptured, FromTheJournalAndFromItAlone) {
  if (!test::has_journal_writer())
    GTEST_SKIP() << "SKIPPED: systemd-journal-remote is not installed";
  SshdHost host;
  host.write("/etc/machine-id", std::string(kMachine) + "\n");
  test::JournalWriter journal(host.real("/var/log/journal/" + std::string(kMachine)));
  journal.write({test::sshd_entry("Server listening on 0.0.0.0 port 22.")});
  host.write(kLog, "");
  host.run();

  std::vector<test::JournalFields> entries;
  std::istringstream in(test::auth_log(syslog(), false));
  for (std::string line; std::getline(in, line);) {
    const auto parsed = parse_auth_log_line(line);
    ASSERT_TRUE(parsed) << line;
    const bool session = line.find(" sshd-session[") != std::string::npos;
    auto entry = test::sshd_entry(parsed->message, session ? "sshd-session" : "sshd");
    for (auto& [name, text] : entry) {
      if (name == "_PID") text = parsed->process;
    }
    entries.push_back(entry);
    entry.front().second = "Accepted password for root from 192.0.2.1 port 22 ssh2";
    for (auto& [name, text] : entry) {
      if (name == "_UID") text = "1001";  // logger -t sshd "Accepted …"
    }
    entries.push_back(std::move(entry));
  }
  journal.write(entries);
  host.append(kLog, test::auth_log(syslog(), false));
  expect_captured_counts(host.run());
  expect_captured_counts(host.run());
  host.restart();
  expect_captured_counts(host.run());
}

INSTANTIATE_TEST_SUITE_P(Versions, SshdCaptured, testing::Values("openssh-9.2p1", "openssh-10.0p1"),
                         [](const auto& version) {
                           return std::string(version.param).substr(8, 2) == "9." ? "V9" : "V10";
                         });

TEST(Sshd, LearnsFromTheJournalsHistory) {
  if (!test::has_journal_writer())
    GTEST_SKIP() << "SKIPPED: systemd-journal-remote is not installed";
  SshdHost host;
  host.write("/etc/machine-id", std::string(kMachine) + "\n");
  test::JournalWriter journal(host.real("/run/log/journal/" + std::string(kMachine)));
  const auto login = [](const std::string& address) {
    return test::sshd_entry("Accepted publickey for walter from " + address + " port 5 ssh2");
  };
  journal.write({login("198.51.100.7")});
  EXPECT_EQ(all_logins(host.run()), 0);
  journal.write({login("198.51.100.8"), login("192.0.2.8")});
  const Batch batch = host.run();
  EXPECT_EQ(all_logins(batch), 2);
  EXPECT_EQ(value(batch, kNew), 1);
}

class SshdKeys : public testing::Test {
 protected:
  void SetUp() override {
    if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: files of several owners need root";
    host_.write(kLog, "");
  }
  SshdHost host_;
};

constexpr const char* kOne = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOne walter@laptop\n";
constexpr const char* kTwo = "from=\"10.0.0.0/8,192.0.2.1\" ssh-rsa AAAAB3Nza two words\n";

TEST_F(SshdKeys, AreCountedByClass) {
  host_.write_as(1000, "/home/walter/.ssh/authorized_keys",
                 std::string("# laptop\n\n") + kOne + kTwo + "nonsense\n");
  host_.write_as(1000, "/home/walter/.ssh/authorized_keys2", kOne);
  host_.write_as(0, "/root/.ssh/authorized_keys", kOne);
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, kKeys, {"other"}), 3);
  EXPECT_EQ(value(batch, kKeys, {"root"}), 1);
  EXPECT_EQ(value(batch, kKeys, {"openclaw"}), 0);
  EXPECT_FALSE(test::has(batch, kChanged, {"openclaw"}));
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(SshdKeys, ChangeWithTheirContentNotWithTheFile) {
  const std::string path = "/home/claw/.ssh/authorized_keys";
  host_.write_as(1001, path, kOne);
  EXPECT_FALSE(test::has(host_.run(), kChanged, {"openclaw"}));
  host_.write_as(1001, path, "# moved\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOne other comment\n");
  EXPECT_FALSE(test::has(host_.run(), kChanged, {"openclaw"}));
  host_.write_as(1001, path, std::string(kOne) + kTwo);
  host_.restart();
  const Batch changed = host_.run();
  EXPECT_EQ(value(changed, kChanged, {"openclaw"}), to_unix_seconds(host_.now()));
  EXPECT_EQ(value(changed, kKeys, {"openclaw"}), 2);
  const double then = to_unix_seconds(host_.now());
  EXPECT_EQ(value(host_.run(), kChanged, {"openclaw"}), then);
  std::filesystem::remove(host_.real(path));
  EXPECT_GT(value(host_.run(), kChanged, {"openclaw"}), then);
}

TEST_F(SshdKeys, TheFirstKeyOfAnAccountIsAChange) {
  host_.run();
  host_.write_as(1001, "/home/claw/.ssh/authorized_keys", kOne);
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, kChanged, {"openclaw"}), to_unix_seconds(host_.now()));
}

TEST_F(SshdKeys, AreFoundWhereSshdLooks) {
  host_.write(kDropIn,
              "AuthorizedKeysFile /etc/ssh/keys/%u .ssh/%U-keys\n"
              "Match User claw\nAuthorizedKeysFile none\n");
  host_.write("/etc/ssh/keys/walter", kOne);
  host_.write_as(1000, "/home/walter/.ssh/1000-keys", kOne);
  host_.write_as(1001, "/home/claw/.ssh/authorized_keys", kOne);
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, kKeys, {"other"}), 2);
  EXPECT_EQ(value(batch, kKeys, {"openclaw"}), 0);
}

TEST_F(SshdKeys, WhatCannotBeTrustedIsUnknown) {
  const std::string path = "/home/claw/.ssh/authorized_keys";
  host_.write_as(1001, "/home/claw/elsewhere", kOne);
  std::filesystem::create_directories(host_.real("/home/claw/.ssh"));
  std::filesystem::create_symlink("../elsewhere", host_.real(path));
  Batch batch = host_.run();
  EXPECT_FALSE(test::has(batch, kKeys, {"openclaw"}));
  EXPECT_EQ(value(batch, kKeys, {"root"}), 0);
  EXPECT_EQ(unknown_families(batch), (std::set<std::string, std::less<>>{kKeys, kChanged}));

  std::filesystem::remove(host_.real(path));
  host_.write_as(1000, path, kOne);  // of walter
  EXPECT_FALSE(test::has(host_.run(), kKeys, {"openclaw"}));
}

}  // namespace
}  // namespace clawvigil
