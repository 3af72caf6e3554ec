#include "exporter/host/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "exporter/base/fd.h"
#include "exporter/host/write_all.h"

namespace clawvigil::host {

namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;

Result<> write_new(const std::string& path, std::string_view text) {
  const Fd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  if (!fd) return std::unexpected(error_from_errno(errno, path));
  return write_and_sync(fd.get(), text, path);
}

}  // namespace

Result<> write_text_file(const std::string& path, std::string_view text) {
  const std::string directory = path.substr(0, path.rfind('/'));
  if (!directory.empty() && ::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return std::unexpected(error_from_errno(errno, directory));
  }
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  Result<> written = write_new(temporary, text);
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0) {
    written = std::unexpected(error_from_errno(errno, path));
  }
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace clawvigil::host
