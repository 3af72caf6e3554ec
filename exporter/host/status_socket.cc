#include "exporter/host/status_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "exporter/base/clock.h"
#include "exporter/host/byte_stream.h"

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

Result<Fd> unix_socket(const std::string& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return std::unexpected(error_from_errno(errno, path));
  return fd;
}

}  // namespace

Result<StatusSocket> StatusSocket::listen(std::string path) {
  TRY_ASSIGN(const sockaddr_un address, address_of(path));
  TRY_ASSIGN(Fd fd, unix_socket(path));
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
  const SteadyTime deadline = SystemClock{}.now().steady + timeout;
  TRY_ASSIGN(const sockaddr_un address, address_of(path));
  TRY_ASSIGN(Fd fd, unix_socket(path));
  if (::connect(fd.get(), generic(address), sizeof(address)) != 0) {
    if (errno == ECONNREFUSED) return fail(Errc::not_found, path + ": no daemon is running");
    // As many wait to be answered as may.
    if (errno == EAGAIN) return fail(Errc::timeout, path + ": the daemon does not answer");
    return std::unexpected(error_from_errno(errno, path));
  }
  const auto stream = plain_stream(std::move(fd), deadline);
  std::string document;
  std::array<char, std::size_t{64} << 10> buffer{};
  while (true) {
    const auto size = stream->read(buffer);
    if (!size && size.error().code == Errc::timeout) {
      return fail(Errc::timeout, path + ": the daemon does not answer in time");
    }
    if (!size) return prefixed(size.error(), path);
    if (*size == 0) return document;
    document.append(buffer.data(), *size);
    if (document.size() > kMaxStatusBytes) return fail(Errc::too_large, path + ": too long");
  }
}

}  // namespace clawvigil::host
