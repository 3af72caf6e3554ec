#include "collectors/egress.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <span>

#include "collectors/egress/destination.h"
#include "collectors/egress/inbound.h"
#include "collectors/egress/known_destinations.h"
#include "collectors/egress/places.h"
#include "collectors/egress/tally.h"
#include "exporter/host/inet_diag.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using host::Address;
using host::Connection;
using host::Protocol;
using host::Scope;

Address address(const std::string& text) {
  Address out{};
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return host::mapped(v4);
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), out.data()), 1) << text;
  return out;
}

Connection to(const std::string& remote, std::uint16_t port, Protocol protocol = Protocol::tcp,
              const std::string& local = "192.0.2.9") {
  Connection connection;
  connection.protocol = protocol;
  connection.local = address(local);
  connection.remote = address(remote);
  connection.local_port = 40'000;
  connection.remote_port = port;
  return connection;
}

TEST(ReachOf, ThisHostIsLoopbackByWhateverAddress) {
  EXPECT_EQ(reach_of(to("8.8.8.8", 443)), Scope::public_net);
  EXPECT_EQ(reach_of(to("10.0.0.1", 443)), Scope::private_net);
  EXPECT_EQ(reach_of(to("100.64.0.2", 443)), Scope::tailnet);
  EXPECT_EQ(reach_of(to("127.0.0.1", 443)), Scope::loopback);
  EXPECT_EQ(reach_of(to("::1", 443)), Scope::loopback);
  EXPECT_EQ(reach_of(to("0.0.0.0", 443)), Scope::loopback);
  EXPECT_EQ(reach_of(to("192.0.2.9", 443)), Scope::loopback);  // its own public address
  EXPECT_EQ(reach_of(to("224.0.0.251", 5353, Protocol::udp)), Scope::private_net);
  EXPECT_EQ(reach_of(to("ff02::fb", 5353, Protocol::udp)), Scope::private_net);
}

TEST(IsUsualPort, KnowsTheWebNamesAndWhatTheOwnerNamed) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{53, 80, 443, 853}) {
    EXPECT_TRUE(is_usual_port(port, {}));
  }
  const std::vector<std::uint16_t> named{6697};
  EXPECT_FALSE(is_usual_port(6697, {}));
  EXPECT_TRUE(is_usual_port(6697, named));
  EXPECT_FALSE(is_usual_port(22, named));
  EXPECT_TRUE(is_name_lookup(to("8.8.8.8", 53, Protocol::udp)));
  EXPECT_FALSE(is_name_lookup(to("8.8.8.8", 53)));
}

// An address of a provider that changes every minute is the same destination; a device on the
// private network or in the tailnet is not its neighbour.
TEST(DestinationKey, TellsNetworksApartNotAddresses) {
  const auto same = [](const std::string& a, const std::string& b) {
    return destination_key(to(a, 443), reach_of(to(a, 443))) ==
           destination_key(to(b, 443), reach_of(to(b, 443)));
  };
  EXPECT_TRUE(same("104.18.6.192", "104.18.7.1"));
  EXPECT_TRUE(same("104.18.6.192", "::ffff:104.18.255.1"));
  EXPECT_FALSE(same("104.18.6.192", "104.19.6.192"));
  EXPECT_TRUE(same("2606:4700::1", "2606:4700:ffff::2"));
  EXPECT_FALSE(same("2606:4700::1", "2606:4701::1"));
  EXPECT_TRUE(same("192.168.1.5", "192.168.1.6"));
  EXPECT_FALSE(same("192.168.1.5", "192.168.2.5"));
  EXPECT_FALSE(same("100.64.0.2", "100.64.0.3"));
  const Connection web = to("8.8.8.8", 443);
  EXPECT_NE(destination_key(web, Scope::public_net),
            destination_key(to("8.8.8.8", 444), Scope::public_net));
  EXPECT_NE(destination_key(web, Scope::public_net),
            destination_key(to("8.8.8.8", 443, Protocol::udp), Scope::public_net));
}

host::Listener listener(const std::string& where, std::uint16_t port) {
  host::Listener made;
  made.address = address(where);
  made.port = port;
  return made;
}

TEST(InboundFilter, TakesWhatArrivedAtAListeningSocketForInbound) {
  InboundFilter filter;
  const auto arrived = [&](const std::string& local, std::uint16_t port,
                           Protocol protocol = Protocol::tcp) {
    Connection connection = to("8.8.8.8", 51'000, protocol, local);
    connection.local_port = port;
    return filter.is_inbound(connection);
  };
  const std::vector listeners{listener("127.0.0.1", 18'789), listener("0.0.0.0", 80),
                              listener("::", 81)};
  filter.begin(listeners);
  EXPECT_TRUE(arrived("127.0.0.1", 18'789));
  EXPECT_TRUE(arrived("192.0.2.9", 80));
  EXPECT_TRUE(arrived("192.0.2.9", 81));
  EXPECT_TRUE(arrived("2001:db8::9", 81));
  EXPECT_FALSE(arrived("2001:db8::9", 80));
  EXPECT_FALSE(arrived("192.0.2.9", 18'789));  // bound to the port to look like the gateway
  EXPECT_FALSE(arrived("127.0.0.1", 80, Protocol::udp));
  // The sockets are closed. What they accepted lives on; what is opened from their ports now does
  // not count as accepted.
  for (int look = 0; look < 3; ++look) {
    filter.begin({});
    EXPECT_TRUE(arrived("127.0.0.1", 18'789));
    EXPECT_FALSE(arrived("192.0.2.10", 80));
  }
  filter.begin({});
  filter.begin({});
  EXPECT_FALSE(arrived("127.0.0.1", 18'789));  // it was gone in between
}

TEST(OwnUnitPath, IsThatOfAUnitTheGatewayHasForItself) {
  EXPECT_EQ(own_unit_path("/system.slice/openclaw.service"), "/system.slice/openclaw.service");
  EXPECT_EQ(own_unit_path("/user.slice/user-1.slice/user@1.service/app.slice/openclaw.service/x"),
            "/user.slice/user-1.slice/user@1.service/app.slice/openclaw.service");
  EXPECT_EQ(own_unit_path("/system.slice/docker-12ab.scope"), "/system.slice/docker-12ab.scope");
  for (const char* const shared :
       {"", "/", "/user.slice/user-1.slice/session-3.scope",
        "/user.slice/user-1.slice/user@1.service/app.slice", "/init.scope", "/system.slice"}) {
    EXPECT_EQ(own_unit_path(shared), "") << shared;
  }
}

// A gateway's cgroup is a new one after each restart, and the tree is walked every 10 s at most.
class GatewayPlacesTest : public testing::Test {
 protected:
  static constexpr uid_t kUser = 4321;

  GatewayPlacesTest() {
    files_.write(kMount + "/cgroup.controllers", "");
    harness_.add_home();
    harness_.use_root(files_.real("/"));
  }
  // The unit as systemd makes it at each start: under the same path, another cgroup.
  host::Listener start(const std::string& unit) {
    const std::string path = kMount + unit;
    if (std::filesystem::exists(files_.real(path))) {
      std::filesystem::rename(files_.real(path), files_.real("/gone" + std::to_string(++gone_)));
    }
    files_.mkdir(path);
    host::Listener made = listener("127.0.0.1", 18'789);
    made.uid = kUser;
    made.cgroup_id = files_.root().anchor(path)->stat(".")->inode;
    return made;
  }
  GatewayPlace look(const host::Listener& socket) {
    GatewayPlace place;
    const std::vector<GatewayHints> hints{{kUser, "", {18'789}, {}}};
    harness_.with_context([&](const Context& context) {
      place = places_.of(context, std::span(&socket, 1), hints).at(0);
    });
    return place;
  }

  const std::string kMount = "/sys/fs/cgroup";
  test::HostFixture files_;
  test::CollectorHarness harness_;
  GatewayPlaces places_;
  int gone_ = 0;
};

TEST_F(GatewayPlacesTest, ARestartedGatewayIsNotItsWholeUser) {
  using By = GatewayPlace::By;
  const std::string unit = "/system.slice/openclaw-gateway.service";
  EXPECT_EQ(look(start(unit)).by, By::unit);
  const host::Listener restarted = start(unit);
  for (int second = 0; second < 10; second += 5) {
    const GatewayPlace place = look(restarted);
    EXPECT_EQ(place.by, By::unit) << second;
    EXPECT_EQ(place.units, std::set{unit}) << second;
    harness_.clock.advance(std::chrono::seconds(5));
  }
  EXPECT_EQ(look(restarted).by, By::unit);
  // It has moved into a login session, where it is not alone.
  const host::Listener by_hand = start("/user.slice/session-3.scope");
  EXPECT_EQ(look(by_hand).units, std::set{unit});
  harness_.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(look(by_hand).by, By::user);
}

TEST_F(GatewayPlacesTest, AFirstStartWaitsToBeKnownAndWhatIsGoneDoesNotComeBack) {
  using By = GatewayPlace::By;
  host::Listener lost = start("/system.slice/other.service");
  lost.cgroup_id = ~std::uint64_t{0};  // of a cgroup that is no more
  EXPECT_EQ(look(lost).by, By::user);
  const host::Listener first = start("/system.slice/openclaw-gateway.service");
  EXPECT_EQ(look(first).by, By::stopped);
  harness_.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(look(first).by, By::unit);
  EXPECT_EQ(look(lost).by, By::user);
}

TEST(EgressTally, CountsByReachAndLeavesNameLookupsOut) {
  EgressTally tally;
  const std::vector<std::uint16_t> named{6'697};
  for (const Connection& one :
       {to("203.0.113.2", 443), to("203.0.113.2", 22), to("203.0.113.9", 22), to("10.0.0.1", 5432),
        to("203.0.113.2", 6'697), to("127.0.0.1", 11'434), to("8.8.8.8", 53, Protocol::udp),
        to("203.0.113.2", 0, Protocol::udp)}) {
    tally.add(one, named);
  }
  EXPECT_EQ(tally.connections(Scope::public_net), 4U);
  EXPECT_EQ(tally.connections(Scope::private_net), 1U);
  EXPECT_EQ(tally.connections(Scope::loopback), 1U);
  EXPECT_EQ(tally.connections(Scope::tailnet), 0U);
  const std::map<EgressTally::Port, std::size_t> ports{
      {{Scope::private_net, Protocol::tcp, 5432}, 1}, {{Scope::public_net, Protocol::tcp, 22}, 2}};
  EXPECT_EQ(tally.unusual_ports(), ports);
  EXPECT_EQ(tally.destinations().size(), 4U);
  EgressTally later;
  later.add(to("203.0.113.2", 443), {});
  later.add(to("203.0.113.3", 443), {});
  EXPECT_EQ(later.appeared(Scope::public_net, tally), 1U);
  EXPECT_EQ(later.appeared(Scope::private_net, tally), 0U);
  EXPECT_EQ(tally.appeared(Scope::private_net, later), 1U);
}

// However many connections an agent opens, what is remembered of them is bounded.
TEST(EgressTally, IsBounded) {
  EgressTally tally;
  for (unsigned i = 0; i < EgressTally::kMaxRemembered + 1'000; ++i) {
    Connection one = to("203.0.113.2", 443);
    one.remote[12] = static_cast<std::uint8_t>(16 + (i >> 12U));
    one.remote[13] = static_cast<std::uint8_t>(i >> 4U);
    one.remote_port = static_cast<std::uint16_t>(1'000 + i % 16);
    tally.add(one, {});
  }
  EXPECT_EQ(tally.connections(Scope::public_net), EgressTally::kMaxRemembered + 1'000);
  EXPECT_EQ(tally.destinations().size(), EgressTally::kMaxRemembered);
  EXPECT_EQ(tally.appeared(Scope::public_net, EgressTally()), EgressTally::kMaxRemembered);
}

class KnownDestinationsTest : public testing::Test {
 protected:
  void open() {
    harness_.with_context([&](const Context& context) {
      hash_ = *store::KeyedHash::open(context.store);
      ledger_ = *EventLedger::open(context.store, "egress");
    });
  }
  void commit() {
    harness_.with_context(
        [&](const Context& context) { ASSERT_TRUE(ledger_->commit(context.store)); });
  }
  bool note(const std::string& key, const std::string& home = "claw") {
    return *note_destination(*ledger_, *hash_, home, key, harness_.clock.now().wall);
  }

  test::CollectorHarness harness_;
  std::optional<store::KeyedHash> hash_;
  std::optional<EventLedger> ledger_;
};

TEST_F(KnownDestinationsTest, NothingIsNewWhileLearning) {
  open();
  EXPECT_FALSE(learning_end(*ledger_, "claw"));
  EXPECT_FALSE(note("a"));
  EXPECT_EQ(learning_end(*ledger_, "claw"), harness_.clock.now().wall + kEgressLearning);
  harness_.clock.advance(kEgressLearning - std::chrono::seconds(1));
  EXPECT_FALSE(note("b"));
  harness_.clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(note("a"));
  EXPECT_FALSE(note("b"));
  EXPECT_TRUE(note("c"));
  EXPECT_FALSE(note("c"));
  EXPECT_FALSE(note("c", "other"));  // which only begins to learn
}

TEST_F(KnownDestinationsTest, ARestartNeitherForgetsNorCountsAgain) {
  open();
  (void)note("a");
  commit();
  harness_.restart_store();
  open();
  harness_.clock.advance(kEgressLearning);
  EXPECT_FALSE(note("a"));
  EXPECT_TRUE(note("b"));
  commit();
  harness_.restart_store();
  open();
  EXPECT_FALSE(note("b"));
}

TEST_F(KnownDestinationsTest, WhatWasNotSeenForAQuarterIsForgotten) {
  open();
  (void)note("often");
  (void)note("once");
  for (int day = 0; day < 91; ++day) {
    harness_.clock.advance(std::chrono::days(1));
    (void)note("often");
  }
  forget_destinations(*ledger_, "claw", harness_.clock.now().wall);
  EXPECT_FALSE(note("often"));
  EXPECT_TRUE(note("once"));
}

}  // namespace
}  // namespace clawvigil
