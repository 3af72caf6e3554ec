// Room left where a path lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

// As df(1) counts: what only root may use is neither free nor there.
struct DiskSpace {
  std::uint64_t free_bytes = 0;
  double free_ratio = 0;                    // 0 to 1
  std::optional<double> free_inodes_ratio;  // nullopt where their number is not limited
};

// Of the file system of the directory `absolute`, below the root. Opens the directory itself only
// by name (O_PATH); may block as long as the file system does. unsupported: it has no size.
[[nodiscard]] Result<DiskSpace> disk_space(const Root& root, std::string_view absolute);

}  // namespace clawvigil::host
