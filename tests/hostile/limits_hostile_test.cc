// Files of cgroups, processes and units as nothing sane has them: unknown, never a guess or a hang.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <thread>

#include "exporter/base/fd.h"
#include "exporter/host/service_manager.h"
#include "exporter/host/spool.h"
#include "tests/collectors/limits_fixture.h"

namespace clawvigil {
namespace {

using namespace limits_families;
using test::LimitsHost;
using test::unknown_reason;

class HostileLimits : public ::testing::Test {
 protected:
  HostileLimits() {
    host_.set_cgroups(LimitsHost::captured("limited.txt"));
    host_.start_process();
  }
  LimitsHost host_;
};

TEST_F(HostileLimits, MalformedFilesAreUnknown) {
  struct Case {
    std::string file, content;
    std::string_view family;
  };
  for (const Case& c : std::vector<Case>{
           {"memory.max", "", kMemoryMax.name()},
           {"memory.max", "99999999999999999999999999\n", kLimitSet.name()},
           {"memory.max", std::string(100'000, '9'), kMemory.name()},
           {"memory.current", "-5\n", kMemory.name()},
           {"memory.high", std::string("6\0", 2), kMemoryHigh.name()},
           {"memory.events", "low 0\nhigh 0\n", kMemoryEvents.name()},
           {"pids.max", "many\n", kTasksMax.name()},
           {"pids.current", "\n", kTasks.name()},
           {"cpu.max", "50000\n", kCpuQuota.name()},
           {"cpu.max", "50000 0\n", kLimitSet.name()},
           {"cpu.stat", "usage_usec x\n", kCpu.name()},
       }) {
    const std::string sound = host_.cgroup_file(c.file);
    host_.set_cgroup_file(c.file, c.content);
    EXPECT_EQ(unknown_reason(host_.run(), c.family), Errc::parse) << c.file << " " << c.content;
    host_.set_cgroup_file(c.file, sound);
    EXPECT_EQ(unknown_reason(host_.run(), c.family), std::nullopt) << c.file;
  }
}

TEST_F(HostileLimits, AFileWithoutEndIsTooLarge) {
  host_.set_cgroup_file("memory.max", std::string(1'000'000, '9'));
  EXPECT_EQ(unknown_reason(host_.run(), kMemoryMax.name()), Errc::too_large);
}

TEST_F(HostileLimits, AbsurdNumbersStayNumbers) {
  const std::string huge = "18446744073709551615\n";
  for (const char* file : {"memory.current", "memory.peak", "pids.current", "memory.max"}) {
    host_.set_cgroup_file(file, huge);
  }
  host_.set_cgroup_file("memory.stat", "inactive_file " + huge + "active_file " + huge);
  host_.set_cgroup_file("memory.events",
                        "high " + huge + "max " + huge + "oom 1\noom_kill " + huge);
  const Batch batch = host_.run();
  EXPECT_EQ(test::unit_value(batch, kUsedRatio, "memory"), 0);
  EXPECT_GT(test::unit_value(batch, kUsedRatio, "tasks"), 1);
  EXPECT_EQ(test::unit_value(batch, kMemoryEvents, "oom_kill"), 0);
}

TEST_F(HostileLimits, ACgroupThatIsAFileOrALinkIsNone) {
  host_.remake_gateway_cgroup();
  host_.host().write("/sys/fs/cgroup" + test::kGatewayCgroup, "not a directory");
  const Batch batch = host_.run();
  EXPECT_FALSE(test::has(batch, kLimitSet.name()));
  EXPECT_TRUE(unknown_reason(batch, kLimitSet.name()));
}

TEST_F(HostileLimits, APathOutOfTheTreeIsRefused) {
  host_.start_process("/../../../etc");
  EXPECT_EQ(unknown_reason(host_.run(), kActive.name()), Errc::unsupported);
  std::string deep;
  for (int i = 0; i < 5'000; ++i) deep += "/d";
  host_.start_process(deep);
  EXPECT_TRUE(unknown_reason(host_.run(), kLimitSet.name()));
}

TEST_F(HostileLimits, ANameOfAUnitIsSanitised) {
  host_.start_process("/system.slice/a\x01\xff{}\"b.service");
  const Batch batch = host_.run();
  for (const auto& [labels, sample] : batch.find(kActive.name())->samples) {
    EXPECT_EQ(labels[1].find('\x01'), std::string::npos);
  }
}

// A gateway may have as many cgroups below its own as its user likes: none of them is looked at.
TEST_F(HostileLimits, CgroupsBelowItAreNotLookedAt) {
  const std::string cgroup = host_.host().real("/sys/fs/cgroup" + test::kGatewayCgroup);
  for (int i = 0; i < 200; ++i) std::filesystem::create_directory(cgroup + "/" + std::to_string(i));
  timespec long_ago{};
  ASSERT_EQ(::utimensat(AT_FDCWD, cgroup.c_str(), std::array{long_ago, long_ago}.data(), 0), 0);
  host_.run();
  struct ::stat found{};
  ASSERT_EQ(::stat(cgroup.c_str(), &found), 0);
  EXPECT_EQ(found.st_atim.tv_sec, 0) << "it was listed";
}

TEST_F(HostileLimits, AReportOfNonsenseIsUnknown) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root: the report is root's";
  const std::string id = "Id=openclaw-gateway.service\n";
  for (const std::string& output : {std::string(), std::string(100'000, '\n'),
                                    std::string(100'000, '='), id, id + "LoadState=loaded\n"}) {
    const host::ProbeReport report{
        std::chrono::floor<std::chrono::seconds>(host_.harness().clock.now().wall),
        {{"claw", output}}};
    ASSERT_TRUE(host::write_probe_report(host_.harness().config.probes_directory,
                                         limits::kUserUnitsProbe, report));
    EXPECT_EQ(unknown_reason(host_.run(), kRestarts.name()), Errc::not_found);
  }
}

// Something that listens where the system bus should, and answers `reply` or nothing.
class FalseBus {
 public:
  FalseBus(const std::string& rootfs, std::string reply) {
    const std::string path = rootfs + "/run/dbus/system_bus_socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    if (reply.empty()) return;
    thread_ = std::thread([this, reply = std::move(reply)] {
      const Fd client(::accept(socket_.get(), nullptr, nullptr));
      while (::send(client.get(), reply.data(), reply.size(), MSG_NOSIGNAL) > 0) {
      }
    });
  }
  ~FalseBus() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  Fd socket_;
  std::thread thread_;
};

TEST(HostileBus, OneThatIsSilentIsLeftAtTheDeadline) {
  const test::HostFixture host;
  host.mkdir("/run/dbus");
  const FalseBus bus(host.real(""), "");
  const auto start = std::chrono::steady_clock::now();
  const auto manager = host::ServiceManager::connect(host.real(""), std::chrono::milliseconds(200));
  ASSERT_FALSE(manager);
  EXPECT_EQ(manager.error().code, Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(HostileBus, OneThatTalksNonsenseWithoutEndIsAnError) {
  for (const std::string& reply :
       {std::string(4096, 'x'), std::string("OK 0\r\n"),
        "OK " + std::string(32, 'a') + "\r\nAGREE_UNIX_FD\r\n" + std::string(4096, 'l')}) {
    const test::HostFixture host;
    host.mkdir("/run/dbus");
    const FalseBus bus(host.real(""), reply);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(host::ServiceManager::connect(host.real(""), std::chrono::seconds(1)));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  }
}

TEST(HostileBus, NoneIsNotFound) {
  const test::HostFixture host;
  const auto manager = host::ServiceManager::connect(host.real(""), std::chrono::seconds(1));
  EXPECT_EQ(manager.error().code, Errc::not_found);
}

}  // namespace
}  // namespace clawvigil
