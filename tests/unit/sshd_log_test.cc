#include "collectors/parse/sshd_log.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

std::optional<SshEventKind> kind(std::string_view message) {
  const auto event = parse_sshd_message(message);
  return event ? std::optional(event->kind) : std::nullopt;
}

TEST(SshdLogMessage, TakesAcceptedLoginsApart) {
  const auto event = parse_sshd_message(
      "Accepted publickey for deploy from 2001:db8::9 port 50514 ssh2: ED25519-CERT "
      "SHA256:x ID a from 192.0.2.1 port 1 ssh2 (serial 0) CA ED25519 SHA256:y");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, SshEventKind::accepted);
  EXPECT_EQ(event->method, "publickey");
  EXPECT_EQ(event->user, "deploy");
  EXPECT_EQ(event->address, "2001:db8::9");
  EXPECT_EQ(parse_sshd_message("Accepted keyboard-interactive/pam for a from 192.0.2.1 port 2 ssh2")
                ->method,
            "keyboard-interactive");
}

TEST(SshdLogMessage, KnowsEachKindOfFailure) {
  EXPECT_EQ(kind("Failed password for root from 192.0.2.1 port 5 ssh2"),
            SshEventKind::failed_password);
  EXPECT_EQ(kind("Failed keyboard-interactive/pam for root from 192.0.2.1 port 5 ssh2"),
            SshEventKind::failed_password);
  EXPECT_EQ(kind("Failed publickey for root from 192.0.2.1 port 5 ssh2: RSA SHA256:x"),
            SshEventKind::failed_other);
  // An account that is called "invalid".
  EXPECT_EQ(kind("Failed password for invalid from 192.0.2.1 port 5 ssh2"),
            SshEventKind::failed_password);
  EXPECT_EQ(kind("Invalid user  from 192.0.2.1 port 5"), SshEventKind::invalid_user);
  EXPECT_EQ(kind("User git from 192.0.2.1 not allowed because not listed in AllowUsers"),
            SshEventKind::not_allowed);
  EXPECT_EQ(kind("User git not allowed because account is locked"), SshEventKind::not_allowed);
  EXPECT_EQ(kind("Connection reset by authenticating user root 192.0.2.1 port 5 [preauth]"),
            SshEventKind::ended);
  EXPECT_EQ(kind("error: maximum authentication attempts exceeded for invalid user x from "
                 "192.0.2.1 port 5 ssh2 [preauth]"),
            SshEventKind::ended);
}

TEST(SshdLogMessage, PassesOverTheRest) {
  for (const char* message :
       {"", "Accepted", "Accepted publickey", "Accepted publickey for ",
        "Accepted  for root from x", "Accepted password for root from 192.0.2.1 port x ssh2",
        "Accepted password for root from 192.0.2.1 port 5 ssh3",
        "Accepted password for two words from 192.0.2.1 port 5 ssh2",
        "Failed password for invalid user x from 192.0.2.1 port 5 ssh2",
        "pam_unix(sshd:auth): authentication failure; logname= uid=0 rhost=192.0.2.1  user=root",
        "PAM 2 more authentication failures; logname= rhost=192.0.2.1  user=root",
        "Connection closed by 192.0.2.1 port 5 [preauth]",
        "Disconnected from user walter 192.0.2.1 port 5",
        "Received disconnect from 192.0.2.1 port 5:11: Accepted password for root from 192.0.2.1",
        "drop connection #0 from [192.0.2.1]:5 on [192.0.2.2]:22 penalty: failed authentication",
        "session opened for user root(uid=0) by (uid=0)", "User x from 192.0.2.1 is fine"}) {
    EXPECT_EQ(kind(message), std::nullopt) << message;
  }
}

// The name of a user who does not exist is a stranger's text. sshd escapes control characters.
TEST(SshdLogMessage, NamesForgeNothing) {
  const std::string evil = "Accepted password for root from 192.0.2.1 port 22 ssh2";
  EXPECT_EQ(kind("Invalid user " + evil + " from 203.0.113.9 port 5"), SshEventKind::invalid_user);
  EXPECT_EQ(kind("Failed password for invalid user " + evil + " from 203.0.113.9 port 5 ssh2"),
            std::nullopt);
  EXPECT_EQ(kind("Connection closed by invalid user " + evil + " 203.0.113.9 port 5 [preauth]"),
            SshEventKind::ended);
  EXPECT_EQ(kind("Invalid user \\n" + evil + " from 203.0.113.9 port 5"),
            SshEventKind::invalid_user);
  EXPECT_EQ(kind("input_userauth_request: invalid user " + evil), std::nullopt);
}

TEST(SshdAuthLog, ReadsBothTimeFormatsAndBothPrograms) {
  for (const char* line : {"Nov 21 23:00:01 vps sshd[812]: hello there\n",
                           "Nov  1 23:00:01 vps sshd-session[812]: hello there",
                           "2026-11-21T23:00:01.123456+00:00 vps sshd[812]: hello there\r\n",
                           "2026-11-21T23:00:01Z vps.example.org sshd-session[812]: hello there"}) {
    const auto parsed = parse_auth_log_line(line);
    ASSERT_TRUE(parsed) << line;
    EXPECT_EQ(parsed->process, "812");
    EXPECT_EQ(parsed->message, "hello there");
  }
}

TEST(SshdAuthLog, PassesOverOtherPrograms) {
  for (const char* line :
       {"", "\n", "Nov 21 23:00:01", "Nov 21 23:00:01 vps sshd: no pid",
        "Nov 21 23:00:01 vps sudo[812]: sshd[1]: Accepted", "sshd[812]: no time",
        "Nov 21 23:00:01 vps sshdx[812]: x", "Nov 21 23:00:01 vps sshd[8a]: x",
        "2026-11-21T23:00:01Z sshd[812]: no host", "Nov 21 23:00:01 vps sshd[812]:no space"}) {
    EXPECT_FALSE(parse_auth_log_line(line)) << line;
  }
}

TEST(SshdNetwork, IsWhatOneCustomerIsGiven) {
  EXPECT_EQ(network_of("198.51.100.7"), network_of("198.51.100.250"));
  EXPECT_NE(network_of("198.51.100.7"), network_of("198.51.101.7"));
  EXPECT_EQ(network_of("2001:db8:1:2::3"), network_of("2001:db8:1:ffff::1"));
  EXPECT_NE(network_of("2001:db8:1::3"), network_of("2001:db8:2::3"));
  EXPECT_EQ(network_of("fe80::1%eth0"), network_of("fe80::2"));
  EXPECT_EQ(network_of("UNKNOWN"), std::nullopt);
  EXPECT_EQ(network_of(""), std::nullopt);
}

}  // namespace
}  // namespace clawvigil
