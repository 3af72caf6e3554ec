#include "exporter/host/byte_stream.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

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
