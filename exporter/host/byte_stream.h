// A connection to a server whose every wait ends at one deadline.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/fd.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

// Used by one thread at a time. Errc::timeout once the deadline has passed, io for what else fails.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // At least one byte, or 0 when the server has closed the connection.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> out) = 0;
  // All of `bytes`.
  [[nodiscard]] virtual Result<> write(std::string_view bytes) = 0;
};

// A socket connected to this address; not blocking. not_found: nothing listens there.
[[nodiscard]] Result<Fd> connect_socket(const sockaddr* address, socklen_t size,
                                        SteadyTime deadline);
// The same for 127.0.0.1.
[[nodiscard]] Result<Fd> connect_loopback(std::uint16_t port, SteadyTime deadline);

// A socket connected to the unix socket `name` of that directory, which must be root's or this
// process's own user's to answer (unsafe otherwise); not blocking. not_found: no such socket, or
// nothing listens on it.
[[nodiscard]] Result<Fd> connect_unix(const Dir& directory, std::string_view name);

// Returns when `fd` is ready for `events` (POLLIN, POLLOUT) or broken; Errc::timeout at `deadline`.
[[nodiscard]] Result<> wait_ready(const Fd& fd, short events, SteadyTime deadline);

[[nodiscard]] std::unique_ptr<ByteStream> plain_stream(Fd socket, SteadyTime deadline);

}  // namespace clawvigil::host
