// The file systems of this machine: /proc/self/mountinfo (proc(5)).
//
//   36 25 0:41 / /mnt/backup rw,relatime shared:9 - nfs4 nas:/export rw,vers=4.2
//   id parent major:minor root mount-point options [tags…] - type source super-options
//
// Octal escapes (\040 for a space) in mount points are undone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::parse {

struct Mount {
  std::uint64_t device = 0;  // as in FileStat::device
  std::string point;
  std::string type;  // "ext4", "fuse.sshfs"
};

// Lines that are not understood are left out; at most 10,000 mounts are taken. Pure.
[[nodiscard]] std::vector<Mount> parse_mount_table(std::string_view text);

// The mount a file lies on: by its device, or if that is not in the table (subvolumes of btrfs) by
// its path. nullptr if there is none; points into `mounts`.
[[nodiscard]] const Mount* find_mount(const std::vector<Mount>& mounts, std::uint64_t device,
                                      std::string_view path);

// Whether what is on a file system of this type is on another machine; nullopt for a type that is
// not known. An overlay counts as local: a container's lies on the disk of the host.
[[nodiscard]] std::optional<bool> is_remote_file_system(std::string_view type);

}  // namespace clawvigil::parse
