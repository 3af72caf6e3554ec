#include "exporter/collect/homes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "exporter/base/strings.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using test::HostFixture;

std::vector<std::string> labels(const HomeList& list) {
  std::vector<std::string> out;
  for (const Home& home : list.homes) out.push_back(home.label + " " + home.path);
  return out;
}

HomeList find(const HostFixture& host, const std::vector<std::string>& configured = {}) {
  auto found = find_homes(host.root(), configured);
  EXPECT_TRUE(found) << found.error().message;
  return found ? std::move(*found) : HomeList{};
}

using Labels = std::vector<std::string>;

TEST(FindHomes, LooksIntoEveryAccountsHome) {
  const HostFixture host;
  host.write("/etc/passwd",
             "root:x:0:0::/root:/bin/sh\n"
             "daemon:x:1:1::/usr/sbin:/bin/false\n"
             "claw:x:1000:1000::/home/claw/:/bin/sh\n"
             "twin:x:1001:1001::/home/claw:/bin/sh\n"
             "nobody:x:65534:65534::/nonexistent:/bin/false\n");
  host.write("/home/claw/.openclaw/openclaw.json", "{}");
  host.write("/home/claw/.openclaw-work/openclaw.json", "{}");
  host.mkdir("/home/claw/.openclaw-empty");
  host.write("/home/claw/.openclaw-file", "not a directory");
  host.write("/home/claw/.openclawed/openclaw.json", "{}");
  host.write("/root/.openclaw/openclaw.json", "{}");
  const HomeList list = find(host);
  EXPECT_EQ(labels(list), (Labels{"root /root/.openclaw", "claw /home/claw/.openclaw",
                                  "claw/work /home/claw/.openclaw-work"}));
  EXPECT_TRUE(list.problems.empty());
  EXPECT_TRUE(list.homes[0].dir->stat("openclaw.json"));
}

TEST(FindHomes, TheUidIsTheOwnersOfTheStateDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to give a directory away";
  const HostFixture host;
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
  host.write("/home/claw/.openclaw/openclaw.json", "{}");
  ASSERT_EQ(::chown(host.real("/home/claw/.openclaw").c_str(), 1234, 1234), 0);
  EXPECT_EQ(find(host).homes.at(0).uid, 1234U);
  // Configured: the label is the owner's.
  EXPECT_EQ(labels(find(host, {"/home/claw/.openclaw/"})),
            (Labels{"uid1234 /home/claw/.openclaw"}));
}

TEST(FindHomes, AnAccountsHomeMayBeASymlinkAStateDirectoryMayNot) {
  const HostFixture host;
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\nb:x:2:2::/home/b:/bin/sh\n");
  host.write("/data/claw/.openclaw/openclaw.json", "{}");
  host.mkdir("/home/b");
  std::filesystem::create_symlink("/data/claw", host.real("/home/claw"));
  std::filesystem::create_symlink("/data/claw/.openclaw", host.real("/home/b/.openclaw"));
  const HomeList list = find(host);
  EXPECT_EQ(labels(list), (Labels{"claw /home/claw/.openclaw"}));
  ASSERT_EQ(list.problems.size(), 1U);
  EXPECT_EQ(list.problems[0].code, Errc::unsafe);
  EXPECT_TRUE(list.problems[0].message.starts_with("/home/b/.openclaw: "))
      << list.problems[0].message;
  EXPECT_NE(list.problems[0].message.find("--openclaw.home"), std::string::npos);
}

TEST(FindHomes, TheSameDirectoryIsTakenOnce) {
  const HostFixture host;
  host.write("/etc/passwd", "a:x:1:1::/home/a:/bin/sh\nb:x:2:2::/home/b:/bin/sh\n");
  host.write("/home/a/.openclaw/openclaw.json", "{}");
  std::filesystem::create_symlink("a", host.real("/home/b"));
  EXPECT_EQ(labels(find(host)), (Labels{"a /home/a/.openclaw"}));
}

TEST(FindHomes, AHomeWithTooManyEntriesFallsBackToTheUsualNames) {
  const HostFixture host;
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
  host.write("/home/claw/.openclaw/openclaw.json", "{}");
  host.write("/home/claw/.openclaw-work/openclaw.json", "{}");
  for (int i = 0; i < 20'001; ++i) {
    std::filesystem::create_symlink("x", host.real("/home/claw/l" + std::to_string(i)));
  }
  EXPECT_EQ(labels(find(host)), (Labels{"claw /home/claw/.openclaw"}));
}

TEST(FindHomes, ConfiguredDirectoriesGetUniqueLabels) {
  const HostFixture host;
  host.write("/etc/passwd", "me:x:" + std::to_string(::geteuid()) + ":0::/home/me:/bin/sh\n");
  for (const std::string path : {"/srv/a/.openclaw", "/srv/b/.openclaw", "/srv/c/.openclaw",
                                 "/srv/.openclaw-work", "/srv/state"}) {
    host.write(path + "/openclaw.json", "{}");
  }
  const HomeList list = find(host, {"/srv/a/.openclaw", "/srv/b/.openclaw", "/srv/c/.openclaw",
                                    "/srv/.openclaw-work", "/srv/state", "/srv/state"});
  EXPECT_EQ(labels(list),
            (Labels{"me /srv/a/.openclaw", "me/.openclaw /srv/b/.openclaw", "me/2 /srv/c/.openclaw",
                    "me/work /srv/.openclaw-work", "me/state /srv/state"}));
  EXPECT_TRUE(list.problems.empty());
}

TEST(FindHomes, AConfiguredDirectoryThatIsNotThereYetIsAProblemOnly) {
  const HostFixture host;
  host.mkdir("/home/claw");
  const HomeList list = find(host, {"/home/claw/.openclaw", "/home/claw"});
  EXPECT_TRUE(list.homes.empty());
  ASSERT_EQ(list.problems.size(), 2U);
  EXPECT_EQ(list.problems[0].code, Errc::not_found);
  EXPECT_NE(list.problems[1].message.find("openclaw.json"), std::string::npos);
}

TEST(FindHomes, WhatMayNotBeReadIsAProblemWithAdvice) {
  if (::geteuid() == 0) GTEST_SKIP() << "SKIPPED: root may read everything";
  const HostFixture host;
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\nx:x:1:1::/home/x:/bin/sh\n");
  host.write("/home/claw/.openclaw/openclaw.json", "{}");
  host.mkdir("/home/x", 0);
  host.mkdir("/home/claw/.openclaw", 0);
  for (const std::vector<std::string>& configured :
       {std::vector<std::string>(), std::vector<std::string>{"/home/claw/.openclaw", "/home/x"}}) {
    const HomeList list = find(host, configured);
    EXPECT_TRUE(list.homes.empty());
    ASSERT_EQ(list.problems.size(), 2U);
    for (const Error& problem : list.problems) {
      EXPECT_EQ(problem.code, Errc::denied);
      EXPECT_NE(problem.message.find("CAP_DAC_READ_SEARCH"), std::string::npos) << problem.message;
    }
  }
}

TEST(FindHomes, ManyProfilesOfOneAccountNeitherStopNorCrowdOut) {
  const HostFixture host;
  host.write("/etc/passwd",
             "claw:x:1000:1000::/home/claw:/bin/sh\nzoe:x:1001:1001::/home/zoe:/bin/sh\n");
  for (int i = 0; i < 100; ++i) {
    host.write("/home/claw/.openclaw-" + std::to_string(i) + "/openclaw.json", "{}");
  }
  host.write("/home/zoe/.openclaw/openclaw.json", "{}");
  const auto found = find_homes(host.root(), {});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->homes.size(), kMaxHomes);
  EXPECT_EQ(found->homes.front().label, "zoe");
  ASSERT_EQ(found->problems.size(), 1U);
  EXPECT_EQ(found->problems.front().code, Errc::too_large);
  EXPECT_TRUE(found->problems.front().message.starts_with("85 more")) << found->problems[0].message;
}

TEST(FindHomes, MoreThanSixteenConfiguredIsAnErrorThatSaysSo) {
  const HostFixture host;
  host.write("/etc/passwd", "");
  std::vector<std::string> configured;
  for (int i = 0; i < 17; ++i) {
    configured.push_back("/srv/claw" + std::to_string(i));
    host.write(configured.back() + "/openclaw.json", "{}");
  }
  const auto found = find_homes(host.root(), configured);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::too_large);
}

TEST(FindHomes, HostileNamesBecomeUniqueCleanLabels) {
  const HostFixture host;
  host.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
  host.write("/home/claw/.openclaw-\xFF/openclaw.json", "{}");
  host.write("/home/claw/.openclaw-\xFE/openclaw.json", "{}");
  host.write("/home/claw/.openclaw-" + std::string(200, 'x') + "/openclaw.json", "{}");
  const HomeList list = find(host);
  ASSERT_EQ(list.homes.size(), 3U);
  for (const Home& home : list.homes) {
    EXPECT_TRUE(is_valid_utf8(home.label));
    EXPECT_LE(home.label.size(), 128U);
    EXPECT_EQ(std::ranges::count(list.homes, home.label, &Home::label), 1) << home.label;
  }
}

TEST(FindHomes, WithoutAPasswdFileOnlyConfiguredHomesWork) {
  const HostFixture host;
  host.write("/srv/state/openclaw.json", "{}");
  EXPECT_FALSE(find_homes(host.root(), {}));
  EXPECT_EQ(find(host, {"/srv/state"}).homes.at(0).label, "uid" + std::to_string(::geteuid()));
}

TEST(HomeRegistry, HandsOutTheCurrentList) {
  HomeRegistry registry;
  const auto before = registry.current();
  EXPECT_TRUE(before->homes.empty());
  auto list = std::make_shared<HomeList>();
  list->problems.push_back({Errc::io, "x"});
  registry.replace(list);
  EXPECT_EQ(registry.current(), list);
  EXPECT_TRUE(before->problems.empty());
}

}  // namespace
}  // namespace clawvigil
