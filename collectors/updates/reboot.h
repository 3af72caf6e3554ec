// Whether what is installed waits for a reboot: the flag packages leave in /run, or a kernel of the
// running one's kind that is newer than it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "collectors/parse/package_index.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::updates {

struct RebootState {
  bool required = false;
  std::optional<SystemTime> since;
};

// Errors: what cannot be read of /run and /proc. A running kernel no installed package has (a
// container's, a provider's own) is compared with nothing.
[[nodiscard]] Result<RebootState> read_reboot(
    const host::Root& root, const std::vector<parse::InstalledPackage>& installed);

// The release of the newest installed kernel of the same kind as `running` ("6.1.0-18-amd64") if it
// is newer, or the running one's own if its package has been replaced since, by the version
// Debian's kernels name themselves with ("#1 SMP … Debian 6.1.76-1 (2024-02-01)"). "" if neither.
[[nodiscard]] std::string newer_kernel(std::string_view running, std::string_view build,
                                       const std::vector<parse::InstalledPackage>& installed);

}  // namespace clawvigil::updates
