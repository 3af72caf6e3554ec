#include "exporter/host/status_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace clawvigil::host {

namespace {

constexpr int kBacklog = 8;
constexpr timeval kSendTimeout{.tv_sec = 1, .tv_usec = 0};

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return fail(Errc::too_large, path + ": longer than the path of a socket may be");
  }
  path.copy(static_cast<char*>(address.sun_path), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Result<Fd> unix_socket(const std::string& path, int flags) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!fd) return std::unexpected(error_from_errno(errno, path));
  return fd;
}

}  // namespace

Result<StatusSocket> StatusSocket::listen(std::string path) {
  TRY_ASSIGN(const sockaddr_un address, address_of(path));
  TRY_ASSIGN(Fd fd, unix_socket(path, SOCK_NONBLOCK));
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) ::unlink(path.c_str());
  // The mode of the file is that of the socket: nobody can connect in between.
  constexpr mode_t kOwnerOnly = 0600;
  ::fchmod(fd.get(), kOwnerOnly);
  if (::bind(fd.get(), generic(address), sizeof(address)) != 0 ||
      ::chmod(path.c_str(), kOwnerOnly) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return std::unexpected(error_from_errno(errno, path));
  }
  return StatusSocket(std::move(fd), std::move(path));
}

StatusSocket& StatusSocket::operator=(StatusSocket&& other) noexcept {
  if (this != &other) {
    remove();
    fd_ = std::move(other.fd_);
    path_ = std::move(other.path_);
  }
  return *this;
}

StatusSocket::~StatusSocket() { remove(); }

void StatusSocket::remove() {
  if (fd_) ::unlink(path_.c_str());
}

void StatusSocket::answer(std::string_view document) {
  const Fd peer(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer) return;
  ::setsockopt(peer.get(), SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof(kSendTimeout));
  while (!document.empty()) {
    const ssize_t sent = ::send(peer.get(), document.data(), document.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    document.remove_prefix(static_cast<std::size_t>(sent));
  }
}

Result<std::string> read_status(const std::string& path, std::chrono::milliseconds timeout) {
  TRY_ASSIGN(const sockaddr_un address, address_of(path));
  TRY_ASSIGN(const Fd fd, unix_socket(path, 0));
  if (::connect(fd.get(), generic(address), sizeof(address)) != 0) {
    if (errno == ECONNREFUSED) return fail(Errc::not_found, path + ": no daemon is running");
    return std::unexpected(error_from_errno(errno, path));
  }
  std::string document;
  std::array<char, std::size_t{64} << 10> buffer{};
  while (true) {
    pollfd poll{.fd = fd.get(), .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, static_cast<int>(timeout.count())) == 0) {
      return fail(Errc::timeout, path + ": the daemon does not answer");
    }
    const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size < 0) return std::unexpected(error_from_errno(errno, path));
    if (size == 0) return document;
    document.append(buffer.data(), static_cast<std::size_t>(size));
    if (document.size() > kMaxStatusBytes) return fail(Errc::too_large, path + ": too long");
  }
}

}  // namespace clawvigil::host
