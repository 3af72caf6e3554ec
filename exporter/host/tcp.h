// Names to addresses, and connections to them.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/fd.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

struct TcpAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  void set_port(std::uint16_t port);
};

// At most 4 addresses of a name or of an address in text, in the order the system prefers them.
// Blocks as long as the system's resolver does (usually 5 to 30 s for a server that is silent): for
// child processes, which a deadline ends. not_found: there is no such name; io: the resolver
// failed.
[[nodiscard]] Result<std::vector<TcpAddress>> resolve(const std::string& host, std::uint16_t port);

struct TcpConnection {
  Fd socket;  // not blocking
  TcpAddress address;
};
// To the first address that accepts; the error is that of the last one. Errors as connect_socket().
[[nodiscard]] Result<TcpConnection> connect_first(const std::vector<TcpAddress>& addresses,
                                                  SteadyTime deadline);

}  // namespace clawvigil::host
