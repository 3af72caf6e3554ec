// Over a tree with the files of Debian 12 (sudo 1.9.13) and the status of a real gateway.
#include "collectors/identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "collectors/identity_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {

namespace {

using namespace identity_families;

std::string captured(const std::string& name) {
  return test::read_all(test::fixture("collectors/identity/debian12/" + name));
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    host_.write("/etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nclaw:x:1000:1000::/home/claw:/bin/bash\n"
                "sys:x:999:999::/srv:/usr/sbin/nologin\n");
    host_.write("/etc/group", captured("group") + "claw:x:1000:\ndocker:x:998:\n");
    host_.write("/etc/sudoers", captured("sudoers"), 0440);
    host_.write("/etc/sudoers.d/README", captured("sudoers-README"), 0440);
    host_.write("/proc/sys/kernel/hostname", "box\n");
    host_.mkdir("/home/claw/.openclaw");
  }

  void process(int pid, const std::string& uid, const std::string& groups) {
    std::string status = captured("gateway-status");
    status = replaced(status, "Uid:\t0\t0\t0\t0", "Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t0");
    status = replaced(status, "Gid:\t0\t0\t0\t0", "Gid:\t" + uid + "\t" + uid + "\t" + uid + "\t0");
    const std::size_t at = status.find("Groups:\t");
    status.replace(at, status.find('\n', at) - at, "Groups:\t" + groups);
    host_.write("/proc/" + std::to_string(pid) + "/status", status);
    host_.write("/proc/" + std::to_string(pid) + "/comm", "openclaw-gatewa\n");
  }
  void member(const std::string& group) {
    const std::string all = test::read_all(host_.real("/etc/group"));
    const std::size_t line = ("\n" + all).find("\n" + group + ":");
    ASSERT_NE(line, std::string::npos);
    std::string changed = all;
    changed.insert(all.find('\n', line), all[all.find('\n', line) - 1] == ':' ? "claw" : ",claw");
    host_.write("/etc/group", changed);
  }

  test::RunResult run(uid_t uid = 1000) {
    const Home home{
        "claw", "/home/claw/.openclaw", uid,
        std::make_shared<const host::Dir>(host_.root().anchor("/home/claw/.openclaw").value())};
    const auto collector = make_identity_collector();
    auto result = test::run_collector(*collector, host_.root(), {home});
    EXPECT_TRUE(result.result);
    return result;
  }
  static double sudo(const test::RunResult& result, const std::string& commands,
                     const std::string& password) {
    return test::value(*result.batch, kSudo.name(), {"claw", commands, password});
  }
  static double group(const test::RunResult& result, const std::string& name) {
    return test::value(*result.batch, kPrivilegedGroup.name(), {"claw", name});
  }
  static double one(const test::RunResult& result, const Metric<1>& metric) {
    return test::value(*result.batch, metric.name(), {"claw"});
  }

  test::HostFixture host_;
};

TEST_F(IdentityTest, AnOrdinaryUserHasNoPrivilege) {
  process(700, "1000", "1000");
  const auto result = run();
  EXPECT_TRUE(result.unknowns.empty());
  EXPECT_EQ(one(result, kRunsAsRoot), 0);
  EXPECT_EQ(one(result, kProcesses), 1);
  for (const auto name : kPrivilegedGroups) EXPECT_EQ(group(result, std::string(name)), 0) << name;
  for (const char* commands : {"all", "some"}) {
    for (const char* password : {"required", "none"})
      EXPECT_EQ(sudo(result, commands, password), 0);
  }
  EXPECT_EQ(test::value(*result.batch, kInteractive.name(), {"claw", "login_shell"}), 1);
}

TEST_F(IdentityTest, GroupsOfTheAccountAndOfTheProcess) {
  member("sudo");
  process(700, "1000", "1000 998");  // docker, taken away from the account since
  const auto result = run();
  EXPECT_EQ(group(result, "sudo"), 1);
  EXPECT_EQ(group(result, "docker"), 1);
  EXPECT_EQ(group(result, "disk"), 0);
  EXPECT_EQ(sudo(result, "all", "required"), 1);
  EXPECT_EQ(sudo(result, "all", "none"), 0);
}

TEST_F(IdentityTest, DropInsInTheirOrder) {
  host_.write("/etc/sudoers.d/10-claw", "claw ALL=(ALL) NOPASSWD: ALL\n", 0440);
  EXPECT_EQ(sudo(run(), "all", "none"), 1);
  host_.write("/etc/sudoers.d/20-later", "claw ALL=(ALL) !ALL, NOPASSWD: /usr/bin/apt\n", 0440);
  const auto result = run();
  EXPECT_EQ(sudo(result, "all", "none"), 0);
  EXPECT_EQ(sudo(result, "some", "none"), 1);
  host_.write("/etc/sudoers.d/30-not.read", "claw ALL=(ALL) ALL\n", 0440);
  EXPECT_EQ(sudo(run(), "all", "required"), 0);
}

TEST_F(IdentityTest, Root) {
  EXPECT_EQ(one(run(0), kRunsAsRoot), 1);  // not running: as whom it will
  process(700, "0", "0");
  auto result = run();
  EXPECT_EQ(one(result, kRunsAsRoot), 0);  // root's gateway, but not this home's
  EXPECT_EQ(one(result, kProcesses), 0);
  if (::geteuid() != 0) return;  // the lock file would have to be root's
  host_.write("/home/claw/.openclaw/tmp/openclaw-0/gateway.0123abcd.lock",
              R"({"pid":700,"port":18789})");
  result = run();
  EXPECT_EQ(one(result, kRunsAsRoot), 1);
  EXPECT_EQ(one(result, kProcesses), 1);
}

TEST_F(IdentityTest, NoSudoIsNoRight) {
  std::filesystem::remove(host_.real("/etc/sudoers"));
  const auto result = run();
  EXPECT_TRUE(result.unknowns.empty());
  EXPECT_EQ(sudo(result, "all", "required"), 0);
}

TEST_F(IdentityTest, WhatSudoersSaysMustBeUnderstood) {
  host_.write("/etc/sudoers.d/10-claw", "claw ALL ALL\n", 0440);
  const auto result = run();
  ASSERT_EQ(result.unknowns.size(), 1U);
  EXPECT_EQ(result.unknowns.front().reason, Errc::parse);
  EXPECT_EQ(result.unknowns.front().families, std::vector<std::string_view>{kSudo.name()});
}

TEST_F(IdentityTest, IncludesThatNeverEnd) {
  host_.write("/etc/sudoers.d/loop", "@include /etc/sudoers.d/loop\n", 0440);
  const auto result = run();
  ASSERT_FALSE(result.unknowns.empty());
  EXPECT_EQ(result.unknowns.front().reason, Errc::too_large);
}

TEST_F(IdentityTest, Logins) {
  host_.write("/run/systemd/sessions/4",
              "# This is private data. Do not parse.\nUID=1000\nUSER=claw\nSTATE=active\nTYPE=tty\n"
              "CLASS=user\n");
  host_.write("/run/systemd/sessions/5",
              "UID=1000\nSTATE=active\nTYPE=unspecified\nCLASS=manager\n");
  std::string lastlog(292 * 1001, '\0');
  const std::uint32_t time = 1'795'334'299;
  std::memcpy(lastlog.data() + 292 * 1000, &time, sizeof(time));
  host_.write("/var/log/lastlog", lastlog);
  auto result = run();
  EXPECT_EQ(test::value(*result.batch, kInteractive.name(), {"claw", "session"}), 1);
  EXPECT_EQ(one(result, kLastLogin), time);
  result = run(999);
  EXPECT_EQ(test::value(*result.batch, kInteractive.name(), {"claw", "session"}), 0);
  EXPECT_EQ(test::value(*result.batch, kInteractive.name(), {"claw", "login_shell"}), 0);
  EXPECT_EQ(one(result, kLastLogin), 0);
}

}  // namespace

}  // namespace clawvigil
