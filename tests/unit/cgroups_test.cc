#include "exporter/host/cgroups.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/host_fixture.h"

namespace clawvigil::host {
namespace {

using test::HostFixture;

std::uint64_t inode_of(const HostFixture& host, std::string_view path) {
  struct ::stat found{};
  EXPECT_EQ(::stat(host.real(path).c_str(), &found), 0) << path;
  return found.st_ino;
}

constexpr SteadyTime kStart = SteadyTime(std::chrono::hours(1));

TEST(UnitOfCgroupPath, IsTheInnermostUnit) {
  EXPECT_EQ(unit_of_cgroup_path("/system.slice/ssh.service"), "ssh.service");
  EXPECT_EQ(unit_of_cgroup_path(
                "/user.slice/user-1000.slice/user@1000.service/app.slice/openclaw-gateway.service"),
            "openclaw-gateway.service");
  EXPECT_EQ(unit_of_cgroup_path("/user.slice/user-1000.slice/session-3.scope"), "session-3.scope");
  EXPECT_EQ(unit_of_cgroup_path("/system.slice/nginx.service/workers"), "nginx.service");
  EXPECT_EQ(unit_of_cgroup_path("/system.slice/cups.socket"), "cups.socket");
  EXPECT_EQ(unit_of_cgroup_path("/system.slice"), "");
  EXPECT_EQ(unit_of_cgroup_path("/"), "");
  EXPECT_EQ(unit_of_cgroup_path(""), "");
}

TEST(CgroupIndex, FindsDirectoriesByInodeInBothLayouts) {
  for (const std::string mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
    const HostFixture host;
    EXPECT_EQ(find_cgroup_mount(host.root()), "");
    host.write(mount + "/cgroup.controllers", "cpu memory\n");
    host.mkdir(mount + "/system.slice/ssh.service");
    EXPECT_EQ(find_cgroup_mount(host.root()), mount);
    CgroupIndex index;
    EXPECT_EQ(index.path_of(inode_of(host, mount), host.root(), kStart), "/");
    EXPECT_EQ(
        index.path_of(inode_of(host, mount + "/system.slice/ssh.service"), host.root(), kStart),
        "/system.slice/ssh.service");
    EXPECT_EQ(index.path_of(0, host.root(), kStart), "");
  }
}

TEST(CgroupIndex, LooksAgainForAnUnknownIdAfterTenSeconds) {
  const HostFixture host;
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  host.mkdir("/sys/fs/cgroup/a.service");
  CgroupIndex index;
  const std::uint64_t first = inode_of(host, "/sys/fs/cgroup/a.service");
  EXPECT_EQ(index.path_of(first, host.root(), kStart), "/a.service");
  host.mkdir("/sys/fs/cgroup/b.service");
  const std::uint64_t second = inode_of(host, "/sys/fs/cgroup/b.service");
  EXPECT_EQ(index.path_of(second, host.root(), kStart + std::chrono::seconds(9)), "");
  EXPECT_EQ(index.path_of(second, host.root(), kStart + std::chrono::seconds(10)), "/b.service");
}

TEST(CgroupIndex, ADeepTreeOfAUserDoesNotHideTheSystem) {
  const HostFixture host;
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  std::string deep = "/sys/fs/cgroup/aaa.slice";
  for (int i = 0; i < 20; ++i) deep += "/d";
  host.mkdir(deep);
  host.mkdir("/sys/fs/cgroup/system.slice/ssh.service");
  CgroupIndex index;
  EXPECT_EQ(
      index.path_of(inode_of(host, "/sys/fs/cgroup/system.slice/ssh.service"), host.root(), kStart),
      "/system.slice/ssh.service");
  EXPECT_EQ(index.path_of(inode_of(host, deep), host.root(), kStart), "");
}

TEST(CgroupIndex, AHostWithoutCgroup2HasNoNames) {
  const HostFixture host;
  CgroupIndex index;
  EXPECT_EQ(index.path_of(1, host.root(), kStart), "");
}

}  // namespace
}  // namespace clawvigil::host
