#include "collectors/listeners.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "exporter/store/acceptances.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/net_namespace.h"

namespace clawvigil {
namespace {

using test::Bind;
using test::bind_socket;
using test::HostFixture;
using test::run_collector;

constexpr uid_t kClaw = 41000;

std::vector<std::uint16_t> default_port(const Home&) { return {18789, 18791}; }

Home make_home(const HostFixture& host, const std::string& path, const std::string& label,
               uid_t uid) {
  host.write(path + "/openclaw.json", "{}");
  return {label, path, uid, std::make_shared<const host::Dir>(host.root().anchor(path).value())};
}

std::string run(const HostFixture& host, const std::vector<Home>& homes,
                const Config& config = {}) {
  const auto collector = make_listeners_collector(default_port);
  const auto outcome = run_collector(*collector, host.root(), homes, config);
  EXPECT_TRUE(outcome.result) << outcome.result.error().message;
  return outcome.text;
}

// Lines of `text` that begin with `prefix`.
std::string only(const std::string& text, const std::string& prefix) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prefix)) out += line + "\n";
  }
  return out;
}

TEST(Listeners, AnIdleHostShowsEveryCountAtZero) {
  REQUIRE_NAMESPACE([] {
    const HostFixture host;
    const std::vector homes = {make_home(host, "/home/claw/.openclaw", "claw", kClaw)};
    EXPECT_EQ(run(host, homes), R"(clawvigil_gateway_exposed{home="claw"} 0
clawvigil_listening_sockets{protocol="tcp",scope="any"} 0
clawvigil_listening_sockets{protocol="tcp",scope="loopback"} 0
clawvigil_listening_sockets{protocol="tcp",scope="private"} 0
clawvigil_listening_sockets{protocol="tcp",scope="public"} 0
clawvigil_listening_sockets{protocol="tcp",scope="tailnet"} 0
clawvigil_listening_sockets{protocol="udp",scope="any"} 0
clawvigil_listening_sockets{protocol="udp",scope="loopback"} 0
clawvigil_listening_sockets{protocol="udp",scope="private"} 0
clawvigil_listening_sockets{protocol="udp",scope="public"} 0
clawvigil_listening_sockets{protocol="udp",scope="tailnet"} 0
clawvigil_listening_sockets_unexpected{scope="any"} 0
clawvigil_listening_sockets_unexpected{scope="private"} 0
clawvigil_listening_sockets_unexpected{scope="public"} 0
clawvigil_listening_sockets_unexpected{scope="tailnet"} 0
)");
    EXPECT_EQ(only(run(host, {}), "clawvigil_gateway_exposed"), "");
  });
}

// What a command says of sockets that stay shows within seconds, of a new socket at once.
TEST(Listeners, AcceptancesAreLookedUpAgain) {
  REQUIRE_NAMESPACE([] {
    test::CollectorHarness harness;
    const auto collector = make_listeners_collector(default_port);
    const auto unexpected = [&](std::chrono::seconds later) {
      harness.clock.advance(later);
      return test::value(harness.run(*collector), "clawvigil_listening_sockets_unexpected",
                         {"any"});
    };
    const auto accept = [&](std::uint16_t port) {
      harness.with_context([port](const Context& context) {
        const store::AcceptedListener accepted{"tcp", port, "", {}};
        ASSERT_TRUE(store::accept_listener(context.store, accepted, context.now.wall));
      });
    };
    const Fd first = bind_socket({SOCK_STREAM, "0.0.0.0", 8001});
    EXPECT_EQ(unexpected(std::chrono::seconds(1)), 1);
    accept(8001);
    EXPECT_EQ(unexpected(std::chrono::seconds(3)), 0);
    accept(8002);
    EXPECT_EQ(unexpected(std::chrono::seconds(1)), 0);
    const Fd second = bind_socket({SOCK_STREAM, "0.0.0.0", 8002});
    const Fd third = bind_socket({SOCK_STREAM, "0.0.0.0", 8003});
    EXPECT_EQ(unexpected(std::chrono::seconds(1)), 1);
  });
}

TEST(Listeners, MeasuresEveryKindOfSocketExactly) {
  REQUIRE_NAMESPACE([] {
    const HostFixture host;
    host.write("/etc/passwd",
               "root:x:0:0::/root:/bin/sh\nclaw:x:41000:41000::/home/claw:/bin/sh\n");
    const std::vector homes = {make_home(host, "/home/claw/.openclaw", "claw", kClaw)};
    const std::vector<Bind> wanted = {
        {SOCK_STREAM, "127.0.0.1", 18789, false, kClaw},
        {SOCK_STREAM, "::1", 18789, true, kClaw},
        {SOCK_STREAM, "0.0.0.0", 22},
        {SOCK_STREAM, "::", 22, true},
        {SOCK_STREAM, "::", 80},  // dual stack
        {SOCK_STREAM, "100.64.0.1", 8443},
        {SOCK_STREAM, "fd7a:115c:a1e0::1", 8443},
        {SOCK_STREAM, "10.77.0.1", 5432, false, 777},
        {SOCK_STREAM, "fe80::77", 5433},
        {SOCK_STREAM, "203.0.113.1", 25},
        {SOCK_DGRAM, "2001:db8::1", 51820},
        {SOCK_DGRAM, "127.0.0.53", 53},
        {SOCK_DGRAM, "0.0.0.0", 5353, false, kClaw},
    };
    std::vector<Fd> sockets;
    for (const Bind& bind : wanted) sockets.push_back(bind_socket(bind));
    Config config;
    config.listeners.accepted = {{"tcp", 22, "ssh"}, {"udp", 25, "not this one"}};
    EXPECT_EQ(run(host, homes, config), R"(clawvigil_gateway_exposed{home="claw"} 0
clawvigil_listening_socket_info{protocol="tcp",port="18789",scope="loopback",unit="",user="claw",expected="true"} 1
clawvigil_listening_socket_info{protocol="tcp",port="22",scope="any",unit="",user="root",expected="true"} 1
clawvigil_listening_socket_info{protocol="tcp",port="25",scope="public",unit="",user="root",expected="false"} 1
clawvigil_listening_socket_info{protocol="tcp",port="5432",scope="private",unit="",user="777",expected="false"} 1
clawvigil_listening_socket_info{protocol="tcp",port="5433",scope="private",unit="",user="root",expected="false"} 1
clawvigil_listening_socket_info{protocol="tcp",port="80",scope="any",unit="",user="root",expected="false"} 1
clawvigil_listening_socket_info{protocol="tcp",port="8443",scope="tailnet",unit="",user="root",expected="false"} 1
clawvigil_listening_socket_info{protocol="udp",port="51820",scope="public",unit="",user="root",expected="false"} 1
clawvigil_listening_socket_info{protocol="udp",port="53",scope="loopback",unit="",user="root",expected="true"} 1
clawvigil_listening_socket_info{protocol="udp",port="5353",scope="any",unit="",user="claw",expected="false"} 1
clawvigil_listening_sockets{protocol="tcp",scope="any"} 3
clawvigil_listening_sockets{protocol="tcp",scope="loopback"} 2
clawvigil_listening_sockets{protocol="tcp",scope="private"} 2
clawvigil_listening_sockets{protocol="tcp",scope="public"} 1
clawvigil_listening_sockets{protocol="tcp",scope="tailnet"} 2
clawvigil_listening_sockets{protocol="udp",scope="any"} 1
clawvigil_listening_sockets{protocol="udp",scope="loopback"} 1
clawvigil_listening_sockets{protocol="udp",scope="private"} 0
clawvigil_listening_sockets{protocol="udp",scope="public"} 1
clawvigil_listening_sockets{protocol="udp",scope="tailnet"} 0
clawvigil_listening_sockets_unexpected{scope="any"} 2
clawvigil_listening_sockets_unexpected{scope="private"} 2
clawvigil_listening_sockets_unexpected{scope="public"} 2
clawvigil_listening_sockets_unexpected{scope="tailnet"} 2
)");
  });
}

TEST(Listeners, AGatewayIsExposedByAnyAddressBeyondLoopbackAndTailnet) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"127.0.0.1", 0},   {"::1", 0},        {"100.64.0.1", 0}, {"fd7a:115c:a1e0::1", 0},
      {"0.0.0.0", 1},     {"::", 1},         {"10.77.0.1", 1},  {"fd00:77::1", 1},
      {"203.0.113.1", 1}, {"2001:db8::1", 1}};
  REQUIRE_NAMESPACE([&] {
    const HostFixture host;
    const std::vector homes = {make_home(host, "/home/claw/.openclaw", "claw", kClaw),
                               make_home(host, "/home/other/.openclaw", "other", kClaw + 1)};
    for (const auto& [address, exposed] : cases) {
      for (const int port : {18789, 18791}) {  // the second is derived from the first
        const Fd socket = bind_socket({SOCK_STREAM, address, port, false, kClaw});
        EXPECT_EQ(only(run(host, homes), "clawvigil_gateway_exposed"),
                  "clawvigil_gateway_exposed{home=\"claw\"} " + std::to_string(exposed) +
                      "\nclawvigil_gateway_exposed{home=\"other\"} 0\n")
            << address;
      }
    }
  });
}

// GatewayExposed speaks for a gateway's port, so it is not an unexpected listener as well.
TEST(Listeners, AGatewaysPortIsNotUnexpected) {
  REQUIRE_NAMESPACE([] {
    const HostFixture host;
    const std::vector homes = {make_home(host, "/home/claw/.openclaw", "claw", kClaw)};
    const Fd socket = bind_socket({SOCK_STREAM, "0.0.0.0", 18789, false, 0});
    const std::string text = run(host, homes);
    EXPECT_EQ(only(text, "clawvigil_gateway_exposed"),
              "clawvigil_gateway_exposed{home=\"claw\"} 1\n");
    EXPECT_EQ(only(text, "clawvigil_listening_sockets_unexpected{scope=\"any\"}"),
              "clawvigil_listening_sockets_unexpected{scope=\"any\"} 0\n");
  });
}

TEST(Listeners, KeepsTheWidestReachableWhenThereAreTooMany) {
  REQUIRE_NAMESPACE([] {
    const HostFixture host;
    std::vector<Fd> sockets;
    for (int i = 0; i < 100; ++i) {
      sockets.push_back(bind_socket({SOCK_STREAM, "127.0.0.1", 3000 + i}));
    }
    for (int i = 0; i < 10; ++i) sockets.push_back(bind_socket({SOCK_STREAM, "0.0.0.0", 9000 + i}));
    const std::string text = run(host, {});
    const std::string shown = only(text, "clawvigil_listening_socket_info");
    EXPECT_EQ(std::ranges::count(shown, '\n'), 64);
    for (int i = 0; i < 10; ++i) {
      EXPECT_NE(shown.find("port=\"" + std::to_string(9000 + i)), std::string::npos);
    }
    EXPECT_NE(text.find("listening_sockets{protocol=\"tcp\",scope=\"loopback\"} 100\n"),
              std::string::npos);
  });
}

// A cgroup v2 directory of our own, for a child process; "" when that is not possible here.
std::string make_cgroup(const std::string& unit) {
  const auto root = host::Root::open("/");
  const std::string mount = root ? host::find_cgroup_mount(*root) : "";
  if (mount.empty()) return "";
  const std::string path =
      mount + "/clawvigil-test-" + std::to_string(::getpid()) + ".slice/" + unit;
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  return failed ? "" : path;
}

void remove_cgroup(const std::string& path) {
  ::rmdir(path.c_str());
  ::rmdir(std::filesystem::path(path).parent_path().c_str());
}

// A process called `name` in the cgroup, holding a listening socket, until `stop` is closed.
pid_t start_server(const std::string& cgroup, const char* name, const Bind& bind, int ready,
                   int stop) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  {
    std::ofstream procs(cgroup + "/cgroup.procs");
    procs << ::getpid() << std::flush;
    if (!procs) ::_exit(1);
  }
  ::prctl(PR_SET_NAME, name);
  const Fd socket = bind_socket(bind);
  char byte = socket ? 'y' : 'n';
  if (::write(ready, &byte, 1) != 1) ::_exit(1);
  if (::read(stop, &byte, 1) < 0) ::_exit(1);
  ::_exit(0);
}

std::string run_with_server(const std::string& unit, const char* name, const Bind& bind) {
  const std::string cgroup = make_cgroup(unit);
  if (cgroup.empty()) return "no cgroup";
  int ready[2];
  int stop[2];
  if (::pipe2(ready, O_CLOEXEC) != 0 || ::pipe2(stop, O_CLOEXEC) != 0) return "no pipe";
  const Fd ready_read(ready[0]);
  Fd stop_write(stop[1]);
  Fd ready_write(ready[1]);
  Fd stop_read(stop[0]);
  const pid_t child = start_server(cgroup, name, bind, ready[1], stop[0]);
  ready_write.reset();
  char byte = 'n';
  std::string text = "no server";
  if (::read(ready_read.get(), &byte, 1) == 1 && byte == 'y') {
    const HostFixture fixture;
    const auto real = host::Root::open("/");
    const std::vector homes = {make_home(fixture, "/home/claw/.openclaw", "claw", kClaw)};
    const auto collector = make_listeners_collector(default_port);
    text = run_collector(*collector, *real, homes).text;
  }
  ::kill(child, SIGKILL);  // it holds a copy of stop's writing end
  ::waitpid(child, nullptr, 0);
  remove_cgroup(cgroup);
  return text;
}

// Real sockets in real cgroups: the unit comes from the kernel, and what runs in it from /proc.
TEST(Listeners, AGatewaysUnitIsExposedOnWhateverPort) {
  struct Case {
    const char* unit;
    const char* process;
    uid_t uid;
    int exposed;
  };
  constexpr Case kCases[] = {{"openclaw-gateway.service", "node", kClaw, 1},
                             {"my-claw.service", "openclaw-gatewa", kClaw, 1},
                             {"my-claw.service", "node", kClaw, 0},
                             {"session-1.scope", "openclaw-gatewa", kClaw, 0},
                             {"openclaw-gateway.service", "node", kClaw + 1, 0}};
  for (const Case& c : kCases) {
    std::string text;
    REQUIRE_NAMESPACE([&] {
      text = run_with_server(c.unit, c.process, {SOCK_STREAM, "0.0.0.0", 20000, false, c.uid});
    });
    if (text == "no cgroup") GTEST_SKIP() << "SKIPPED: no writable cgroup v2 here";
    EXPECT_EQ(only(text, "clawvigil_gateway_exposed"),
              "clawvigil_gateway_exposed{home=\"claw\"} " + std::to_string(c.exposed) + "\n")
        << c.unit << " " << c.process << "\n"
        << text;
    EXPECT_NE(text.find("port=\"20000\",scope=\"any\",unit=\"" + std::string(c.unit) + "\""),
              std::string::npos)
        << text;
    // Not a port the gateway is configured for: also an unexpected listener.
    EXPECT_NE(text.find("unexpected{scope=\"any\"} 1\n"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace clawvigil
