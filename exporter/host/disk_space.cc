#include "exporter/host/disk_space.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

namespace clawvigil::host {

Result<DiskSpace> disk_space(const Root& root, std::string_view absolute) {
  TRY_ASSIGN(const Dir directory, root.anchor(absolute));
  struct statvfs found{};
  if (::fstatvfs(directory.fd(), &found) != 0) {
    return std::unexpected(error_from_errno(errno, "free space"));
  }
  const std::uint64_t used = found.f_blocks - std::min(found.f_blocks, found.f_bfree);
  const std::uint64_t size = used + found.f_bavail;
  if (size == 0) return fail(Errc::unsupported, "the file system has no size");
  DiskSpace space;
  space.free_bytes = found.f_bavail * found.f_frsize;
  space.free_ratio = static_cast<double>(found.f_bavail) / static_cast<double>(size);
  if (found.f_files > 0) {
    space.free_inodes_ratio =
        static_cast<double>(found.f_favail) / static_cast<double>(found.f_files);
  }
  return space;
}

}  // namespace clawvigil::host
