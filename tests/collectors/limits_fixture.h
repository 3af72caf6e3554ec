// A host with the cgroups, processes and unit files of a captured gateway, for the collector
// "limits".
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "collectors/limits.h"
#include "collectors/limits/unit_states.h"
#include "collectors/limits_families.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil::test {

inline const std::string kGatewayCgroup =
    "/user.slice/user-4242.slice/user@4242.service/app.slice/openclaw-gateway.service";

class LimitsHost {
 public:
  static constexpr uid_t kUser = 4242;
  static constexpr int kPid = 191;

  LimitsHost() {
    host_.write("/etc/passwd", "claw:x:4242:4242::/home/claw:/bin/bash\n");
    host_.mkdir("/home/claw/.openclaw");
    host_.write("/proc/meminfo", captured("meminfo"));
    host_.write("/proc/sys/kernel/threads-max", "7608\n");
    host_.write("/proc/sys/kernel/pid_max", "32768\n");
    host_.write("/proc/stat", "cpu  1 2 3\ncpu0 1 2\ncpu1 1 2\nintr 9\nbtime 1795347000\n");
    set_boot("5c0b2d5a-0000-4000-8000-000000000001");
    harness_.use_root(host_.real("/"));
    harness_.config.rootfs = host_.real("/");
    harness_.config.storage_path = host_.real("/home");
    harness_.config.probes_directory = host_.real("/probes");
    harness_.add_home(
        {"claw", "/home/claw/.openclaw", kUser,
         std::make_shared<const host::Dir>(host_.root().anchor("/home/claw/.openclaw").value())});
    collector_ = make_limits_collector();
  }

  static std::string captured(const std::string& name) {
    return read_all(fixture("collectors/limits/debian12/" + name));
  }
  void set_boot(const std::string& id) const {
    host_.write("/proc/sys/kernel/random/boot_id", id + "\n");
  }
  // The tree of a capture, "-- path --" before each file, into the directories that are there.
  void set_cgroups(const std::string& text, const std::string& mount = "/sys/fs/cgroup") const {
    std::string path;
    std::string content;
    const auto flush = [&] {
      if (!path.empty()) host_.write(mount + "/" + path, content);
      content.clear();
    };
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = text.find('\n', at);
      const std::string line = text.substr(at, end - at);
      if (line.starts_with("-- ") && line.ends_with(" --")) {
        flush();
        path = line.substr(3, line.size() - 6);
      } else {
        content += line + "\n";
      }
      at = end == std::string::npos ? text.size() : end + 1;
    }
    flush();
  }
  // What systemd does when it starts a unit again: the same name, another cgroup.
  void remake_gateway_cgroup() {
    const std::string old = host_.real("/old-" + std::to_string(++remade_));  // keeps its inode
    std::filesystem::rename(host_.real("/sys/fs/cgroup" + kGatewayCgroup), old);
  }
  void set_cgroup_file(const std::string& name, const std::string& content) const {
    host_.write("/sys/fs/cgroup" + kGatewayCgroup + "/" + name, content);
  }
  [[nodiscard]] std::string cgroup_file(const std::string& name) const {
    return read_all(host_.real("/sys/fs/cgroup" + kGatewayCgroup + "/" + name));
  }
  void start_process(const std::string& cgroup = kGatewayCgroup) const {
    const std::string process = "/proc/" + std::to_string(kPid);
    for (const char* name : {"comm", "status", "limits", "stat"}) {
      host_.write(process + "/" + name, captured(std::string("proc_") + name));
    }
    host_.write(process + "/cgroup", "0::" + cgroup + "\n");
    host_.write(process + "/fd/0", "");
    host_.write(process + "/fd/1", "");
  }
  void end_process() const {
    std::filesystem::remove_all(host_.real("/proc/" + std::to_string(kPid)));
  }
  // A file of the user's; needs root.
  void write_of_user(const std::string& path, const std::string& content) const {
    host_.write(path, content);
    ASSERT_EQ(::chown(host_.real(path).c_str(), kUser, kUser), 0);
  }

  Batch run() { return harness_.run(*collector_); }
  void restart_daemon() {
    harness_.restart_store();
    collector_ = make_limits_collector();
  }
  [[nodiscard]] const HostFixture& host() const { return host_; }
  [[nodiscard]] CollectorHarness& harness() { return harness_; }

 private:
  HostFixture host_;
  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_;
  int remade_ = 0;
};

inline double unit_value(const Batch& batch, const Metric<3>& metric,
                         const std::string& unit = "openclaw-gateway.service",
                         const std::string& manager = "user") {
  return value(batch, metric.name(), {"claw", unit, manager});
}
inline double unit_value(const Batch& batch, const Metric<4>& metric, const std::string& last,
                         const std::string& unit = "openclaw-gateway.service",
                         const std::string& manager = "user") {
  return value(batch, metric.name(), {"claw", unit, manager, last});
}
// Why a family is unknown; nullopt: it is not.
inline std::optional<Errc> unknown_reason(const Batch& batch, std::string_view family) {
  for (const Unknown& unknown : batch.unknowns()) {
    for (const std::string_view name : unknown.families) {
      if (name == family) return unknown.reason;
    }
  }
  return std::nullopt;
}

}  // namespace clawvigil::test
