#include "collectors/gateway_sockets.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "collectors/parse/gateway_lock.h"
#include "tests/support/build_paths.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using host::Listener;
using host::Protocol;
using Homes = std::vector<std::size_t>;

Listener socket_of(uid_t uid, std::uint16_t port, Protocol protocol = Protocol::tcp) {
  Listener listener;
  listener.protocol = protocol;
  listener.uid = uid;
  listener.port = port;
  return listener;
}

GatewayHints hints(uid_t uid, std::vector<std::uint16_t> ports, std::string profile = "",
                   std::vector<std::uint16_t> own_ports = {}) {
  return {uid, std::move(profile), std::move(ports), std::move(own_ports)};
}

std::string sample(const std::string& name) {
  std::ifstream file(std::string(CLAWVIGIL_SOURCE_DIR) + "/tests/fuzz/corpus/gateway_lock/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(GatewayLock, NamesTheRealPort) {
  EXPECT_EQ(parse::gateway_lock_port(sample("2026.9.6")).value(), 28789);
  EXPECT_EQ(parse::gateway_lock_port(sample("2026.3.13")).error().code, Errc::not_found);
  for (const char* bad : {"", "[]", "{", "{\"port\":1", "\xFF"}) {
    EXPECT_EQ(parse::gateway_lock_port(bad).error().code, Errc::parse) << bad;
  }
  for (const char* bad : {"0", "65536", "-1", "1.5", "\"80\"", "null", "1e3"}) {
    EXPECT_EQ(parse::gateway_lock_port("{\"port\":" + std::string(bad) + "}").error().code,
              Errc::not_found)
        << bad;
  }
  EXPECT_TRUE(parse::is_gateway_lock_name("gateway.f37ad4c5.lock"));
  EXPECT_TRUE(parse::is_gateway_lock_name("gateway.state.lock"));
  EXPECT_FALSE(parse::is_gateway_lock_name("gateway.state.lock.sqlite"));
  EXPECT_FALSE(parse::is_gateway_lock_name("device-identity.8962b1f5.lock.sqlite"));
}

// As 2026.3.13 listens: its port, port + 2 and port + 3 (the latter two on 127.0.0.1).
std::vector<Listener> with_companions(uid_t user, std::uint16_t port) {
  constexpr host::Address kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1};
  std::vector<Listener> listeners;
  for (const int offset : {0, 2, 3}) {
    Listener& listener =
        listeners.emplace_back(socket_of(user, static_cast<std::uint16_t>(port + offset)));
    if (offset != 0) listener.address = kLoopback;
  }
  return listeners;
}

TEST(PortsWithCompanions, GiveAwayAGatewayThatWritesItsPortNowhere) {
  constexpr uid_t kUser = 1000;
  std::vector<Listener> listeners = with_companions(kUser, 5000);
  Listener lonely = listeners[1];
  lonely.port = 8002;
  listeners.insert(listeners.end(), {socket_of(kUser, 8000), lonely, socket_of(kUser, 65535)});
  EXPECT_EQ(ports_with_companions(listeners, kUser), std::vector<std::uint16_t>{5000});
  EXPECT_TRUE(ports_with_companions(listeners, kUser + 1).empty());
  listeners[2].cgroup_id = 7;  // another program's
  EXPECT_TRUE(ports_with_companions(listeners, kUser).empty());
  listeners[2] = socket_of(kUser, 5003);  // not on loopback
  EXPECT_TRUE(ports_with_companions(listeners, kUser).empty());
}

TEST(IsGatewayUnit, KnowsTheNamesOpenClawAndPodmanGive) {
  EXPECT_TRUE(is_gateway_unit("openclaw-gateway.service"));
  EXPECT_TRUE(is_gateway_unit("openclaw-gateway-work.service"));
  EXPECT_TRUE(is_gateway_unit("openclaw.service"));
  EXPECT_FALSE(is_gateway_unit("openclaw-node.service"));
  EXPECT_FALSE(is_gateway_unit("openclaw-gateway.scope"));
  EXPECT_FALSE(is_gateway_unit(""));
}

TEST(GatewayHomesOf, APortCountsWhoeverOwnsTheSocket) {
  const std::vector homes = {hints(1000, {18789, 18791})};
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 18789), {}, homes), Homes{0});
  EXPECT_EQ(gateway_homes_of(socket_of(0, 18791), {}, homes), Homes{0});  // docker-proxy
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 8080), {}, homes), Homes{});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 18789, Protocol::udp), {}, homes), Homes{});
}

TEST(GatewayHomesOf, TheLockFileIsBelievedForItsOwnUserOnly) {
  const std::vector homes = {hints(1000, {18789}, "", {20000})};
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 20000), {}, homes), Homes{0});
  EXPECT_EQ(gateway_homes_of(socket_of(0, 20000), {}, homes), Homes{});
}

TEST(GatewayHomesOf, ASharedPortIsChargedToTheSocketsUser) {
  const std::vector homes = {hints(1000, {18789}), hints(1001, {18789})};
  EXPECT_EQ(gateway_homes_of(socket_of(1001, 18789), {}, homes), Homes{1});
  EXPECT_EQ(gateway_homes_of(socket_of(0, 18789), {}, homes), (Homes{0, 1}));
}

TEST(GatewayHomesOf, TheUnitCountsOnAnyPortForItsOwnUser) {
  const std::vector homes = {hints(1000, {18789}), hints(1001, {18789})};
  const SocketOwner unit{"openclaw-gateway.service", false};
  EXPECT_EQ(gateway_homes_of(socket_of(1001, 9), unit, homes), Homes{1});
  EXPECT_EQ(gateway_homes_of(socket_of(0, 9), unit, homes), Homes{});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 9), {"my-claw.service", true}, homes), Homes{0});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 5353, Protocol::udp), unit, homes), Homes{});
}

TEST(GatewayHomesOf, ProfilesOfOneUserAreToldApart) {
  const std::vector homes = {hints(1000, {18789}), hints(1000, {19001}, "work")};
  const SocketOwner plain{"openclaw-gateway.service", false};
  const SocketOwner work{"openclaw-gateway-work.service", false};
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 5), plain, homes), Homes{0});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 5), work, homes), Homes{1});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 19001), {"x.service", true}, homes), Homes{1});
  EXPECT_EQ(gateway_homes_of(socket_of(1000, 5), {"x.service", true}, homes), (Homes{0, 1}));
}

TEST(GatewayHintsCache, ReadsAgainWhenTheConfigurationOrTheLocksChange) {
  const test::HostFixture host;
  host.write("/srv/.openclaw-work/openclaw.json", "{}");
  const auto homes = test::homes_of(host.root(), {"/srv/.openclaw-work"});
  int calls = 0;
  GatewayHintsCache cache([&](const Home&) {
    ++calls;
    return std::vector<std::uint16_t>{18789};
  });
  const SteadyTime start(std::chrono::hours(1));
  auto found = cache.of(homes, {}, start);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].profile, "work");
  EXPECT_EQ(found[0].uid, ::geteuid());
  EXPECT_TRUE(found[0].own_ports.empty());
  (void)cache.of(homes, {}, start + std::chrono::seconds(9));
  EXPECT_EQ(calls, 1);
  host.write(
      "/srv/.openclaw-work/tmp/openclaw-" + std::to_string(::geteuid()) + "/gateway.f37ad4c5.lock",
      sample("2026.9.6"), 0600);
  found = cache.of(homes, {}, start + std::chrono::seconds(9));
  EXPECT_EQ(found[0].own_ports, (std::vector<std::uint16_t>{28789}));
  (void)cache.of(homes, {}, start + std::chrono::seconds(19));
  EXPECT_EQ(calls, 3);
}

TEST(GatewayHintsCache, ShowsPortsBySocketsAsLongAsTheyAreThere) {
  const test::HostFixture host;
  host.write("/srv/.openclaw/openclaw.json", "{}");
  const auto homes = test::homes_of(host.root(), {"/srv/.openclaw"});
  GatewayHintsCache cache([](const Home&) { return std::vector<std::uint16_t>{18789}; });
  const SteadyTime start(std::chrono::hours(1));
  const auto listeners = with_companions(::geteuid(), 5000);
  for (int look = 0; look < 2; ++look) {
    const auto found = cache.of(homes, listeners, start);
    EXPECT_EQ(found.at(0).own_ports, std::vector<std::uint16_t>{5000});
    EXPECT_EQ(found.at(0).ports, std::vector<std::uint16_t>{18789});
  }
  EXPECT_TRUE(cache.of(homes, {}, start).at(0).own_ports.empty());
}

TEST(GatewayProcesses, KnowsAGatewayByTheNameOfItsProcess) {
  const test::HostFixture host;
  const std::string service = "/user.slice/user@1000.service/app.slice/my-claw.service";
  host.write("/sys/fs/cgroup/cgroup.controllers", "");
  host.write("/sys/fs/cgroup" + service + "/cgroup.procs", "41\n42\n");
  host.write("/sys/fs/cgroup/user.slice/session-1.scope/cgroup.procs", "42\n");
  host.write("/proc/41/comm", "node\n");
  GatewayProcesses processes;
  const SteadyTime start(std::chrono::hours(1));
  EXPECT_FALSE(processes.in_cgroup(7, service, host.root(), start));
  host.write("/proc/42/comm", "openclaw-gatewa\n");
  EXPECT_FALSE(processes.in_cgroup(7, service, host.root(), start + std::chrono::seconds(9)));
  EXPECT_TRUE(processes.in_cgroup(7, service, host.root(), start + std::chrono::seconds(10)));
  EXPECT_FALSE(processes.in_cgroup(8, "/user.slice/session-1.scope", host.root(), start));
  EXPECT_FALSE(processes.in_cgroup(9, "/gone.service", host.root(), start));
}

}  // namespace
}  // namespace clawvigil
