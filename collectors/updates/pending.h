// The updates waiting on a host with dpkg and apt, without asking apt or the network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/apt_config.h"
#include "collectors/parse/package_index.h"
#include "collectors/updates/apt_policy.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"

namespace clawvigil::updates {

struct PendingUpdates {
  std::vector<PendingUpdate> updates;
  std::size_t security_archives = 0;         // of those apt has lists of
  std::optional<SystemTime> newest_release;  // when an archive made the newest list
};

// Reads everything. not_found: no dpkg here, or apt has no lists yet. At the first fault of a list
// there is no result: half of the lists would hide updates.
[[nodiscard]] Result<PendingUpdates> read_pending(const Context& context,
                                                  const std::vector<std::string>& preferences,
                                                  std::string_view default_release);

// What is installed, by /var/lib/dpkg/status (at most 64 MiB). not_found: no dpkg here.
[[nodiscard]] Result<std::vector<parse::InstalledPackage>> read_installed(const host::Root& root);

struct UpdateCounts {
  std::size_t pending = 0;
  std::size_t security = 0;
  std::size_t held = 0;           // of the pending ones
  std::size_t held_security = 0;  // of the security ones
  std::size_t phased = 0;         // of the pending ones, security excepted
  std::size_t security_archives = 0;
  std::optional<SystemTime> newest_release;
  // Names the security updates that are not held, package and version, for as long as they wait.
  std::vector<std::uint64_t> waiting;
};

// Keeps the counts while neither lists nor packages nor settings have changed: an unchanged host
// costs one stat a list. One thread.
class PendingReader {
 public:
  [[nodiscard]] Result<UpdateCounts> read(const Context& context, const parse::AptConfig& config);

 private:
  std::uint64_t appearance_ = 0;  // of everything the result depends on; 0: nothing read yet
  std::optional<Result<UpdateCounts>> kept_;
};

}  // namespace clawvigil::updates
