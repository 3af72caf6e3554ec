#include "collectors/updates/apt_policy.h"

#include <algorithm>
#include <utility>

#include "collectors/parse/debian_version.h"

namespace clawvigil::updates {

namespace {

using parse::AptPin;

constexpr int kDefault = 500;
constexpr int kInstalled = 100;     // of what dpkg's status file says
constexpr int kNotAutomatic = 1;    // experimental
constexpr int kButAutomatic = 100;  // backports
constexpr int kDowngrade = 1000;    // from here on older versions are taken too

int default_priority(const parse::AptRelease& release) {
  if (release.but_automatic_upgrades) return kButAutomatic;
  return release.not_automatic ? kNotAutomatic : kDefault;
}

// What pins see of dpkg's status file: an archive called "now".
const parse::AptArchive& status_file() {
  static const parse::AptArchive archive = [] {
    parse::AptArchive made;
    made.release.suite = "now";
    return made;
  }();
  return archive;
}

// The first pin of all packages that matches decides; one that says "never" always does.
int pinned(const parse::AptArchive& archive, const std::vector<AptPin>& pins, int priority) {
  bool fixed = false;
  for (const AptPin& pin : pins) {
    if (!pin.packages.empty() || !parse::matches_archive(pin, archive)) continue;
    if (pin.priority == AptPin::kNever) return AptPin::kNever;
    if (!fixed) priority = pin.priority;
    fixed = true;
  }
  return priority;
}

}  // namespace

AptPolicy::AptPolicy(std::vector<parse::AptArchive> archives, std::vector<AptPin> pins,
                     std::string native)
    : archives_(std::move(archives)), pins_(std::move(pins)), native_(std::move(native)) {
  for (const parse::AptArchive& archive : archives_) {
    priorities_.push_back(pinned(archive, pins_, default_priority(archive.release)));
  }
  installed_priority_ = pinned(status_file(), pins_, kInstalled);
}

// Newest first.
std::vector<AptPolicy::Version> AptPolicy::versions_of(const Candidates& package) {
  std::vector<Version> versions{{package.package->version, package.package->source, {}, true}};
  for (const Offer& offer : package.offers) {
    const auto same = std::ranges::find_if(versions, [&](const Version& version) {
      return parse::compare_debian_versions(version.text, offer.version) == 0;
    });
    if (same == versions.end()) {
      versions.push_back({offer.version, offer.source, {offer.archive}, false});
    } else {
      same->archives.push_back(offer.archive);
    }
  }
  std::ranges::sort(versions, [](const Version& a, const Version& b) {
    return parse::compare_debian_versions(a.text, b.text) > 0;
  });
  return versions;
}

bool AptPolicy::applies(const AptPin& pin, const Version& version) const {
  if (pin.kind == AptPin::Kind::version) return parse::matches_version(pin, version.text);
  const auto in_archive = [&](std::size_t archive) {
    return parse::matches_archive(pin, archives_[archive]);
  };
  return std::ranges::any_of(version.archives, in_archive) ||
         (version.installed && parse::matches_archive(pin, status_file()));
}

int AptPolicy::priority_of(const Version& version, std::string_view name,
                           std::string_view architecture) const {
  int highest = version.installed ? installed_priority_ : AptPin::kNever;
  for (const std::size_t archive : version.archives) {
    highest = std::max(highest, priorities_[archive]);
  }
  if (highest == AptPin::kNever) return highest;
  const auto pin = std::ranges::find_if(pins_, [&](const AptPin& candidate) {
    return parse::matches_package(candidate, name, version.source, architecture, native_) &&
           applies(candidate, version);
  });
  return pin == pins_.end() ? highest : pin->priority;
}

std::string_view AptPolicy::candidate(const Candidates& package) const {
  const parse::InstalledPackage& installed = *package.package;
  const std::string& architecture =
      installed.architecture == "all" ? native_ : installed.architecture;
  std::string_view best;
  int best_priority = 0;
  for (const Version& version : versions_of(package)) {
    const int priority = priority_of(version, installed.name, architecture);
    if (priority <= best_priority) continue;
    const bool older = parse::compare_debian_versions(version.text, installed.version) < 0;
    if (older && priority < kDowngrade) continue;
    best = version.text;
    best_priority = priority;
  }
  return best;
}

std::optional<PendingUpdate> AptPolicy::pending(const Candidates& package) const {
  const parse::InstalledPackage& installed = *package.package;
  const std::string_view version = candidate(package);
  if (version.empty() || parse::compare_debian_versions(version, installed.version) <= 0) {
    return std::nullopt;
  }
  // A version that came out after the fix has it too, from whichever archive it is.
  const auto is_fix = [&](const Offer& offer) {
    return archives_[offer.archive].release.is_security() &&
           parse::compare_debian_versions(offer.version, installed.version) > 0 &&
           parse::compare_debian_versions(offer.version, version) <= 0;
  };
  const auto is_phased = [&](const Offer& offer) {
    return offer.phased && offer.version == version;
  };
  const bool security = std::ranges::any_of(package.offers, is_fix);
  return PendingUpdate{.name = installed.name,
                       .architecture = installed.architecture,
                       .version = std::string(version),
                       .security = security,
                       .held = installed.held,
                       .phased = !security && std::ranges::any_of(package.offers, is_phased)};
}

}  // namespace clawvigil::updates
