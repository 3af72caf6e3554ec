#include "tests/support/loopback_listener.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace clawvigil::test {

LoopbackListener::LoopbackListener(int backlog)
    : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  EXPECT_EQ(::bind(socket.get(), raw, length), 0);
  EXPECT_EQ(::listen(socket.get(), backlog), 0);
  EXPECT_EQ(::getsockname(socket.get(), raw, &length), 0);
  port = ntohs(address.sin_port);
}

LoopbackListener::LoopbackListener(int backlog, const std::string& unix_path)
    : socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  EXPECT_LT(unix_path.size(), sizeof address.sun_path);
  unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(socket.get(), backlog), 0);
}

}  // namespace clawvigil::test
