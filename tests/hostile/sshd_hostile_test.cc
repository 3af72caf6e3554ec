// What an agent, a stranger at the door or a broken host can put in the way of the collector sshd.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/collector_harness.h"
#include "tests/support/sshd_host.h"

namespace clawvigil {
namespace {

using test::SshdHost;
using test::value;

constexpr const char* kKeys = "clawvigil_ssh_authorized_keys";
constexpr const char* kLogins = "clawvigil_ssh_logins_total";
constexpr const char* kPassword = "clawvigil_ssh_password_auth_enabled";
constexpr const char* kLog = "/var/log/auth.log";

class SshdHostile : public testing::Test {
 protected:
  void SetUp() override {
    if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: files of several owners need root";
    host_.write(kLog, "");
  }
  // The reason the keys of the agent's account are unknown for.
  std::optional<Errc> reason_for_keys() {
    const Batch batch = host_.run();
    EXPECT_FALSE(test::has(batch, kKeys, {"openclaw"}));
    EXPECT_EQ(value(batch, kKeys, {"root"}), 0);
    EXPECT_EQ(batch.unknowns().size(), 1U);
    return batch.unknowns().empty() ? std::nullopt : std::optional(batch.unknowns()[0].reason);
  }
  SshdHost host_;
};

TEST_F(SshdHostile, AFifoInPlaceOfTheKeys) {
  std::filesystem::create_directories(host_.real("/home/claw/.ssh"));
  ASSERT_EQ(::mkfifo(host_.real("/home/claw/.ssh/authorized_keys").c_str(), 0600), 0);
  EXPECT_EQ(reason_for_keys(), Errc::unsafe);
}

TEST_F(SshdHostile, AHugeFileInPlaceOfTheKeys) {
  host_.write_as(1001, "/home/claw/.ssh/authorized_keys", "");
  std::filesystem::resize_file(host_.real("/home/claw/.ssh/authorized_keys"), 1UL << 40U);
  EXPECT_EQ(reason_for_keys(), Errc::too_large);
}

TEST_F(SshdHostile, ADirectoryThatLeadsElsewhere) {
  host_.write_as(0, "/root/.ssh/authorized_keys", "ssh-ed25519 AAAA\n");
  std::filesystem::create_directory_symlink("/root/.ssh", host_.real("/home/claw/.ssh"));
  const Batch batch = host_.run();
  EXPECT_FALSE(test::has(batch, kKeys, {"openclaw"}));
  EXPECT_EQ(value(batch, kKeys, {"root"}), 1);
}

TEST_F(SshdHostile, KeysThatAreNotText) {
  host_.write_as(1001, "/home/claw/.ssh/authorized_keys",
                 std::string("\0\xFF\xFE\n\"\"\"\nssh-rsa \0\n", 18) + std::string(4096, '"'));
  EXPECT_EQ(value(host_.run(), kKeys, {"openclaw"}), 1);  // "ssh-rsa" and a word
}

TEST_F(SshdHostile, AConfigurationThatIncludesItself) {
  host_.write("/etc/ssh/sshd_config.d/loop.conf", "Include /etc/ssh/sshd_config\n");
  const Batch batch = host_.run();
  EXPECT_FALSE(test::has(batch, kPassword));
  EXPECT_EQ(value(batch, kLogins, {"password", "root"}), 0);
}

TEST_F(SshdHostile, AConfigurationBeyondAllMeasure) {
  host_.write("/etc/ssh/sshd_config.d/big.conf", std::string(300UL * 1024, '#'));
  EXPECT_FALSE(test::has(host_.run(), kPassword));
  std::filesystem::remove(host_.real("/etc/ssh/sshd_config.d/big.conf"));
  EXPECT_EQ(value(host_.run(), kPassword), 1);
  for (int i = 0; i < 300; ++i) {
    host_.write("/etc/ssh/sshd_config.d/" + std::to_string(i) + ".conf", "");
  }
  EXPECT_FALSE(test::has(host_.run(), kPassword));
}

TEST_F(SshdHostile, ALogOfAnything) {
  host_.run();
  std::string text = std::string(1UL << 20U, 'x') + "\n" + std::string(64, '\0') + "\n\xFF\xFE\n";
  text += "Nov 22 00:00:00 vps sshd[7]: Invalid user \xFF from 192.0.2.1 port 1\n";
  text += "Nov 22 00:00:00 vps sshd[8]: " + std::string(100'000, 'A') + "\n";
  text += "Nov 22 00:00:00 vps sshd[9]: Accepted password for root from ../../etc port 1 ssh2\n";
  text += "Nov 22 00:00:00 vps sshd[9]: Accepted password for root from 192.0.2.1 port 1 ss";
  host_.append(kLog, text);
  Batch batch = host_.run();
  EXPECT_EQ(value(batch, "clawvigil_ssh_auth_failures_total", {"invalid_user"}), 1);
  EXPECT_EQ(value(batch, kLogins, {"password", "root"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_ssh_login_sources_new_total"), 0);
  host_.append(kLog, "h2\n");
  batch = host_.run();
  EXPECT_EQ(value(batch, kLogins, {"password", "root"}), 2);
}

// More connections than are remembered: counts stay right, memory bounded.
TEST_F(SshdHostile, AFloodOfConnections) {
  host_.run();
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    const std::string pid = std::to_string(i);
    text += "Nov 22 00:00:00 vps sshd[" + pid + "]: Invalid user x" + pid +
            " from 192.0.2.1 port 1\nNov 22 00:00:00 vps sshd[" + pid +
            "]: Connection closed by invalid user x" + pid + " 192.0.2.1 port 1 [preauth]\n";
  }
  host_.append(kLog, text);
  const Batch batch = host_.run();
  EXPECT_EQ(value(batch, "clawvigil_ssh_auth_failures_total", {"invalid_user"}), 20'000);
  EXPECT_EQ(value(batch, "clawvigil_ssh_auth_failures_total", {"publickey"}), 0);
}

}  // namespace
}  // namespace clawvigil
