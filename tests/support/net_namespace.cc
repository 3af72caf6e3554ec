#include "tests/support/net_namespace.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/fsuid.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace clawvigil::test {

namespace {

constexpr char kSetUp[] =
    "ip link set lo up && ip link add out0 type veth peer name peer0 && ip link set out0 up && "
    "for a in 10.77.0.1/24 100.64.0.1/10 203.0.113.1/24; do ip addr add $a dev out0 || exit 1; "
    "done && "
    "for a in fe80::77/64 fd00:77::1/64 fd7a:115c:a1e0::1/48 2001:db8::1/64; do "
    "ip -6 addr add $a dev out0 nodad || exit 1; done";

bool make_namespace() { return ::unshare(CLONE_NEWNET) == 0 && std::system(kSetUp) == 0; }

bool bind_to(int fd, const Bind& wanted) {
  SocketAddress address = socket_address(wanted.address, wanted.port);
  if (address.storage.ss_family == AF_INET6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    if (wanted.address.starts_with("fe80")) v6.sin6_scope_id = ::if_nametoindex("out0");
    const int only = wanted.v6_only ? 1 : 0;
    if (::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) != 0) return false;
  }
  return ::bind(fd, address.get(), address.size) == 0;
}

}  // namespace

bool in_net_namespace(const std::function<void()>& body) {
  bool made = false;
  std::thread([&] {
    made = make_namespace();
    if (made) body();
  }).join();
  return made;
}

SocketAddress socket_address(const std::string& text, int port) {
  SocketAddress address;
  const auto network_port = htons(static_cast<std::uint16_t>(port));
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = network_port;
    address.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = network_port;
    address.size = sizeof v6;
  }
  return address;
}

Fd bind_socket(const Bind& wanted) {
  const int family = wanted.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  ::setfsuid(wanted.uid);  // the kernel takes a socket's owner from it
  Fd fd(::socket(family, wanted.type | SOCK_CLOEXEC, 0));
  ::setfsuid(0);
  const bool bound =
      fd && bind_to(fd.get(), wanted) && (wanted.type != SOCK_STREAM || ::listen(fd.get(), 8) == 0);
  EXPECT_TRUE(bound) << wanted.address << " " << wanted.port << ": " << std::strerror(errno);
  return fd;
}

}  // namespace clawvigil::test
