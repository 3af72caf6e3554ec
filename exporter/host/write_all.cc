#include "exporter/host/write_all.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace clawvigil::host {

Result<> write_all(int fd, std::string_view bytes, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(error_from_errno(errno, std::string(what)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> write_and_sync(int fd, std::string_view bytes, std::string_view what) {
  TRY(write_all(fd, bytes, what));
  if (::fsync(fd) == 0) return {};
  return std::unexpected(error_from_errno(errno, std::string(what)));
}

}  // namespace clawvigil::host
