// Real sockets on addresses this machine does not have: a network namespace of its own for one
// thread, gone with it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <functional>
#include <string>

#include "exporter/base/fd.h"

namespace clawvigil::test {

// Runs `body` on a thread in a fresh network namespace where lo is up and a veth interface has
// these addresses: 10.77.0.1/24 and fe80::77 and fd00:77::1 (private), 100.64.0.1 and
// fd7a:115c:a1e0::1 (tailnet), 203.0.113.1 and 2001:db8::1 (public). False when namespaces cannot
// be made (not root): skip the test, loudly.
[[nodiscard]] bool in_net_namespace(const std::function<void()>& body);

// in_net_namespace() as a statement of a test.
#define REQUIRE_NAMESPACE(...)                           \
  if (!::clawvigil::test::in_net_namespace(__VA_ARGS__)) \
  GTEST_SKIP() << "SKIPPED: no network namespace (not root?)"

// As the system's calls take it; `size` is 0 when the text is no address (inet_pton).
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};
[[nodiscard]] SocketAddress socket_address(const std::string& text, int port);

// A bound socket, TCP ones listening; fails the test when that is not possible. `address` as
// inet_pton reads it; `uid` becomes the owner.
struct Bind {
  int type = SOCK_STREAM;
  std::string address;
  int port = 0;
  bool v6_only = false;
  uid_t uid = 0;
};
[[nodiscard]] Fd bind_socket(const Bind& wanted);

}  // namespace clawvigil::test
