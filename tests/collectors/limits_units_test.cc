// Which unit is the gateway's, and what is known of it from files and the probe's report.
#include "exporter/host/spool.h"
#include "tests/collectors/limits_fixture.h"

namespace clawvigil {
namespace {

using namespace limits_families;
using test::kGatewayCgroup;
using test::LimitsHost;
using test::unit_value;
using test::unknown_reason;

const std::string kId(64, 'a');
constexpr const char* kUnitFile = "/home/claw/.config/systemd/user/openclaw-gateway.service";
constexpr const char* kWants =
    "/home/claw/.config/systemd/user/default.target.wants/openclaw-gateway.service";

class LimitsUnits : public ::testing::Test {
 protected:
  LimitsUnits() {
    if (::geteuid() != 0) return;
    host_.set_cgroups(LimitsHost::captured("default.txt"));
    host_.write_of_user(kUnitFile, "[Service]\nExecStart=x\nRestart=always\n");
  }
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root: files of the user, reports of root";
  }
  void report(const std::string& output) {
    const host::ProbeReport report{
        std::chrono::floor<std::chrono::seconds>(host_.harness().clock.now().wall),
        {{"claw", output}}};
    ASSERT_TRUE(host::write_probe_report(host_.harness().config.probes_directory,
                                         limits::kUserUnitsProbe, report));
  }
  LimitsHost host_;
};

TEST_F(LimitsUnits, ByTheCgroupOfTheProcess) {
  struct Case {
    std::string cgroup, unit, manager;
  };
  for (const Case& c : std::vector<Case>{
           {kGatewayCgroup, "openclaw-gateway.service", "user"},
           {"/user.slice/user-4242.slice/user@4242.service/app.slice/openclaw.service/"
            "libpod-payload-" +
                kId,
            "openclaw.service", "user"},
           {"/system.slice/claw-by-hand.service", "claw-by-hand.service", "system"},
           {"/system.slice/docker-" + kId + ".scope", "container", "container"},
           {"/docker/" + kId, "container", "container"},
           {"/user.slice/user-4242.slice/session-3.scope", "none", "none"},
           {"/user.slice/user-4242.slice/user@4242.service/app.slice/tmux.scope", "none", "none"},
       }) {
    host_.start_process(c.cgroup);
    host_.host().mkdir("/sys/fs/cgroup" + c.cgroup);
    EXPECT_EQ(unit_value(host_.run(), kActive, c.unit, c.manager), 1) << c.cgroup;
  }
}

TEST_F(LimitsUnits, AGatewayInNoUnitIsNeverStartedAgain) {
  host_.start_process("/user.slice/user-4242.slice/session-3.scope");
  const Batch batch = host_.run();
  EXPECT_EQ(unit_value(batch, kEnabled, "none", "none"), 0);
  EXPECT_EQ(unit_value(batch, kRestartPolicy, "no", "none", "none"), 1);
  EXPECT_EQ(unknown_reason(batch, kRestarts.name()), std::nullopt);
}

TEST_F(LimitsUnits, AContainerOfDockerSaysSoItself) {
  const auto docker = [](const std::string& name) {
    return test::read_all(test::fixture("collectors/limits/docker20/" + name));
  };
  host_.start_process("/system.slice/docker-" + kId + ".scope");
  EXPECT_EQ(unknown_reason(host_.run(), kRestartPolicy.name()), Errc::not_found);
  const std::string directory = "/var/lib/docker/containers/" + kId + "/";
  host_.host().write(directory + "hostconfig.json", docker("hostconfig.json"));
  host_.host().write(directory + "config.v2.json", docker("config.v2.json"), 0600);
  for (const std::string& cgroup : {"/system.slice/docker-" + kId + ".scope", "/docker/" + kId}) {
    host_.start_process(cgroup);
    const Batch batch = host_.run();
    EXPECT_EQ(unit_value(batch, kRestartPolicy, "unless-stopped", "container", "container"), 1);
    EXPECT_EQ(unit_value(batch, kRestarts, "container", "container"), 8);
  }
  host_.host().write(directory + "hostconfig.json", R"({"RestartPolicy": {"Name": "x\"} "}})");
  EXPECT_EQ(unknown_reason(host_.run(), kRestartPolicy.name()), Errc::parse);
  host_.start_process("/user.slice/user-4242.slice/libpod-" + kId + ".scope");
  EXPECT_EQ(unknown_reason(host_.run(), kRestartPolicy.name()), Errc::unsupported);
}

TEST_F(LimitsUnits, TheUnitOfAnotherProfileIsAnotherHomes) {
  host_.start_process(
      "/user.slice/user-4242.slice/user@4242.service/app.slice/"
      "openclaw-gateway-work.service");
  host_.remake_gateway_cgroup();
  EXPECT_EQ(unit_value(host_.run(), kActive), 0) << "its own one is there, and does not run";
}

TEST_F(LimitsUnits, StartedAtBootNeedsTheTargetAndLingering) {
  EXPECT_EQ(unit_value(host_.run(), kEnabled), 0);
  host_.host().write(kWants, "");
  EXPECT_EQ(unit_value(host_.run(), kEnabled), 0);
  host_.host().write("/var/lib/systemd/linger/claw", "");
  EXPECT_EQ(unit_value(host_.run(), kEnabled), 1);
}

TEST_F(LimitsUnits, PolicyOfTheFileAndItsDropIns) {
  EXPECT_EQ(unit_value(host_.run(), kRestartPolicy, "always"), 1);
  host_.write_of_user(std::string(kUnitFile) + ".d/10-mine.conf", "[Service]\nRestart=on-abort\n");
  EXPECT_EQ(unit_value(host_.run(), kRestartPolicy, "on-abort"), 1);
  host_.host().write("/etc/systemd/user/openclaw-gateway.service.d/a.conf",
                     "[Service]\nRestart=\n");
  EXPECT_EQ(unit_value(host_.run(), kRestartPolicy, "no"), 1);
}

TEST_F(LimitsUnits, RestartsComeFromTheProbeAndGoOnOverItsNewBeginnings) {
  host_.start_process();
  EXPECT_EQ(unknown_reason(host_.run(), kRestarts.name()), Errc::not_found) << "no report";
  report(LimitsHost::captured("show-restarted"));
  const Batch batch = host_.run();
  EXPECT_EQ(unit_value(batch, kRestarts), 1);
  EXPECT_EQ(unit_value(batch, kRestartPolicy, "always"), 1);
  report(LimitsHost::captured("show-default"));  // NRestarts=0: started by hand
  EXPECT_EQ(unit_value(host_.run(), kRestarts), 1);
  report(LimitsHost::captured("show-restarted"));
  host_.restart_daemon();
  EXPECT_EQ(unit_value(host_.run(), kRestarts), 2);
  host_.harness().clock.advance(std::chrono::hours(1));
  EXPECT_EQ(unknown_reason(host_.run(), kRestarts.name()), Errc::timeout);
}

TEST_F(LimitsUnits, AReportWithoutTheUnitIsUnknown) {
  host_.start_process();
  report("Id=other.service\nLoadState=loaded\nActiveState=active\nNRestarts=7\n");
  EXPECT_EQ(unknown_reason(host_.run(), kRestarts.name()), Errc::not_found);
}

TEST_F(LimitsUnits, ASystemUnitIsAskedForAtTheBus) {
  host_.start_process("/system.slice/openclaw.service");
  host_.host().write("/etc/systemd/system/openclaw.service",
                     "[Service]\nUser=claw\nRestart=on-failure\n");
  const Batch batch = host_.run();  // there is no bus here
  EXPECT_EQ(unknown_reason(batch, kRestarts.name()), Errc::not_found);
  EXPECT_EQ(unit_value(batch, kRestartPolicy, "on-failure", "openclaw.service", "system"), 1);
  EXPECT_EQ(unit_value(batch, kEnabled, "openclaw.service", "system"), 0);
}

TEST_F(LimitsUnits, AStoppedSystemUnitIsFoundByItsUser) {
  std::filesystem::remove(host_.host().real(kUnitFile));
  host_.host().write("/etc/systemd/system/openclaw.service", "[Service]\nUser=other\n");
  EXPECT_FALSE(test::has(host_.run(), kActive.name()));
  host_.host().write("/etc/systemd/system/openclaw.service.d/user.conf", "[Service]\nUser=claw\n");
  EXPECT_EQ(unit_value(host_.run(), kActive, "openclaw.service", "system"), 0);
}

}  // namespace
}  // namespace clawvigil
