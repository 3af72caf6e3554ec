#include "tests/support/firewall_lab.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "tests/support/net_namespace.h"

namespace clawvigil::test {

namespace {

// Neighbours are known beforehand: a rule must not decide by hiding them.
constexpr std::string_view kBuild = R"(set -e
ip link set lo up
ip link add out0 address 02:00:00:00:00:01 type veth peer name peer0 address 02:00:00:00:00:02 netns $ELSEWHERE
ip link add tailscale0 address 02:00:00:00:00:03 type veth peer name peer1 address 02:00:00:00:00:04 netns $ELSEWHERE
ip link add docker0 address 02:00:00:00:00:05 type veth peer name eth0 address 02:00:00:00:00:06 netns $CONTAINER
for i in out0 tailscale0 docker0; do ip link set $i up; done
for a in 203.0.113.1/24 10.77.0.1/24; do ip addr add $a dev out0; done
for a in 2001:db8::1/64 fd00:77::1/64; do ip -6 addr add $a dev out0 nodad; done
ip addr add 100.64.0.1/10 dev tailscale0; ip -6 addr add fd7a:115c:a1e0::1/48 dev tailscale0 nodad
ip addr add 172.17.0.1/16 dev docker0
for a in 203.0.113.9 203.0.113.50 10.77.0.9 10.77.0.20 2001:db8::9 2001:db8::50 fd00:77::9; do
  ip neigh replace $a lladdr 02:00:00:00:00:02 nud permanent dev out0; done
for a in 100.64.0.9 fd7a:115c:a1e0::9; do
  ip neigh replace $a lladdr 02:00:00:00:00:04 nud permanent dev tailscale0; done
ip neigh replace 172.17.0.2 lladdr 02:00:00:00:00:06 nud permanent dev docker0
ip route add default via 203.0.113.9 dev out0; ip -6 route add default via 2001:db8::9 dev out0
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
)";
constexpr std::string_view kBuildElsewhere = R"(set -e
ip link set lo up; ip link set peer0 up; ip link set peer1 up
for a in 203.0.113.9/24 203.0.113.50/24 10.77.0.9/24 10.77.0.20/24; do ip addr add $a dev peer0; done
for a in 2001:db8::9/64 2001:db8::50/64 fd00:77::9/64; do ip -6 addr add $a dev peer0 nodad; done
ip addr add 100.64.0.9/10 dev peer1; ip -6 addr add fd7a:115c:a1e0::9/48 dev peer1 nodad
for a in 203.0.113.1 10.77.0.1 2001:db8::1 fd00:77::1; do
  ip neigh replace $a lladdr 02:00:00:00:00:01 nud permanent dev peer0; done
for a in 100.64.0.1 fd7a:115c:a1e0::1; do
  ip neigh replace $a lladdr 02:00:00:00:00:03 nud permanent dev peer1; done
)";
constexpr std::string_view kBuildContainer = R"(set -e
ip link set lo up; ip link set eth0 up; ip addr add 172.17.0.2/16 dev eth0
ip neigh replace 172.17.0.1 lladdr 02:00:00:00:00:05 nud permanent dev eth0
ip route add default via 172.17.0.1
)";
constexpr std::string_view kCopyState =
    "mkdir -p $ROOT/proc/net $ROOT/proc/sys/net/ipv4 $ROOT/proc/sys/net/ipv6/conf/all && for f in "
    "net/dev net/route net/ipv6_route net/fib_trie net/if_inet6 sys/net/ipv4/ip_forward "
    "sys/net/ipv6/conf/all/forwarding; do cat /proc/$f > $ROOT/proc/$f || exit 1; done";

void in_space(const Fd& space, const std::function<void()>& body) {
  std::thread([&] {
    if (::setns(space.get(), CLONE_NEWNET) == 0) body();
  }).join();
}

Fd new_space() {
  Fd out;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) != 0) return;
    out = Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  }).join();
  return out;
}

std::string path_of(const Fd& space) {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(space.get());
}

// The socket of one packet, sent; the datagram says which it is.
Fd send_packet(const LabPacket& packet, std::uint16_t source_port, std::uint64_t id) {
  const SocketAddress from = socket_address(std::string(packet.sender.from), source_port);
  const SocketAddress to = socket_address(std::string(packet.sender.to), packet.port);
  const int type = packet.tcp ? SOCK_STREAM : SOCK_DGRAM;
  Fd fd(::socket(from.storage.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), from.get(), from.size) != 0) {
    ADD_FAILURE() << "bind: " << std::strerror(errno);
  }
  ::connect(fd.get(), to.get(), to.size);
  if (!packet.tcp) static_cast<void>(::send(fd.get(), &id, sizeof id, 0));
  return fd;
}

bool is_connected(const Fd& fd) {
  pollfd ready{fd.get(), POLLOUT, 0};
  int error = 0;
  socklen_t length = sizeof error;
  return ::poll(&ready, 1, 0) == 1 &&
         ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0 &&
         (ready.revents & (POLLERR | POLLHUP)) == 0;
}

}  // namespace

std::unique_ptr<FirewallLab> FirewallLab::create() {
  std::unique_ptr<FirewallLab> lab(new FirewallLab());
  if (!lab->build()) return nullptr;
  return lab;
}

FirewallLab::~FirewallLab() = default;

bool FirewallLab::build() {
  host_ = new_space();
  elsewhere_ = new_space();
  container_ = new_space();
  if (!host_ || !elsewhere_ || !container_) return false;
  const auto build_in = [&](const Fd& space, std::string_view script) {
    bool built = false;
    in_space(space, [&] {
      const std::string spaces = "ELSEWHERE=" + path_of(elsewhere_) +
                                 "; CONTAINER=" + path_of(container_) + "; ROOT=" + root() + ";\n";
      built = std::system((spaces + std::string(script)).c_str()) == 0;
    });
    return built;
  };
  if (!build_in(host_, kBuild) || !build_in(elsewhere_, kBuildElsewhere) ||
      !build_in(container_, kBuildContainer) || !build_in(host_, kCopyState)) {
    ADD_FAILURE() << "the lab could not be built";
    return false;
  }
  listen_in(host_);
  listen_in(container_);
  return true;
}

void FirewallLab::listen_in(const Fd& space) {
  in_space(space, [&] {
    for (const std::uint16_t port : kLabPorts) {
      for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        Fd fd(::socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const SocketAddress any = socket_address("::", port);
        const int off = 0;
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        EXPECT_EQ(::bind(fd.get(), any.get(), any.size), 0);
        if (type == SOCK_STREAM) {
          EXPECT_EQ(::listen(fd.get(), 64), 0);
          stream_sockets_.push_back(std::move(fd));
        } else {
          datagram_sockets_.push_back(std::move(fd));
        }
      }
    }
  });
}

bool FirewallLab::run(const std::string& command) const {
  bool succeeded = false;
  in_space(host_, [&] {
    succeeded =
        std::system(("( " + command + "\n) > " + directory_ / "log" + " 2>&1").c_str()) == 0;
  });
  return succeeded;
}

std::string FirewallLab::output(const std::string& command) const {
  const std::string file = directory_ / "output";
  return run("( " + command + "\n) > " + file) ? read_all(file) : std::string();
}

std::string FirewallLab::log() const { return read_all(directory_ / "log"); }

std::vector<bool> FirewallLab::reached(const std::vector<LabPacket>& packets,
                                       const std::vector<bool>& expected) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kPatience = std::chrono::seconds(3);
  constexpr auto kMoment = std::chrono::milliseconds(40);
  constexpr unsigned kFirstPort = 15'000;
  constexpr unsigned kManyPorts = 50'000;
  const std::uint64_t round = std::uint64_t{++round_} << 32;
  std::vector<Fd> sockets;
  in_space(elsewhere_, [&] {
    for (std::size_t i = 0; i < packets.size(); ++i) {
      // The kernel remembers connections: those of the last ruleset must not return.
      std::uint16_t port = packets[i].source_port;
      if (port == 0) port = static_cast<std::uint16_t>(kFirstPort + next_port_++ % kManyPorts);
      sockets.push_back(send_packet(packets[i], port, round | i));
    }
  });
  std::vector<bool> out(packets.size(), false);
  const auto begin = Clock::now();
  auto last_news = begin;
  while (Clock::now() - begin < kPatience) {
    for (const Fd& fd : datagram_sockets_) {
      std::uint64_t id = 0;
      while (::recv(fd.get(), &id, sizeof id, 0) == sizeof id) {
        const std::uint64_t index = id ^ round;
        if (index >= out.size() || out[index]) continue;
        out[index] = true;
        last_news = Clock::now();
      }
    }
    bool complete = true;
    for (std::size_t i = 0; i < packets.size(); ++i) {
      if (packets[i].tcp && !out[i] && is_connected(sockets[i])) {
        out[i] = true;
        last_news = Clock::now();
      }
      complete = complete && (out[i] || !expected[i]);
    }
    if (complete && Clock::now() - last_news > kMoment) break;
    ::poll(nullptr, 0, 2);
  }
  for (const Fd& fd : stream_sockets_) {
    while (true) {
      const Fd accepted(::accept4(fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!accepted) break;
      const linger at_once{1, 0};
      ::setsockopt(accepted.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
  }
  return out;
}

}  // namespace clawvigil::test
