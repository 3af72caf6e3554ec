#include "exporter/host/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "exporter/base/strings.h"

namespace clawvigil::host {

namespace {

constexpr std::uint64_t kBeneath =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
constexpr std::size_t kMaxShownPath = 256;

std::string shown(std::string_view path) { return sanitize(path, kMaxShownPath); }

std::string_view without_leading_slashes(std::string_view path) {
  const std::size_t first = path.find_first_not_of('/');
  return first == std::string_view::npos ? "." : path.substr(first);
}

Result<Fd> open_beneath(int directory, std::string_view relative, int flags,
                        std::uint64_t resolve) {
  if (relative.find('\0') != std::string_view::npos) {
    return fail(Errc::unsafe, shown(relative) + ": NUL in a path");
  }
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = resolve;
  constexpr int kMaxTries = 16;  // EAGAIN: a rename raced with the resolution
  for (int i = 0; i < kMaxTries; ++i) {
    const long fd =
        ::syscall(SYS_openat2, directory, std::string(relative).c_str(), &how, sizeof how);
    if (fd >= 0) return Fd(static_cast<int>(fd));
    if (errno != EAGAIN && errno != EINTR) break;
  }
  const int reason = errno;
  if (reason == ELOOP) {
    return fail(Errc::unsafe, shown(relative) + ": refused, there is a symlink in this path");
  }
  if (reason == EXDEV) {
    return fail(Errc::unsafe,
                shown(relative) + ": refused, it leaves the directory or file system");
  }
  return std::unexpected(error_from_errno(reason, shown(relative)));
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

FileKind kind_of_entry(unsigned char type) {
  switch (type) {
    case DT_REG:
      return FileKind::regular;
    case DT_DIR:
      return FileKind::directory;
    case DT_LNK:
      return FileKind::symlink;
    default:
      return FileKind::other;
  }
}

struct DirCloser {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

SystemTime to_system_time(const timespec& time) {
  return SystemTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

Result<FileStat> stat_fd(int fd, std::string_view name) {
  constexpr mode_t kPermissionBits = 07777;
  struct ::stat raw{};
  if (::fstat(fd, &raw) != 0) return std::unexpected(error_from_errno(errno, shown(name)));
  return FileStat{kind_of(raw.st_mode),
                  raw.st_mode & kPermissionBits,
                  raw.st_uid,
                  raw.st_gid,
                  raw.st_nlink,
                  static_cast<std::uint64_t>(raw.st_size),
                  raw.st_dev,
                  raw.st_ino,
                  to_system_time(raw.st_mtim),
                  to_system_time(raw.st_ctim)};
}

Result<> check(const FileStat& stat, const OpenRules& rules, std::string_view name) {
  if (stat.kind != FileKind::regular) {
    return fail(Errc::unsafe, shown(name) + ": refused, not a regular file");
  }
  if (rules.owner && stat.uid != *rules.owner) {
    return fail(Errc::unsafe, shown(name) + ": refused, owned by uid " + std::to_string(stat.uid) +
                                  " instead of " + std::to_string(*rules.owner));
  }
  if (!rules.allow_links && stat.links > 1) {
    return fail(Errc::unsafe,
                shown(name) + ": refused, it has " + std::to_string(stat.links) + " hard links");
  }
  return {};
}

// Opens the object behind an O_PATH descriptor for reading.
Result<Fd> reopen(int pinned, int flags, std::string_view name) {
  const std::string path = "/proc/self/fd/" + std::to_string(pinned);
  const int fd = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return std::unexpected(error_from_errno(errno, shown(name)));
  return Fd(fd);
}

Result<std::string> read_bounded(const File& file, std::size_t size_hint, std::size_t limit,
                                 std::string_view name) {
  constexpr std::size_t kChunk = 64UL * 1024;
  std::string content;
  content.reserve(std::min(size_hint, limit) + 1);
  while (true) {
    const std::size_t old_size = content.size();
    const std::size_t wanted = std::min(kChunk, limit + 1 - old_size);
    content.resize(old_size + wanted);
    TRY_ASSIGN(const std::size_t got,
               file.read_at(old_size, std::span(content).subspan(old_size, wanted)));
    content.resize(old_size + got);
    if (content.size() > limit) {
      return fail(Errc::too_large,
                  shown(name) + ": larger than " + std::to_string(limit) + " bytes");
    }
    if (got < wanted) return content;
  }
}

}  // namespace

Result<FileStat> File::stat() const { return stat_fd(fd_.get(), "file"); }

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<char> out) const {
  std::size_t total = 0;
  while (total < out.size()) {
    const ssize_t got = ::pread(fd_.get(), out.data() + total, out.size() - total,
                                static_cast<off_t>(offset + total));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_from_errno(errno, "read"));
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  return total;
}

Result<FileStat> Dir::stat(std::string_view relative) const {
  TRY_ASSIGN(const Fd fd, open_beneath(fd_.get(), relative, O_PATH | O_NOFOLLOW, kBeneath));
  return stat_fd(fd.get(), relative);
}

Result<File> Dir::open_file(std::string_view relative, const OpenRules& rules) const {
  TRY_ASSIGN(const Fd pinned, open_beneath(fd_.get(), relative, O_PATH, kBeneath));
  TRY_ASSIGN(const FileStat found, stat_fd(pinned.get(), relative));
  TRY(check(found, rules, relative));
  TRY_ASSIGN(Fd fd, reopen(pinned.get(), 0, relative));
  return File(std::move(fd));
}

Result<std::string> Dir::read_file(std::string_view relative, std::size_t limit,
                                   const OpenRules& rules) const {
  TRY_ASSIGN(const File file, open_file(relative, rules));
  TRY_ASSIGN(const FileStat found, file.stat());
  if (found.size > limit) {
    return fail(Errc::too_large, shown(relative) + ": " + std::to_string(found.size) +
                                     " bytes, more than " + std::to_string(limit));
  }
  return read_bounded(file, found.size, limit, relative);
}

Result<Dir> Dir::open_dir(std::string_view relative) const {
  TRY_ASSIGN(Fd fd, open_beneath(fd_.get(), relative, O_PATH | O_DIRECTORY, kBeneath));
  return Dir(std::move(fd));
}

Result<std::vector<DirEntry>> Dir::list(std::string_view relative, std::size_t limit) const {
  TRY_ASSIGN(const Dir directory, open_dir(relative));
  TRY_ASSIGN(Fd fd, reopen(directory.fd(), O_DIRECTORY, relative));
  const std::unique_ptr<DIR, DirCloser> stream(::fdopendir(fd.get()));
  if (!stream) return std::unexpected(error_from_errno(errno, shown(relative)));
  fd.release();  // the stream owns it now
  std::vector<DirEntry> entries;
  errno = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own.
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() == limit) {
      return fail(Errc::too_large,
                  shown(relative) + ": more than " + std::to_string(limit) + " directory entries");
    }
    entries.push_back({std::string(name), kind_of_entry(entry->d_type)});
    errno = 0;
  }
  if (errno != 0) return std::unexpected(error_from_errno(errno, shown(relative)));
  return entries;
}

Result<Root> Root::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(error_from_errno(errno, shown(path)));
  return Root(Fd(fd));
}

Result<Dir> Root::anchor(std::string_view absolute) const {
  std::string_view path = without_leading_slashes(absolute);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    TRY_ASSIGN(Fd fd, open_beneath(fd_.get(), path, O_PATH | O_DIRECTORY,
                                   RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
    return Dir(std::move(fd));
  }
  TRY_ASSIGN(const Fd parent, open_beneath(fd_.get(), path.substr(0, slash), O_PATH | O_DIRECTORY,
                                           RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
  TRY_ASSIGN(Fd fd, open_beneath(parent.get(), path.substr(slash + 1), O_PATH | O_DIRECTORY,
                                 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS));
  return Dir(std::move(fd));
}

Result<std::string> Root::read_system_file(std::string_view absolute, std::size_t limit) const {
  // RESOLVE_IN_ROOT takes an absolute path from the root's descriptor.
  TRY_ASSIGN(Fd fd, open_beneath(fd_.get(), absolute, O_RDONLY | O_NONBLOCK | O_NOCTTY,
                                 RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS));
  const File file(std::move(fd));
  TRY_ASSIGN(const FileStat found, file.stat());
  if (found.kind != FileKind::regular) {
    return fail(Errc::unsafe, shown(absolute) + ": refused, not a regular file");
  }
  return read_bounded(file, found.size, limit, absolute);
}

}  // namespace clawvigil::host
