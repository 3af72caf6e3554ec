#include "exporter/host/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "exporter/base/fd.h"
#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxSecret = 16UL * 1024;
constexpr mode_t kEveryoneReads = 0004;

std::string shown(const std::string& path) { return sanitize(path, 200); }

Result<> check(const Fd& file, const std::string& path) {
  struct stat found{};
  if (::fstat(file.get(), &found) != 0) return std::unexpected(error_from_errno(errno, path));
  if (!S_ISREG(found.st_mode)) {
    return fail(Errc::unsafe, shown(path) + ": a secret must be a regular file");
  }
  if ((found.st_mode & kEveryoneReads) != 0) {
    return fail(Errc::unsafe,
                shown(path) +
                    ": refused, every user of this host can read it; run: chmod o= " + shown(path));
  }
  return {};
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    if (errno == EACCES) {
      return fail(Errc::denied, shown(path) + ": clawvigil may not read it; run: chgrp clawvigil " +
                                    shown(path) + " && chmod 640 " + shown(path));
    }
    return std::unexpected(error_from_errno(errno, shown(path)));
  }
  TRY(check(file, path));
  std::array<char, kMaxSecret + 1> buffer{};
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_from_errno(errno, shown(path)));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  std::string_view text(buffer.data(), size);
  Result<Secret> result = fail(Errc::too_large, shown(path) + ": longer than a secret can be");
  if (size <= kMaxSecret) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) {
      result = fail(Errc::parse, shown(path) + ": empty, expected the secret on one line");
    } else if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
      result = fail(Errc::parse, shown(path) + ": expected the secret on one line");
    } else {
      result = Secret(std::string(text));
    }
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  return result;
}

}  // namespace clawvigil::host
