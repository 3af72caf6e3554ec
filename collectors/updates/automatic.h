// Whether this host installs security updates by itself (unattended-upgrades), as
// /usr/lib/apt/apt.systemd.daily decides it every day, and when it last did.
#pragma once

#include <optional>
#include <vector>

#include "collectors/parse/apt_config.h"
#include "collectors/parse/package_index.h"
#include "exporter/base/clock.h"
#include "exporter/host/file.h"

namespace clawvigil::updates {

struct AutomaticUpdates {
  bool package = false;        // unattended-upgrades is installed
  bool package_lists = false;  // APT::Periodic::Update-Package-Lists
  bool upgrade = false;        // APT::Periodic::Unattended-Upgrade
  bool timer = false;  // apt-daily.timer and apt-daily-upgrade.timer, or cron without systemd

  [[nodiscard]] bool all() const { return package && package_lists && upgrade && timer; }
};

[[nodiscard]] AutomaticUpdates read_automatic(
    const host::Root& root, const parse::AptConfig& config,
    const std::vector<parse::InstalledPackage>& installed);

// The stamps of its successful runs. If there is none, when it was installed or apt's configuration
// was last added to: a host gets its time for the first run. nullopt: it is not installed.
[[nodiscard]] Result<std::optional<SystemTime>> last_automatic_run(const host::Root& root);

// When apt last got lists, by the stamps of those who ask it to and by the directories it then
// writes to. An update that finds nothing new leaves the directories as they are, so that the stamp
// of a server's own Release file counts too. nullopt: never.
[[nodiscard]] Result<std::optional<SystemTime>> last_list_update(const host::Root& root);

}  // namespace clawvigil::updates
