#include "collectors/parse/mount_table.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <array>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxMounts = 10'000;

constexpr std::array kRemote{
    "nfs"sv,          "nfs4"sv,         "cifs"sv,
    "smb3"sv,         "smbfs"sv,        "ceph"sv,
    "fuse.ceph"sv,    "glusterfs"sv,    "fuse.glusterfs"sv,
    "lustre"sv,       "afs"sv,          "9p"sv,
    "virtiofs"sv,     "fuse.sshfs"sv,   "fuse.rclone"sv,
    "fuse.s3fs"sv,    "fuse.geesefs"sv, "fuse.goofys"sv,
    "fuse.gcsfuse"sv, "fuse.juicefs"sv, "fuse.curlftpfs"sv,
    "fuse.davfs"sv,   "davfs"sv,        "beegfs"sv,
    "ncpfs"sv,
};
constexpr std::array kLocal{
    "ext2"sv, "ext3"sv,     "ext4"sv,     "xfs"sv,    "btrfs"sv,    "zfs"sv,     "f2fs"sv,
    "jfs"sv,  "reiserfs"sv, "bcachefs"sv, "tmpfs"sv,  "ramfs"sv,    "vfat"sv,    "exfat"sv,
    "ntfs"sv, "ntfs3"sv,    "fuseblk"sv,  "nilfs2"sv, "squashfs"sv, "iso9660"sv, "udf"sv,
};

std::string unescape(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(std::min(i + 1, text.size()), kDigits);
    const bool octal = text[i] == '\\' && digits.size() == kDigits &&
                       std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '7'; });
    if (!octal) {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    for (const char c : digits) value = value * 8 + static_cast<unsigned>(c - '0');
    out += static_cast<char>(value & 0xffU);
    i += kDigits;
  }
  return out;
}

std::optional<Mount> parse_line(std::string_view line) {
  constexpr std::size_t kDevice = 2;
  constexpr std::size_t kPoint = 4;
  constexpr std::size_t kFirstTag = 6;
  const auto fields = split(line, ' ');
  if (fields.size() <= kFirstTag) return std::nullopt;
  const auto dash = std::find(fields.begin() + kFirstTag, fields.end(), "-"sv);
  if (dash == fields.end() || dash + 1 == fields.end()) return std::nullopt;
  const std::size_t colon = fields[kDevice].find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto major = parse_integer<unsigned>(fields[kDevice].substr(0, colon));
  const auto minor = parse_integer<unsigned>(fields[kDevice].substr(colon + 1));
  if (!major || !minor || !fields[kPoint].starts_with('/')) return std::nullopt;
  return Mount{gnu_dev_makedev(*major, *minor), unescape(fields[kPoint]), std::string(dash[1])};
}

bool lies_below(std::string_view path, std::string_view point) {
  if (point == "/") return true;
  return path.starts_with(point) && (path.size() == point.size() || path[point.size()] == '/');
}

}  // namespace

std::vector<Mount> parse_mount_table(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : split(text, '\n')) {
    if (mounts.size() == kMaxMounts) break;
    if (auto mount = parse_line(line)) mounts.push_back(std::move(*mount));
  }
  return mounts;
}

const Mount* find_mount(const std::vector<Mount>& mounts, std::uint64_t device,
                        std::string_view path) {
  const Mount* best = nullptr;
  for (const Mount& mount : mounts) {
    if (mount.device == device) return &mount;
    // Of several at one point the last one counts.
    const bool nearer = best == nullptr || mount.point.size() >= best->point.size();
    if (nearer && lies_below(path, mount.point)) best = &mount;
  }
  return best;
}

std::optional<bool> is_remote_file_system(std::string_view type) {
  if (std::ranges::find(kRemote, type) != kRemote.end()) return true;
  if (std::ranges::find(kLocal, type) != kLocal.end()) return false;
  if (type == "overlay") return false;  // of a container: on the same disk as the rest of it
  return std::nullopt;
}

}  // namespace clawvigil::parse
