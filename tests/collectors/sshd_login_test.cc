// Real logins, accepted and refused, against the sshd of this machine.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/collector_harness.h"
#include "tests/support/program.h"
#include "tests/support/sshd_host.h"

namespace clawvigil {
namespace {

using test::value;

TEST(SshdLogin, WhatARealSshdSaysIsCountedOnce) {
  for (const char* program : {"sshd", "ssh", "unshare", "python3", "openssl"}) {
    if (!test::has_program(program)) GTEST_SKIP() << "SKIPPED: no " << program;
  }
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: a private sshd needs root";
  const test::TempDir directory(0755);
  for (const char* file : {"login.sh", "receiver.py"}) {
    std::filesystem::copy(test::fixture("collectors/sshd/" + std::string(file)), directory / file);
  }
  const auto process = test::start_program({"unshare", "--mount", "sh", directory / "login.sh",
                                            directory.path(), std::to_string(test::free_port())},
                                           directory / "log");
  const int status = process->wait();
  const std::string log = test::read_all(directory / "log");
  if (status != 0 && log.find("Operation not permitted") != std::string::npos) {
    GTEST_SKIP() << "SKIPPED: no mount namespace here: " << log;
  }
  ASSERT_EQ(status, 0) << log;
  const std::string syslog = test::read_all(directory / "syslog");

  test::SshdHost host;
  host.write("/var/log/auth.log", "");
  host.run();
  host.append("/var/log/auth.log", test::auth_log(syslog, false));
  const Batch batch = host.run();
  const std::string logins = "clawvigil_ssh_logins_total";
  const std::string failures = "clawvigil_ssh_auth_failures_total";
  EXPECT_EQ(value(batch, logins, {"publickey", "other"}), 1) << syslog;
  EXPECT_EQ(value(batch, logins, {"password", "other"}), 1) << syslog;
  EXPECT_EQ(value(batch, logins, {"password", "root"}), 1) << syslog;
  EXPECT_EQ(value(batch, failures, {"password"}), 4) << syslog;
  EXPECT_EQ(value(batch, failures, {"publickey"}), 1) << syslog;
  EXPECT_EQ(value(batch, failures, {"invalid_user"}), 3) << syslog;
  EXPECT_EQ(value(batch, failures, {"not_allowed"}), 1) << syslog;
  EXPECT_EQ(value(batch, "clawvigil_ssh_login_sources_new_total"), 1) << syslog;
}

}  // namespace
}  // namespace clawvigil
