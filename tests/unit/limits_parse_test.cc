#include <gtest/gtest.h>

#include <limits>

#include "collectors/parse/cgroup_files.h"
#include "collectors/parse/gateway_cgroup.h"
#include "collectors/parse/proc_files.h"
#include "collectors/parse/unit_environment.h"
#include "collectors/parse/unit_properties.h"

namespace clawvigil::parse {
namespace {

TEST(CgroupFiles, Limits) {
  EXPECT_EQ(cgroup_limit("max\n").value(), std::nullopt);
  EXPECT_EQ(cgroup_limit("83886080\n").value(), 83886080);
  EXPECT_EQ(cgroup_limit("0\n").value(), 0);
  EXPECT_EQ(cgroup_limit("18446744073709551615\n").value(),
            std::numeric_limits<std::uint64_t>::max());
  for (const char* bad :
       {"", "\n", "18446744073709551616\n", "-1\n", "8 0\n", "maximum\n", "1e9"}) {
    EXPECT_EQ(cgroup_limit(bad).error().code, Errc::parse) << bad;
  }
}

TEST(CgroupFiles, CpuQuota) {
  EXPECT_EQ(cgroup_cpu_quota("50000 100000\n").value(), 0.5);
  EXPECT_EQ(cgroup_cpu_quota("300000 100000\n").value(), 3.0);
  EXPECT_EQ(cgroup_cpu_quota("max 100000\n").value(), std::nullopt);
  for (const char* bad : {"", "50000", "50000 0\n", "50000 max\n", " 100000\n", "5 1 2\n"}) {
    EXPECT_FALSE(cgroup_cpu_quota(bad)) << bad;
  }
}

TEST(CgroupFiles, Values) {
  const std::string_view events = "low 0\nhigh 3\nmax 235\noom 4\noom_kill 2\noom_group_kill 0\n";
  EXPECT_EQ(cgroup_value(events, "oom"), 4);
  EXPECT_EQ(cgroup_value(events, "oom_kill"), 2);
  EXPECT_EQ(cgroup_value(events, "kill"), std::nullopt);
  EXPECT_EQ(cgroup_value("oom_kill", "oom_kill"), std::nullopt);
  EXPECT_EQ(cgroup_value("oom_kill -1\n", "oom_kill"), std::nullopt);
  EXPECT_EQ(cgroup_value("oom_kill 2", "oom_kill"), 2) << "last line without an end";
}

TEST(CgroupFiles, Pressure) {
  const std::string_view pressure =
      "some avg10=1.26 avg60=0.30 avg300=0.06 total=225926\n"
      "full avg10=1.26 avg60=0.30 avg300=0.06 total=225900\n";
  EXPECT_EQ(cgroup_stalled(pressure, "some"), 225926);
  EXPECT_EQ(cgroup_stalled(pressure, "full"), 225900);
  EXPECT_EQ(cgroup_stalled("some avg10=0.00 avg60=0.00\n", "some"), std::nullopt);
  EXPECT_EQ(cgroup_stalled("", "full"), std::nullopt);
}

TEST(CgroupFiles, PathOfAProcess) {
  EXPECT_EQ(cgroup_path("9:name=systemd:/a\n1:cpu:/b\n0::/user.slice/x.service\n"),
            "/user.slice/x.service");
  EXPECT_EQ(cgroup_path("0::/\n"), "/");
  EXPECT_EQ(cgroup_path("9:name=systemd:/a\n").error().code, Errc::not_found);
  EXPECT_EQ(cgroup_path("0::/x.service (deleted)\n").error().code, Errc::not_found);
  EXPECT_EQ(cgroup_path("0::/../../x.service\n").error().code, Errc::unsupported);
  EXPECT_EQ(cgroup_path("0::x.service\n").error().code, Errc::unsupported);
}

TEST(GatewayCgroup, ContainersAndNestedUnits) {
  const std::string id(64, '0');
  const std::string scope = "/user.slice/user-1.slice/user@1.service/user.slice/libpod-" + id;
  CgroupPlace place = place_of_cgroup(scope + ".scope/container");
  EXPECT_EQ(place.manager, UnitManager::container);
  EXPECT_EQ(place.cgroup, scope + ".scope");
  place = place_of_cgroup("/system.slice/openclaw.service/payload/deep");
  EXPECT_EQ(place.cgroup, "/system.slice/openclaw.service");
  EXPECT_EQ(place.manager, UnitManager::system);
  EXPECT_EQ(place_of_cgroup("/user.slice/user-1.slice/user@1.service/init.scope").unit, "none");
  EXPECT_EQ(place_of_cgroup("/docker-short.scope").manager, UnitManager::none);
  EXPECT_EQ(place_of_cgroup("/").unit, "none");
  EXPECT_EQ(place_of_cgroup("").cgroup, "");
}

TEST(ProcFiles, Meminfo) {
  const std::string_view text = "MemTotal:        2014772 kB\nSwapTotal:             0 kB\nX: 1\n";
  EXPECT_EQ(meminfo_bytes(text, "MemTotal"), 2014772ULL * 1024);
  EXPECT_EQ(meminfo_bytes(text, "SwapTotal"), 0);
  EXPECT_EQ(meminfo_bytes(text, "X"), std::nullopt);
  EXPECT_EQ(meminfo_bytes(text, "Total"), std::nullopt);
  EXPECT_EQ(meminfo_bytes("MemTotal: 99999999999999999999 kB", "MemTotal"), std::nullopt);
  EXPECT_EQ(meminfo_bytes("MemTotal: 18446744073709551615 kB", "MemTotal"), std::nullopt);
}

TEST(ProcFiles, OpenFiles) {
  EXPECT_EQ(open_files_limit("Max open files            1024                 524288         files"),
            1024);
  EXPECT_EQ(open_files_limit("Max open files            unlimited            unlimited      files"),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(open_files_limit("Max processes 1 2\n"), std::nullopt);
}

TEST(ProcFiles, StartOfAProcessWhateverItsName) {
  const std::string fields = " S 1 1 1 0 -1 4194560 2811 0 47 0 110 149 0 0 20 0 1 0 2904 45 9";
  const auto expected = SystemTime(std::chrono::seconds(1000 + 29));
  EXPECT_EQ(process_start("190 (openclaw-gatewa)" + fields, "cpu 1\nbtime 1000\n"), expected);
  EXPECT_EQ(process_start("190 (a) R 1 (b)" + fields, "btime 1000\n"), expected);
  EXPECT_EQ(process_start("190 (x) S 1 1", "btime 1000\n"), std::nullopt);
  EXPECT_EQ(process_start("190 (x)" + fields, "cpu 1\n"), std::nullopt);
  EXPECT_EQ(process_start("190 (x)" + fields, "btime 99999999999999\n"), std::nullopt);
}

TEST(ProcFiles, Processors) {
  EXPECT_EQ(online_processors("cpu  1 2\ncpu0 1\ncpu11 1\nintr 1\n"), 2);
  EXPECT_EQ(online_processors(""), 0);
}

TEST(UnitProperties, BlocksOfSystemctlShow) {
  const auto units = parse_unit_properties(
      "Id=a.service\nLoadState=loaded\nActiveState=active\nNRestarts=3\nRestart=always\n\n\n"
      "nonsense\n=x\nId=b.service\nLoadState=not-found\nActiveState=inactive\nX=a=b\n");
  ASSERT_EQ(units.size(), 2);
  const auto a = unit_state(units[0]);
  ASSERT_TRUE(a);
  EXPECT_TRUE(a->loaded && a->active);
  EXPECT_EQ(a->restarts, 3);
  EXPECT_EQ(a->restart, "always");
  const auto b = unit_state(units[1]);
  EXPECT_FALSE(b->loaded || b->active);
  EXPECT_EQ(units[1].at("X"), "a=b");
  EXPECT_EQ(unit_state({{"Id", "a.service"}}), std::nullopt);
}

TEST(UnitProperties, AUnitThatWaitsForItsRestartDoesNotRun) {
  UnitProperties properties{
      {"Id", "a.service"}, {"LoadState", "loaded"}, {"ActiveState", "activating"}};
  EXPECT_FALSE(unit_state(properties)->active);
  properties["ActiveState"] = "reloading";
  EXPECT_TRUE(unit_state(properties)->active);
}

TEST(UnitProperties, AreBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "Id=u" + std::to_string(i) + "\n\n";
  EXPECT_EQ(parse_unit_properties(many).size(), 256);
}

TEST(UnitSetting, TheLastOneCountsInItsSectionOnly) {
  const std::string_view text =
      "[Unit]\nRestart=never\n[Service]\nRestart=always\nRestartSec=5\n[Install]\nRestart=x\n"
      "[Service]\nRestart = on-\\\nfailure\n";
  EXPECT_EQ(clawvigil::unit_setting(text, "Restart"), "on- failure");
  EXPECT_EQ(clawvigil::unit_setting(text, "RestartSec"), "5");
  EXPECT_EQ(clawvigil::unit_setting("[Service]\nRestart=always\nRestart=\n", "Restart"), "");
  EXPECT_EQ(clawvigil::unit_setting("", "Restart"), "");
}

}  // namespace
}  // namespace clawvigil::parse
