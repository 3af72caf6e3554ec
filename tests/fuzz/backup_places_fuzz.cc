// What is read of borg repositories, the mount table and the beginning of logs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/borg_files.h"
#include "collectors/parse/log_start.h"
#include "collectors/parse/mount_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil::parse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kIdDigits = 64;
  // The id becomes a part of a path.
  if (const auto id = borg_repository_id(text)) {
    if (id->size() != kIdDigits || id->find('/') != std::string::npos) std::abort();
  }
  (void)borg_segment_key_type(text);
  (void)borg_timestamp(text);
  (void)borg_location_is_remote(text);
  (void)log_start(text);
  const auto mounts = parse_mount_table(text);
  for (const Mount& mount : mounts) {
    if (!mount.point.starts_with('/')) std::abort();
    (void)is_remote_file_system(mount.type);
  }
  (void)find_mount(mounts, size, "/srv/backup");
  return 0;
}
