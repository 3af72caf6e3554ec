#include "exporter/host/sockets.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "exporter/host/inet_diag.h"
#include "tests/support/egress_net.h"
#include "tests/support/net_namespace.h"

namespace clawvigil::host {
namespace {

using test::bind_socket;

Address address(const std::string& text) {
  Address out{};
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return mapped(v4);
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), out.data()), 1) << text;
  return out;
}

TEST(Classify, KnowsEveryRangeAtItsEdges) {
  const std::vector<std::pair<std::string, Scope>> cases = {
      {"127.0.0.1", Scope::loopback},
      {"127.255.255.255", Scope::loopback},
      {"126.255.255.255", Scope::public_net},
      {"128.0.0.1", Scope::public_net},
      {"::1", Scope::loopback},
      {"::2", Scope::public_net},
      {"::ffff:127.0.0.1", Scope::loopback},
      {"0.0.0.0", Scope::any},
      {"0.0.0.1", Scope::public_net},
      {"::", Scope::any},
      {"::ffff:0.0.0.0", Scope::any},
      {"100.64.0.0", Scope::tailnet},
      {"100.127.255.255", Scope::tailnet},
      {"100.63.255.255", Scope::public_net},
      {"100.128.0.0", Scope::public_net},
      {"fd7a:115c:a1e0::1", Scope::tailnet},
      {"fd7a:115c:a1e1::1", Scope::private_net},
      {"10.0.0.1", Scope::private_net},
      {"11.0.0.1", Scope::public_net},
      {"172.16.0.1", Scope::private_net},
      {"172.31.255.255", Scope::private_net},
      {"172.32.0.0", Scope::public_net},
      {"172.15.255.255", Scope::public_net},
      {"192.168.1.1", Scope::private_net},
      {"192.169.0.1", Scope::public_net},
      {"169.254.1.1", Scope::private_net},
      {"fe80::1", Scope::private_net},
      {"febf::1", Scope::private_net},
      {"fec0::1", Scope::public_net},
      {"fc00::1", Scope::private_net},
      {"fdff::1", Scope::private_net},
      {"fe00::1", Scope::public_net},
      {"2001:db8::1", Scope::public_net},
      {"203.0.113.1", Scope::public_net}};
  for (const auto& [text, scope] : cases) {
    EXPECT_EQ(to_string(classify(address(text))), to_string(scope)) << text;
  }
}

const Listener* find_port(const std::vector<Listener>& listeners, std::uint16_t port) {
  const auto found = std::ranges::find(listeners, port, &Listener::port);
  return found == listeners.end() ? nullptr : &*found;
}

TEST(ListListeners, SeesExactlyTheListeningSocketsOfItsNamespace) {
  REQUIRE_NAMESPACE([] {
    ASSERT_EQ(list_listeners().value().size(), 0U);
    const Fd tcp4 = bind_socket({SOCK_STREAM, "10.77.0.1", 1001, false, 1234});
    const Fd tcp6 = bind_socket({SOCK_STREAM, "fd7a:115c:a1e0::1", 1002, true});
    const Fd dual = bind_socket({SOCK_STREAM, "::", 1003});
    const Fd udp4 = bind_socket({SOCK_DGRAM, "203.0.113.1", 1004});
    const Fd udp6 = bind_socket({SOCK_DGRAM, "fe80::77", 1005});
    // Not listeners: a bound TCP socket before listen(), a connected UDP socket.
    const Fd connected = bind_socket({SOCK_DGRAM, "127.0.0.1", 1006});
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_port = htons(53);
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(connected.get(), reinterpret_cast<sockaddr*>(&peer), sizeof peer), 0);

    const auto listeners = list_listeners();
    ASSERT_TRUE(listeners) << listeners.error().message;
    ASSERT_EQ(listeners->size(), 5U);
    const Listener* first = find_port(*listeners, 1001);
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->protocol, Protocol::tcp);
    EXPECT_EQ(first->uid, 1234U);
    EXPECT_FALSE(first->ipv6);
    EXPECT_EQ(first->address, address("10.77.0.1"));
    EXPECT_NE(first->inode, 0U);
    EXPECT_TRUE(find_port(*listeners, 1002)->v6_only);
    EXPECT_FALSE(find_port(*listeners, 1003)->v6_only);
    EXPECT_TRUE(find_port(*listeners, 1003)->ipv6);
    EXPECT_EQ(find_port(*listeners, 1004)->protocol, Protocol::udp);
    EXPECT_EQ(find_port(*listeners, 1005)->address, address("fe80::77"));
    const auto tcp = list_tcp_listeners();
    ASSERT_TRUE(tcp) << tcp.error().message;
    EXPECT_EQ(tcp->size(), 3U);
  });
}

TEST(ListListeners, ReadsManySocketsOverSeveralDatagrams) {
  REQUIRE_NAMESPACE([] {
    std::vector<Fd> sockets;
    for (int i = 0; i < 900; ++i)
      sockets.push_back(bind_socket({SOCK_STREAM, "10.77.0.1", 2000 + i}));
    const auto listeners = list_listeners();
    ASSERT_TRUE(listeners) << listeners.error().message;
    EXPECT_EQ(listeners->size(), 900U);
  });
}

TEST(ListListeners, StopsAtItsBound) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit raised{5'000, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) != 0) GTEST_SKIP() << "SKIPPED: too few descriptors";
  REQUIRE_NAMESPACE([] {
    std::vector<Fd> sockets;
    for (int i = 0; i < 4'096; ++i) {
      sockets.push_back(bind_socket({SOCK_STREAM, "10.77.0.1", 2000 + i}));
    }
    const auto most = list_listeners();
    ASSERT_TRUE(most) << most.error().message;
    EXPECT_EQ(most->size(), 4'096U);
    sockets.push_back(bind_socket({SOCK_DGRAM, "::1", 2000}));
    const auto too_many = list_listeners();
    ASSERT_FALSE(too_many);
    EXPECT_EQ(too_many.error().code, Errc::too_large);
  });
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(ListListeners, IsCheapEnoughForEverySecond) {
  REQUIRE_NAMESPACE([] {
    const Fd one = bind_socket({SOCK_STREAM, "0.0.0.0", 1001});
    constexpr int kRuns = 200;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRuns; ++i) ASSERT_TRUE(list_listeners());
    const auto each = (std::chrono::steady_clock::now() - start) / kRuns;
    RecordProperty(
        "microseconds",
        static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(each).count()));
    EXPECT_LT(each, std::chrono::milliseconds(5));
  });
}

struct Made {
  Fd listener, client, server;
  Address local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
};

Made connect_as(uid_t uid, int client_family, std::uint16_t port) {
  Made made;
  made.listener = bind_socket({SOCK_STREAM, "127.0.0.1", port});
  ::setfsuid(uid);
  made.client = Fd(::socket(client_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::setfsuid(0);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  ::inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr);
  const auto* target = client_family == AF_INET ? reinterpret_cast<const sockaddr*>(&v4)
                                                : reinterpret_cast<const sockaddr*>(&v6);
  const socklen_t size = client_family == AF_INET ? sizeof v4 : sizeof v6;
  EXPECT_EQ(::connect(made.client.get(), target, size), 0);
  sockaddr_in peer{};
  socklen_t peer_size = sizeof peer;
  made.server = Fd(::accept(made.listener.get(), reinterpret_cast<sockaddr*>(&peer), &peer_size));
  made.local = made.remote = address("127.0.0.1");
  made.local_port = port;
  made.remote_port = ntohs(peer.sin_port);
  return made;
}

TEST(ConnectionOwner, IsTheUserWhoMadeTheClientsSocket) {
  REQUIRE_NAMESPACE([] {
    for (const int family : {AF_INET, AF_INET6}) {
      const Made c = connect_as(4321, family, family == AF_INET ? 9842 : 9843);
      const auto owner = connection_owner(c.local, c.local_port, c.remote, c.remote_port);
      ASSERT_TRUE(owner) << owner.error().message;
      EXPECT_EQ(*owner, 4321U);
      EXPECT_EQ(connection_owner(c.remote, c.remote_port, c.local, c.local_port).value(), 0U);
    }
  });
}

// Never taken for root's: neither a client that closed its end, nor the listener on the port.
TEST(ConnectionOwner, IsNotFoundWhenTheClientIsGone) {
  REQUIRE_NAMESPACE([] {
    Made c = connect_as(4321, AF_INET, 9842);
    c.client.reset();
    const auto closed = connection_owner(c.local, c.local_port, c.remote, c.remote_port);
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().code, Errc::not_found);
    const auto listener = connection_owner(c.local, 1, c.remote, 9842);
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, Errc::not_found);
    EXPECT_FALSE(connection_owner(c.local, 3, c.remote, 4));
  });
}

std::string text_of(const Address& address, std::uint16_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool ipv4 = is_mapped(address);
  ::inet_ntop(ipv4 ? AF_INET : AF_INET6, address.data() + (ipv4 ? 12 : 0), text.data(),
              text.size());
  const std::string shown = ipv4 ? text.data() : "[" + std::string(text.data()) + "]";
  return shown + ":" + std::to_string(port);
}

// "local peer" of every connection, as `ss -n` prints them.
std::multiset<std::string> connections_by_ss(const std::string& options) {
  std::multiset<std::string> lines;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("ss -Hn " + options).c_str(), "r"),
                                                   [](FILE* file) { return ::pclose(file); });
  std::array<char, 512> line{};
  while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    std::istringstream words(line.data());
    std::string queue;
    std::string local;
    std::string peer;
    words >> queue >> queue >> local >> peer;
    if (peer.starts_with("[::ffff:"))
      peer = peer.substr(8, peer.find(']') - 8) + peer.substr(peer.find(']') + 1);
    if (local.starts_with("[::ffff:"))
      local = local.substr(8, local.find(']') - 8) + local.substr(local.find(']') + 1);
    lines.insert(local + " " + peer);
  }
  return lines;
}

TEST(ForEachConnection, SeesWhatSsSees) {
  REQUIRE_NAMESPACE([] {
    const test::PeerMachine peer({80, 443, 6697});
    test::NetProgram program(4321, "");
    const int listening = program.listen("127.0.0.1", 18789);
    for (const char* where : {"10.77.0.2", "203.0.113.2", "::ffff:203.0.113.3", "2001:db8::2"}) {
      for (const int port : {80, 443, 6697}) (void)program.connect(where, port);
    }
    (void)program.connect("127.0.0.1", 18789);
    (void)program.accept(listening);
    (void)program.connect_udp("198.51.100.2", 443);
    (void)program.connect_udp("2001:db8::2", 53);
    std::multiset<std::string> tcp;
    std::multiset<std::string> udp;
    const auto seen = for_each_connection([&](const Connection& one) {
      auto& lines = one.protocol == Protocol::tcp ? tcp : udp;
      lines.insert(text_of(one.local, one.local_port) + " " + text_of(one.remote, one.remote_port));
      EXPECT_EQ(one.uid, 4321U);
      EXPECT_NE(one.inode, 0U);
    });
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(tcp.size(), 14U);
    EXPECT_EQ(udp.size(), 2U);
    EXPECT_EQ(tcp, connections_by_ss("-t state established"));
    EXPECT_EQ(udp, connections_by_ss("-u state established"));
  });
}

}  // namespace
}  // namespace clawvigil::host
