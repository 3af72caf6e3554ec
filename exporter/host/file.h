// The only door to the file system. The files read here are written by an agent that may be
// compromised, so every read below an anchor directory has these properties:
//
//  - resolved with openat2(RESOLVE_BENEATH | NO_SYMLINKS | NO_MAGICLINKS | NO_XDEV): no path,
//  however
//    it changes meanwhile, leads out of the anchor, over a symlink or onto another file system;
//  - pinned with O_PATH first; only a regular file of the expected owner with a single link is then
//    reopened (O_NONBLOCK | O_NOCTTY), so FIFOs and devices are never opened and nothing blocks;
//  - bounded: a reader states its limit, a larger file is Errc::too_large, never cut short;
//  - never mmap (a truncation would be a SIGBUS).
//
// Objects are movable, not copyable, used by one thread at a time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/fd.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

enum class FileKind { regular, directory, symlink, other };

struct FileStat {
  FileKind kind = FileKind::other;
  mode_t mode = 0;  // permission bits including set-uid, set-gid and sticky (07777)
  uid_t uid = 0;
  gid_t gid = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;  // bytes
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  SystemTime modified;
  SystemTime changed;
};

// What a file must be before it is opened for reading.
struct OpenRules {
  std::optional<uid_t> owner;  // nullopt: any owner
  bool allow_links = false;    // accept more than one hard link
};

// A regular file opened for reading.
class File {
 public:
  explicit File(Fd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] Result<FileStat> stat() const;
  // Reads up to out.size() bytes at `offset`; fewer only at the end of the file. Returns the count.
  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Fd fd_;
};

struct DirEntry {
  std::string name;  // raw bytes as on disk; may be anything but '/' and NUL
  FileKind kind;     // as the directory says; check with stat() before trusting it
};

// An anchor: a pinned directory. `relative` paths have no leading '/', and "." is the anchor
// itself.
class Dir {
 public:
  explicit Dir(Fd fd) : fd_(std::move(fd)) {}

  // The object itself: a symlink is reported as one, not followed.
  [[nodiscard]] Result<FileStat> stat(std::string_view relative) const;
  [[nodiscard]] Result<File> open_file(std::string_view relative, const OpenRules& rules) const;
  // The whole file; Errc::too_large beyond `limit` bytes.
  [[nodiscard]] Result<std::string> read_file(std::string_view relative, std::size_t limit,
                                              const OpenRules& rules) const;
  [[nodiscard]] Result<Dir> open_dir(std::string_view relative) const;
  // Entries without "." and "..", in directory order; Errc::too_large beyond `limit` entries.
  [[nodiscard]] Result<std::vector<DirEntry>> list(std::string_view relative,
                                                   std::size_t limit) const;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Fd fd_;
};

// The machine's root (--path.rootfs, "/" by default). Paths given to it are chosen by the owner or
// by root-owned files, not by the agent.
class Root {
 public:
  [[nodiscard]] static Result<Root> open(const std::string& path);

  // Anchors at an absolute path. Symlinks (kept inside the root) are followed in the parent
  // directories, which the owner controls, but not in the last component.
  [[nodiscard]] Result<Dir> anchor(std::string_view absolute) const;
  // A file of the system itself (/proc, /sys, /etc): symlinks followed inside the root, sizes of 0
  // not trusted, at most `limit` bytes or Errc::too_large.
  [[nodiscard]] Result<std::string> read_system_file(std::string_view absolute,
                                                     std::size_t limit) const;

 private:
  explicit Root(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace clawvigil::host
