#include "collectors/updates.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/openclaw_settings.h"
#include "collectors/updates/apt_settings.h"
#include "collectors/updates/automatic.h"
#include "collectors/updates/openclaw_install.h"
#include "collectors/updates/pending.h"
#include "collectors/updates/reboot.h"
#include "collectors/updates/waiting.h"
#include "collectors/updates_families.h"
#include "exporter/collect/event_ledger.h"

namespace clawvigil {

namespace {

using namespace updates_families;
using updates::OpenClawInstall;

void export_counts(const updates::UpdateCounts& counts, Batch& out) {
  out.set(kPending, static_cast<double>(counts.pending));
  out.set(kSecurityArchives, static_cast<double>(counts.security_archives));
  out.set(kPhased, static_cast<double>(counts.phased));
  out.set(kHeld, static_cast<double>(counts.held - counts.held_security), "other");
  if (counts.security_archives == 0) {
    return out.unknown({Errc::not_found, "apt has lists of no archive of security updates"},
                       {kSecurity.name(), kSecuritySince.name(), kHeld.name()});
  }
  out.set(kSecurity, static_cast<double>(counts.security));
  out.set(kHeld, static_cast<double>(counts.held_security), "security");
}

void export_automatic(const updates::AutomaticUpdates& automatic, Batch& out) {
  out.set(kAutomatic, automatic.all() ? 1 : 0);
  out.set(kAutomaticPart, automatic.package ? 1 : 0, "package");
  out.set(kAutomaticPart, automatic.package_lists ? 1 : 0, "package_lists");
  out.set(kAutomaticPart, automatic.upgrade ? 1 : 0, "upgrade");
  out.set(kAutomaticPart, automatic.timer ? 1 : 0, "timer");
}

void export_version(const Home& home, const OpenClawInstall& install, Batch& out) {
  for (const Error& problem : install.install_problems) {
    out.unknown(prefixed(problem, home.label).error(),
                install.version.empty() ? std::vector{kInstalled.name(), kReleased.name(),
                                                      kAvailable.name(), kNodeSupported.name()}
                                        : std::vector{kNodeSupported.name()});
  }
  if (!install.version.empty()) out.set(kInstalled, 1, home.label, install.version);
  if (install.released) out.set(kReleased, to_unix_seconds(*install.released), home.label);
  if (!install.node_version.empty()) out.set(kNode, 1, home.label, install.node_version);
  if (install.node_supported) out.set(kNodeSupported, *install.node_supported ? 1 : 0, home.label);
}

// Since when this host has known that the installed version is not the newest. By that version:
// releases come faster than an owner can follow, and each newer one would begin anew.
void export_behind(const Home& home, const std::string& version, bool behind, SystemTime now,
                   EventLedger& ledger, Batch& out) {
  std::vector<std::uint64_t> keys;
  if (behind) keys.push_back(XXH3_64bits(version.data(), version.size()));
  const auto since = updates::waiting_since(ledger, "openclaw/" + home.label, keys, now);
  out.set(kAvailable, behind ? 1 : 0, home.label);
  if (since) out.set(kAvailableSince, to_unix_seconds(*since), home.label);
}

Result<bool> is_behind(const parse::UpdateCheck& check, const std::string& version) {
  if (!check.found) return false;
  if (const auto order = parse::compare_openclaw_versions(check.available, version)) {
    return *order > 0;
  }
  return fail(Errc::parse, "the version its update check found cannot be compared with " + version);
}

void export_check(const Home& home, const OpenClawInstall& install, SystemTime now,
                  EventLedger& ledger, Batch& out) {
  for (const Error& problem : install.check_problems) {
    out.unknown(prefixed(problem, home.label).error(),
                {kAvailable.name(), kAvailableSince.name(), kChecked.name(), kEverChecked.name()});
  }
  if (!install.check) return;
  out.set(kEverChecked, install.check->checked ? 1 : 0, home.label);
  if (!install.check->checked) return;
  out.set(kChecked, to_unix_seconds(*install.check->checked), home.label);
  if (install.version.empty()) return;
  const auto behind = is_behind(*install.check, install.version);
  if (behind) return export_behind(home, install.version, *behind, now, ledger, out);
  out.unknown(prefixed(behind.error(), home.label).error(),
              {kAvailable.name(), kAvailableSince.name()});
}

class UpdatesCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kUpdatesInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) {
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, std::string(kUpdatesInfo.name)));
    }
    export_host(context, out);
    for (const Home& home : context.homes) {
      TRY(context.check());
      const auto settings = loader_.load(home);
      if (settings) {
        export_auto_update(home, **settings, out);
      } else {
        out.unknown(prefixed(settings.error(), home.label).error(), {kAutoUpdate.name()});
      }
      const OpenClawInstall install =
          updates::read_openclaw_install(context, home, settings ? **settings : OpenClawSettings());
      export_version(home, install, out);
      export_check(home, install, context.now.wall, *ledger_, out);
    }
    return ledger_->commit(context.store);
  }

 private:
  static void export_auto_update(const Home& home, const OpenClawSettings& settings, Batch& out) {
    if (settings.auto_update.known) {
      return out.set(kAutoUpdate, settings.auto_update.value ? 1 : 0, home.label);
    }
    out.unknown({Errc::not_found, home.label + ": update.auto.enabled cannot be told"},
                {kAutoUpdate.name()});
  }

  void export_host(const Context& context, Batch& out) {
    const auto installed = updates::read_installed(context.root);
    if (installed) {
      export_reboot(context, *installed, out);
      export_packages(context, *installed, out);
      return;
    }
    Error error = installed.error();
    if (error.code == Errc::not_found) {
      error = {Errc::unsupported,
               "no dpkg on this host: only Debian's and Ubuntu's packages are "
               "understood"};
    }
    out.unknown(error, names_of(kOfPackages));
  }

  static void export_reboot(const Context& context,
                            const std::vector<parse::InstalledPackage>& installed, Batch& out) {
    const auto reboot = updates::read_reboot(context.root, installed);
    if (!reboot) return out.unknown(reboot.error(), {kReboot.name(), kRebootSince.name()});
    out.set(kReboot, reboot->required ? 1 : 0);
    if (reboot->since) out.set(kRebootSince, to_unix_seconds(*reboot->since));
  }

  void export_packages(const Context& context,
                       const std::vector<parse::InstalledPackage>& installed, Batch& out) {
    const auto run = updates::last_automatic_run(context.root);
    if (!run) out.unknown(run.error(), {kAutomaticRun.name()});
    if (run && *run) out.set(kAutomaticRun, to_unix_seconds(**run));
    const auto config = updates::read_apt_config(context.root);
    if (!config) {
      out.unknown(config.error(), {kAutomatic.name(), kAutomaticPart.name()});
      out.unknown(config.error(), names_of(kPackages));
      return export_lists(context, std::nullopt, out);
    }
    export_automatic(updates::read_automatic(context.root, *config, installed), out);
    const auto counts = pending_.read(context, *config);
    if (counts) {
      export_counts(*counts, out);
      export_since(context, *counts, out);
    } else {
      out.unknown(counts.error(), names_of(kPackages));
    }
    export_lists(context, counts ? counts->newest_release : std::nullopt, out);
  }

  void export_since(const Context& context, const updates::UpdateCounts& counts, Batch& out) {
    if (counts.security_archives == 0) return;
    const auto since =
        updates::waiting_since(*ledger_, "security", counts.waiting, context.now.wall);
    if (since) out.set(kSecuritySince, to_unix_seconds(*since));
  }

  // A list is not older than its archive says.
  static void export_lists(const Context& context, std::optional<SystemTime> released, Batch& out) {
    const auto updated = updates::last_list_update(context.root);
    if (!updated) return out.unknown(updated.error(), {kLists.name()});
    const auto latest = std::max(*updated, released);
    if (latest) return out.set(kLists, to_unix_seconds(std::min(*latest, context.now.wall)));
    out.unknown({Errc::not_found, "apt has never got package lists"}, {kLists.name()});
  }

  SettingsLoader loader_;
  updates::PendingReader pending_;
  std::optional<EventLedger> ledger_;
};

}  // namespace

// Updates come daily, and the owner who installs one wants to see it gone: five minutes. An
// unchanged host costs a reading of dpkg's status file and a stat of each list then, a changed one
// some 40 ms of CPU.
const CollectorInfo kUpdatesInfo{
    "updates",
    "Reads pending updates from apt's lists, unattended-upgrades, the need to reboot, and the "
    "versions of OpenClaw and Node.js.",
    std::chrono::minutes(5),
    std::chrono::minutes(1),
    std::chrono::minutes(20),
    kMetrics};

std::unique_ptr<Collector> make_updates_collector() { return std::make_unique<UpdatesCollector>(); }

}  // namespace clawvigil
