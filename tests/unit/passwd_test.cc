#include "exporter/host/passwd.h"

#include <gtest/gtest.h>

#include "tests/support/host_fixture.h"

namespace clawvigil::host {
namespace {

TEST(ParsePasswd, TakesAccountsAndLeavesOutTheRest) {
  const auto accounts = parse_passwd(
      "root:x:0:0:root:/root:/bin/bash\n"
      "# comment\n"
      "+::::::\n"
      "+nis:x:5:5::/home/nis:/bin/sh\n"
      "short:x:1:1:/home\n"
      ":x:1:1::/home/none:/bin/sh\n"
      "bad:x:-1:1::/home/bad:/bin/sh\n"
      "big:x:4294967296:1::/home/big:/bin/sh\n"
      "none:x:4294967295:1::/home/none:/bin/sh\n"
      "relative:x:7:7::home:/bin/sh\n"
      "claw:x:1000:1001:OpenClaw,,,:/home/claw:/bin/zsh");
  ASSERT_EQ(accounts.size(), 2U);
  EXPECT_EQ(accounts[0].name, "root");
  EXPECT_EQ(accounts[1].name, "claw");
  EXPECT_EQ(accounts[1].uid, 1000U);
  EXPECT_EQ(accounts[1].gid, 1001U);
  EXPECT_EQ(accounts[1].home, "/home/claw");
  EXPECT_EQ(accounts[1].shell, "/bin/zsh");
}

TEST(ParsePasswd, StopsAtItsBound) {
  std::string text;
  for (int i = 0; i < 50'100; ++i) text += "u:x:1:1::/h:/s\n";
  EXPECT_EQ(parse_passwd(text).size(), 50'000U);
  EXPECT_TRUE(parse_passwd("").empty());
}

TEST(AccountNames, FollowsTheFile) {
  const test::HostFixture host;
  AccountNames names;
  names.refresh(host.root());
  EXPECT_EQ(names.name_of(1000), "1000");
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\nalias:x:1000:1::/x:/bin/sh\n");
  names.refresh(host.root());
  EXPECT_EQ(names.name_of(1000), "claw");
  EXPECT_EQ(names.name_of(7), "7");
  host.write("/etc/passwd", "renamed:x:1000:1000::/home/claw:/bin/sh\n");
  names.refresh(host.root());
  EXPECT_EQ(names.name_of(1000), "renamed");
}

}  // namespace
}  // namespace clawvigil::host
