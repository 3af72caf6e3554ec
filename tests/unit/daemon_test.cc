// The daemon as a process: start, reload, stop, and what it does when something is wrong.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/milliseconds.h"
#include "exporter/store/store.h"
#include "tests/support/daemon_process.h"
#include "tests/support/http_client.h"

namespace clawvigil {
namespace {

using std::chrono::milliseconds;
using test::DaemonProcess;
using test::eventually;

class Daemon : public testing::Test {
 protected:
  Daemon() {
    directory_.write("home/openclaw.json", "{gateway: {port: 1, auth: {mode: 'token'}}}");
    write_config("log: {level: info}\n");
  }
  void write_config(const std::string& text) const { directory_.write("clawvigil.yml", text); }
  [[nodiscard]] std::vector<std::string> arguments() const {
    return {"serve",
            "--config.file=" + (directory_ / "clawvigil.yml"),
            "--storage.path=" + (directory_ / "state"),
            "--web.listen-address=127.0.0.1:0",
            "--web.allow-gateway-user",
            "--openclaw.home=" + (directory_ / "home")};
  }
  static std::string metrics(std::uint16_t port) {
    return test::http(port, "GET", "/metrics").body;
  }

  test::TempDir directory_;
};

TEST_F(Daemon, TellsItsAddressAndWhatItFoundAndSystemdThatItIsReady) {
  DaemonProcess daemon(arguments());
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  EXPECT_NE(daemon.output().find(directory_ / "home"), std::string::npos) << daemon.output();
  EXPECT_TRUE(daemon.notified("READY=1"));
  EXPECT_TRUE(daemon.notified("WATCHDOG=1"));
  EXPECT_TRUE(eventually([&] { return test::http(port, "GET", "/-/ready").status == 200; }));
  EXPECT_NE(metrics(port).find("clawvigil_config_parse_ok{home="), std::string::npos);
}

TEST_F(Daemon, StopsInUnderASecondAndStartsAgainWithItsState) {
  for (const int signal : {SIGTERM, SIGINT}) {
    DaemonProcess daemon(arguments());
    ASSERT_NE(daemon.port(), 0) << daemon.output();
    daemon.signal(signal);
    EXPECT_EQ(daemon.wait(milliseconds(1000)), 0) << daemon.output();
    EXPECT_TRUE(daemon.notified("STOPPING=1"));
  }
}

TEST_F(Daemon, WritesWhatItSawBeforeItStops) {
  DaemonProcess daemon(arguments());
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  ASSERT_TRUE(
      eventually([&] { return metrics(port).find("clawvigil_rule_state{") != std::string::npos; }));
  const SystemTime told = SystemClock{}.now().wall;
  daemon.signal(SIGTERM);
  ASSERT_EQ(daemon.wait(milliseconds(1000)), 0) << daemon.output();
  auto store = store::Store::open_to_read(directory_ / "state");
  ASSERT_TRUE(store) << store.error().message;
  auto session = store->prepare("SELECT MAX(until) FROM history_sessions");
  ASSERT_TRUE(session && session->step().value_or(false));
  EXPECT_GE(session->integer(0), to_milliseconds(told));
}

TEST_F(Daemon, AReloadTakesTheNewConfigurationOrKeepsTheOld) {
  DaemonProcess daemon(arguments());
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  write_config("log: {level: loud}\n");
  daemon.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return daemon.output().find("level=error") != std::string::npos; }));
  EXPECT_NE(daemon.output().find("clawvigil.yml:1:14"), std::string::npos) << daemon.output();
  EXPECT_TRUE(eventually([&] {
    return metrics(port).find("clawvigil_config_last_reload_successful 0") != std::string::npos;
  }));
  write_config("log: {level: warn}\n");
  daemon.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    return metrics(port).find("clawvigil_config_last_reload_successful 1") != std::string::npos;
  }));
}

TEST_F(Daemon, ABrokenConfigurationAtStartIsExitTwoWithItsPlace) {
  write_config("web:\n  listen-adress: 127.0.0.1:1\n");
  DaemonProcess daemon({"serve", "--config.file=" + (directory_ / "clawvigil.yml")});
  EXPECT_EQ(daemon.wait(milliseconds(5000)), 2);
  EXPECT_NE(daemon.output().find("clawvigil.yml:2:3"), std::string::npos) << daemon.output();
  EXPECT_NE(daemon.output().find("listen-address"), std::string::npos) << daemon.output();
}

TEST_F(Daemon, AnAddressInUseIsSaidSo) {
  DaemonProcess first(arguments());
  const std::uint16_t port = first.port();
  ASSERT_NE(port, 0) << first.output();
  auto same = arguments();
  same[3] = "--web.listen-address=127.0.0.1:" + std::to_string(port);
  same[2] = "--storage.path=" + (directory_ / "other");
  DaemonProcess second(same);
  EXPECT_EQ(second.wait(milliseconds(5000)), 1);
  EXPECT_NE(second.output().find("in use"), std::string::npos) << second.output();
}

TEST_F(Daemon, AnAddressOthersCouldReachIsRefused) {
  auto open = arguments();
  open[3] = "--web.listen-address=0.0.0.0:0";
  DaemonProcess daemon(open);
  EXPECT_NE(daemon.wait(milliseconds(5000)), 0);
  EXPECT_NE(daemon.output().find("SSH tunnel"), std::string::npos) << daemon.output();
}

TEST_F(Daemon, WithoutAPlaceForItsStateItRunsAndSaysSo) {
  directory_.write("file", "");
  auto stateless = arguments();
  stateless[2] = "--storage.path=" + (directory_ / "file/state");
  DaemonProcess daemon(stateless);
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  EXPECT_TRUE(eventually(
      [&] { return metrics(port).find("clawvigil_storage_persistent 0") != std::string::npos; }));
}

TEST_F(Daemon, AnOpenClawInstalledLaterIsNoticed) {
  std::filesystem::rename(directory_ / "home", directory_ / "not-yet");
  DaemonProcess daemon(arguments());
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0) << daemon.output();
  EXPECT_TRUE(eventually(
      [&] { return metrics(port).find("clawvigil_openclaw_homes 0") != std::string::npos; }));
  std::filesystem::rename(directory_ / "not-yet", directory_ / "home");
  const auto noticed = [&] {
    return metrics(port).find("clawvigil_config_parse_ok{home=") != std::string::npos;
  };
  EXPECT_TRUE(eventually(noticed) || eventually(noticed)) << "looked for every 10 s";
}

}  // namespace
}  // namespace clawvigil
