#include "collectors/updates/automatic.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "collectors/updates/host_facts.h"

namespace clawvigil::updates {

namespace {

// "0" is never, "" was not set; everything else is an interval ("1", "7d", "always").
bool is_period(std::string_view value) {
  return value.find_first_not_of("0") != std::string_view::npos;
}

bool is_switched_off(std::string_view value) {
  return !value.empty() && value.find_first_not_of("0") == std::string_view::npos;
}

bool is_scheduled(const host::Root& root) {
  if (root.anchor("/usr/lib/systemd/system") || root.anchor("/lib/systemd/system")) {
    return is_timer_enabled(root, "apt-daily.timer") &&
           is_timer_enabled(root, "apt-daily-upgrade.timer");
  }
  const auto cron = modified_at(root, "/etc/cron.daily/apt-compat");
  return cron && *cron;
}

Result<std::optional<SystemTime>> newest(const host::Root& root,
                                         std::span<const std::string_view> paths) {
  std::optional<SystemTime> latest;
  for (const std::string_view path : paths) {
    TRY_ASSIGN(const auto modified, modified_at(root, path));
    latest = std::max(latest, modified);
  }
  return latest;
}

}  // namespace

AutomaticUpdates read_automatic(const host::Root& root, const parse::AptConfig& config,
                                const std::vector<parse::InstalledPackage>& installed) {
  const bool on = !is_switched_off(config.value("APT::Periodic::Enable"));
  return {.package = std::ranges::find(installed, "unattended-upgrades",
                                       &parse::InstalledPackage::name) != installed.end(),
          .package_lists = on && is_period(config.value("APT::Periodic::Update-Package-Lists")),
          .upgrade = on && is_period(config.value("APT::Periodic::Unattended-Upgrade")),
          .timer = is_scheduled(root)};
}

Result<std::optional<SystemTime>> last_automatic_run(const host::Root& root) {
  constexpr std::array<std::string_view, 2> kStamps = {
      "/var/lib/apt/periodic/upgrade-stamp", "/var/lib/apt/periodic/unattended-upgrades-stamp"};
  TRY_ASSIGN(const auto latest, newest(root, kStamps));
  if (latest) return latest;
  TRY_ASSIGN(const auto installed,
             modified_at(root, "/var/lib/dpkg/info/unattended-upgrades.list"));
  if (!installed) return installed;
  TRY_ASSIGN(const auto configured, modified_at(root, "/etc/apt/apt.conf.d"));
  return std::max(installed, configured);
}

Result<std::optional<SystemTime>> last_list_update(const host::Root& root) {
  constexpr std::array<std::string_view, 4> kStamps = {
      "/var/lib/apt/periodic/update-success-stamp", "/var/lib/apt/periodic/update-stamp",
      "/var/lib/apt/lists", "/var/lib/apt/lists/partial"};
  return newest(root, kStamps);
}

}  // namespace clawvigil::updates
