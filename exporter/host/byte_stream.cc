#include "exporter/host/byte_stream.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace clawvigil::host {

namespace {

class PlainStream final : public ByteStream {
 public:
  PlainStream(Fd socket, SteadyTime deadline) : socket_(std::move(socket)), deadline_(deadline) {}

  Result<std::size_t> read(std::span<char> out) override {
    while (true) {
      TRY(wait_ready(socket_, POLLIN, deadline_));
      const ssize_t got = ::recv(socket_.get(), out.data(), out.size(), 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN) return std::unexpected(error_from_errno(errno, "recv"));
    }
  }

  Result<> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      TRY(wait_ready(socket_, POLLOUT, deadline_));
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno != EAGAIN) {
        return std::unexpected(error_from_errno(errno, "send"));
      }
    }
    return {};
  }

 private:
  Fd socket_;
  SteadyTime deadline_;
};

}  // namespace

Result<Fd> connect_socket(const sockaddr* address, socklen_t size, SteadyTime deadline) {
  Fd socket(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(error_from_errno(errno, "socket"));
  int problem = 0;
  if (::connect(socket.get(), address, size) != 0) problem = errno;
  if (problem == EINPROGRESS) {
    TRY(wait_ready(socket, POLLOUT, deadline));
    socklen_t length = sizeof problem;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &length) != 0) problem = errno;
  }
  if (problem == ECONNREFUSED) return fail(Errc::not_found, "nothing listens there");
  if (problem == ETIMEDOUT) return fail(Errc::timeout, "no answer in time");
  if (problem != 0) return std::unexpected(error_from_errno(problem, "connect"));
  return socket;
}

Result<Fd> connect_loopback(std::uint16_t port, SteadyTime deadline) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect_socket(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline);
}

Result<Fd> connect_unix(const Dir& directory, std::string_view name) {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(error_from_errno(errno, "socket"));
  // By the pinned directory, so that a root mounted elsewhere is meant, and not this one.
  const std::string path =
      "/proc/self/fd/" + std::to_string(directory.fd()) + "/" + std::string(name);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Errc::too_large, "the socket's name");
  std::ranges::copy(path, address.sun_path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ECONNREFUSED) return fail(Errc::not_found, "nothing listens there");
    return std::unexpected(error_from_errno(errno, "connect"));
  }
  ucred server{};
  socklen_t length = sizeof server;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &server, &length) != 0) {
    return std::unexpected(error_from_errno(errno, "peer of the socket"));
  }
  if (server.uid != 0 && server.uid != ::geteuid()) {
    return fail(Errc::unsafe, "the socket is another user's");
  }
  return socket;
}

Result<> wait_ready(const Fd& fd, short events, SteadyTime deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SystemClock{}.now().steady);
    if (left.count() <= 0) return fail(Errc::timeout, "no answer in time");
    ::pollfd wait{fd.get(), events, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(error_from_errno(errno, "poll"));
  }
}

std::unique_ptr<ByteStream> plain_stream(Fd socket, SteadyTime deadline) {
  return std::make_unique<PlainStream>(std::move(socket), deadline);
}

}  // namespace clawvigil::host
