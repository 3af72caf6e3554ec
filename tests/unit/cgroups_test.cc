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

// The sockets of a cgroup can outlive it: the tree is not walked every 10 s for such.
TEST(CgroupIndex, AnIdThatIsGoneCausesNoOtherWalk) {
  const HostFixture host;
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  CgroupIndex index;
  const auto after = [](int seconds) { return kStart + std::chrono::seconds(seconds); };
  constexpr std::uint64_t kGone = ~std::uint64_t{0};
  EXPECT_EQ(index.path_of(kGone, host.root(), kStart), "");
  EXPECT_FALSE(index.is_awaited(kGone));
  host.mkdir("/sys/fs/cgroup/b.service");
  const std::uint64_t fresh = inode_of(host, "/sys/fs/cgroup/b.service");
  EXPECT_EQ(index.path_of(kGone - 1, host.root(), after(1)), "");
  EXPECT_TRUE(index.is_awaited(kGone - 1));
  // Had the one that is gone caused a walk now, the new one would have to wait for the next.
  EXPECT_EQ(index.path_of(kGone, host.root(), after(11)), "");
  EXPECT_EQ(index.path_of(fresh, host.root(), after(12)), "/b.service");
  EXPECT_FALSE(index.is_awaited(fresh));
  EXPECT_FALSE(index.is_awaited(kGone - 1));
  host.mkdir("/sys/fs/cgroup/c.service");
  const std::uint64_t later = inode_of(host, "/sys/fs/cgroup/c.service");
  for (int second = 22; second < 600; second += 10) {
    EXPECT_EQ(index.path_of(kGone, host.root(), after(second)), "");
    EXPECT_EQ(index.path_of(kGone - 1, host.root(), after(second)), "");
  }
  EXPECT_EQ(index.path_of(kGone, host.root(), after(600)), "");  // looked for once more
  EXPECT_EQ(index.path_of(later, host.root(), after(601)), "/c.service");
  EXPECT_EQ(index.path_of(0, host.root(), after(601)), "");
}

// As in a container, where the cgroup of a socket need not be in the tree that is seen.
TEST(CgroupIndex, AnIdThatIsAskedForAllTheTimeIsAwaitedOnce) {
  const HostFixture host;
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  CgroupIndex index;
  constexpr std::uint64_t kGone = ~std::uint64_t{0};
  constexpr std::uint64_t kOther = kGone - 1;
  constexpr int kDay = 86'400;
  int awaited = 0;
  for (int second = 0; second < kDay; second += 5) {
    for (const std::uint64_t id : {kGone, kOther}) {
      EXPECT_EQ(index.path_of(id, host.root(), kStart + std::chrono::seconds(second)), "");
      awaited += index.is_awaited(id) ? 1 : 0;
    }
  }
  EXPECT_EQ(awaited, 2);  // the second, until the walk ten seconds after that for the first
}

TEST(CgroupIndex, ATreeThatCannotBeReadLeavesNothingAwaited) {
  const HostFixture host;
  CgroupIndex index;
  EXPECT_EQ(index.path_of(7, host.root(), kStart), "");
  EXPECT_FALSE(index.is_awaited(7));
  EXPECT_EQ(index.path_of(7, host.root(), kStart + std::chrono::seconds(5)), "");
  EXPECT_FALSE(index.is_awaited(7));
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  const std::uint64_t top = inode_of(host, "/sys/fs/cgroup");
  EXPECT_EQ(index.path_of(top, host.root(), kStart + std::chrono::seconds(10)), "/");
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
