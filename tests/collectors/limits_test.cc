// Over cgroup files, processes and answers of systemd captured from Debian 12 with the unified
// hierarchy (tests/collectors/limits/README.md). A real systemd: tests/e2e/limits.py.
#include "tests/collectors/limits_fixture.h"

namespace clawvigil {
namespace {

using namespace limits_families;
using test::kGatewayCgroup;
using test::LimitsHost;
using test::unit_value;
using test::unknown_reason;

constexpr double kMiB = 1024 * 1024;

TEST(Limits, AUnitWithoutLimitsHasOnlyTheTasksOfSystemd) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("default.txt"));
  host.start_process();
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kActive), 1);
  EXPECT_EQ(unit_value(batch, kMemory), 42512384);
  EXPECT_FALSE(test::has(batch, kMemoryMax.name()));
  EXPECT_FALSE(test::has(batch, kMemoryHigh.name()));
  EXPECT_FALSE(test::has(batch, kCpuQuota.name()));
  EXPECT_EQ(unit_value(batch, kLimitSet, "memory"), 0);
  EXPECT_EQ(unit_value(batch, kLimitSet, "cpu"), 0);
  EXPECT_EQ(unit_value(batch, kLimitSet, "tasks"), 1);
  EXPECT_EQ(unit_value(batch, kTasksMax), 1141);  // TasksMax= of the manager's default
  EXPECT_EQ(unknown_reason(batch, kLimitSet.name()), std::nullopt);
}

TEST(Limits, AreThoseSystemdWasToldToSet) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("limited.txt"));
  host.start_process();
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kMemoryMax), 80 * kMiB);
  EXPECT_EQ(unit_value(batch, kMemoryHigh), 60 * kMiB);
  EXPECT_EQ(unit_value(batch, kTasksMax), 50);
  EXPECT_EQ(unit_value(batch, kCpuQuota), 0.5);
  for (const char* resource : {"memory", "tasks", "cpu"}) {
    EXPECT_EQ(unit_value(batch, kLimitSet, resource), 1) << resource;
  }
  EXPECT_EQ(unit_value(batch, kUsedRatio, "tasks"), 1.0 / 50);
  // Of the lower limit; what is not page cache.
  const double cached = 221184 + 48184;  // inactive_file, slab_reclaimable
  EXPECT_EQ(unit_value(batch, kUsedRatio, "memory"), (42512384 - cached) / (60 * kMiB));
}

TEST(Limits, PageCacheDoesNotFillALimit) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("limited.txt"));
  host.start_process();
  host.set_cgroup_file("memory.current", std::to_string(60 * 1024 * 1024) + "\n");
  host.set_cgroup_file("memory.stat",
                       "anon 10485760\nfile 41943040\nshmem 0\n"
                       "inactive_file 31457280\nactive_file 10485760\n"
                       "slab_reclaimable 10485760\nslab_unreclaimable 0\n");
  EXPECT_EQ(unit_value(host.run(), kUsedRatio, "memory"), 1.0 / 6);
}

TEST(Limits, OfSlicesAboveTheUnitCount) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("default.txt"));
  host.start_process();
  const std::string slice = "/sys/fs/cgroup/user.slice/user-4242.slice/";
  host.host().write(slice + "memory.max", "209715200\n");
  host.host().write(slice + "pids.max", "100\n");
  host.host().write(slice + "pids.current", "90\n");
  host.host().write("/sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n");
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kMemoryMax), 200 * kMiB);
  EXPECT_EQ(unit_value(batch, kLimitSet, "memory"), 1);
  EXPECT_EQ(unit_value(batch, kTasksMax), 100);
  EXPECT_EQ(unit_value(batch, kUsedRatio, "tasks"), 0.9);  // all of the slice's
  EXPECT_EQ(unit_value(batch, kTasks), 1);
  EXPECT_EQ(unit_value(batch, kCpuQuota), 1.5);
}

TEST(Limits, BeyondWhatTheHostHasAreNone) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("limited.txt"));
  host.start_process();
  host.set_cgroup_file("memory.max", "1099511627776\n");
  host.set_cgroup_file("memory.high", "max\n");
  host.set_cgroup_file("pids.max", "32768\n");
  host.set_cgroup_file("cpu.max", "200000 100000\n");  // of two processors
  host.host().write("/sys/fs/cgroup/user.slice/user-4242.slice/pids.max", "max\n");
  const Batch batch = host.run();
  for (const char* resource : {"memory", "tasks", "cpu"}) {
    EXPECT_EQ(unit_value(batch, kLimitSet, resource), 0) << resource;
  }
}

TEST(Limits, AKilledChildIsCounted) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("limited.txt"));
  host.start_process();
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 0);
  host.set_cgroups(LimitsHost::captured("child-killed.txt"));
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kMemoryEvents, "oom_kill"), 1);
  EXPECT_EQ(unit_value(batch, kMemoryEvents, "max"), 38);
  EXPECT_GT(unit_value(batch, kThrottled), 10);
  EXPECT_GT(unit_value(batch, kThrottledSeconds), 1);
  EXPECT_GT(unit_value(batch, kStalled, "memory"), 0);
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 1) << "once";
}

TEST(Limits, AKillThatTookTheUnitsCgroupAlongIsCounted) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("child-killed.txt"));
  host.start_process();
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 0) << "history";
  ASSERT_NE(LimitsHost::captured("restarted.txt").find("oom_kill 0"), std::string::npos);
  host.remake_gateway_cgroup();
  host.set_cgroups(LimitsHost::captured("restarted.txt"));
  host.restart_daemon();
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 1);
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 1);
}

TEST(Limits, AKillAfterWhichNothingRunsIsCounted) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to own files as the user";
  LimitsHost host;
  host.write_of_user("/home/claw/.config/systemd/user/openclaw-gateway.service",
                     "[Service]\nExecStart=x\n");
  host.set_cgroups(LimitsHost::captured("child-killed.txt"));
  host.start_process();
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 0);
  host.set_cgroups(LimitsHost::captured("restarted.txt"));
  host.remake_gateway_cgroup();
  std::filesystem::remove_all(host.host().real("/sys/fs/cgroup" + kGatewayCgroup));
  host.end_process();
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kActive), 0);
  EXPECT_EQ(unit_value(batch, kMemoryEvents, "oom_kill"), 1);
  EXPECT_EQ(unknown_reason(batch, kLimitSet.name()), Errc::not_found);
  EXPECT_FALSE(test::has(batch, kLimitSet.name()));
}

TEST(Limits, AfterABootCountsOnlyWhatTheNewKernelCounted) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("child-killed.txt"));
  host.start_process();
  host.run();
  host.set_boot("5c0b2d5a-0000-4000-8000-000000000002");
  host.remake_gateway_cgroup();
  host.set_cgroups(LimitsHost::captured("restarted.txt"));
  EXPECT_EQ(unit_value(host.run(), kMemoryEvents, "oom_kill"), 0);
}

TEST(Limits, WithoutTheMemoryControllerAreUnsupported) {
  LimitsHost host;
  host.set_cgroups(test::read_all(test::fixture("collectors/limits/hybrid.txt")),
                   "/sys/fs/cgroup/unified");
  host.start_process();
  const Batch batch = host.run();
  EXPECT_EQ(unit_value(batch, kActive), 1);
  EXPECT_GT(unit_value(batch, kCpu), 0);  // counted in any tree
  EXPECT_FALSE(test::has(batch, kLimitSet.name()));
  EXPECT_FALSE(test::has(batch, kMemoryEvents.name()));
  for (const auto& family : {kLimitSet.name(), kMemory.name(), kMemoryEvents.name()}) {
    EXPECT_EQ(unknown_reason(batch, family), Errc::unsupported) << family;
  }
}

TEST(Limits, WithoutATreeOfVersion2AreNotFound) {
  LimitsHost host;
  host.host().write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1\n");
  host.start_process();
  const Batch batch = host.run();
  EXPECT_EQ(unknown_reason(batch, kLimitSet.name()), Errc::not_found);
  EXPECT_EQ(unit_value(batch, kActive), 1);
}

TEST(Limits, ATreeMountedElsewhereIsFoundBySetting) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("limited.txt"), "/mnt/cgroups");
  host.start_process();
  host.harness().config.cgroups = "/mnt/cgroups";
  EXPECT_EQ(unit_value(host.run(), kTasksMax), 50);
}

TEST(Limits, HostAndProcess) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("default.txt"));
  host.start_process();
  const Batch batch = host.run();
  EXPECT_EQ(test::value(batch, kSwap.name()), 0);
  EXPECT_NEAR(test::value(batch, kHostMemory.name()), 1e9, 1e8);
  EXPECT_GE(test::value(batch, kOpenFds.name(), {"claw"}), 2);
  EXPECT_EQ(test::value(batch, kMaxFds.name(), {"claw"}), 1024);
  EXPECT_EQ(unit_value(batch, kStart), 1795347000 + 29);
  for (const char* object : {"state", "clawvigil"}) {
    const double ratio = test::value(batch, kDiskFree.name(), {object});
    EXPECT_GT(ratio, 0) << object;
    EXPECT_LE(ratio, 1) << object;
  }
  EXPECT_FALSE(test::has(batch, kDiskFree.name(), {"backups"}));
}

TEST(Limits, AHomeWithoutAGatewayHasNoUnit) {
  LimitsHost host;
  host.set_cgroups(LimitsHost::captured("default.txt"));
  const Batch batch = host.run();
  EXPECT_FALSE(test::has(batch, kActive.name()));
  EXPECT_TRUE(batch.unknowns().empty());
}

}  // namespace
}  // namespace clawvigil
