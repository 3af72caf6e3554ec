#include "collectors/updates/reboot.h"

#include <algorithm>
#include <string>

#include "collectors/parse/debian_version.h"
#include "collectors/updates/host_facts.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::updates {

namespace {

constexpr std::string_view kFlag = "/run/reboot-required";

struct Kernel {
  std::string_view release;  // "6.1.0-18-cloud-amd64"
  std::string_view number;   // "6.1.0-18"
  std::string_view kind;     // "cloud-amd64"
};

// The kind begins behind the first dash that no digit follows.
Kernel split_release(std::string_view release) {
  for (std::size_t at = release.find('-'); at != std::string_view::npos;
       at = release.find('-', at + 1)) {
    if (at + 1 < release.size() && !is_digit(release[at + 1])) {
      return {release, release.substr(0, at), release.substr(at + 1)};
    }
  }
  return {release, release, ""};
}

// "linux-image-6.1.0-18-amd64", "linux-image-unsigned-5.15.0-91-generic"; not
// "linux-image-amd64", which only depends on one.
std::string_view kernel_release(std::string_view package) {
  for (const std::string_view prefix : {"linux-image-unsigned-", "linux-image-"}) {
    if (!package.starts_with(prefix)) continue;
    const std::string_view release = package.substr(prefix.size());
    const bool debug = release.ends_with("-dbg") || release.ends_with("-dbgsym");
    if (!release.empty() && is_digit(release.front()) && !debug) return release;
  }
  return {};
}

// "6.1.76-1" of "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)".
std::string_view package_version(std::string_view build) {
  constexpr std::string_view kBefore = " Debian ";
  const std::size_t at = build.find(kBefore);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = build.substr(at + kBefore.size());
  return rest.substr(0, rest.find(' '));
}

}  // namespace

std::string newer_kernel(std::string_view running, std::string_view build,
                         const std::vector<parse::InstalledPackage>& installed) {
  const Kernel own = split_release(running);
  Kernel newest = own;
  bool is_packaged = false;
  bool replaced = false;
  for (const parse::InstalledPackage& package : installed) {
    const Kernel kernel = split_release(kernel_release(package.name));
    if (kernel.release == running) {
      const std::string_view booted = package_version(build);
      is_packaged = true;
      replaced = !booted.empty() && parse::compare_debian_versions(package.version, booted) > 0;
    }
    if (kernel.release.empty() || kernel.kind != own.kind) continue;
    if (parse::compare_debian_versions(kernel.number, newest.number) > 0) newest = kernel;
  }
  if (!is_packaged) return {};
  if (newest.release != running) return std::string(newest.release);
  return replaced ? std::string(running) : std::string();
}

Result<RebootState> read_reboot(const host::Root& root,
                                const std::vector<parse::InstalledPackage>& installed) {
  constexpr std::size_t kMaxLine = 1'024;
  TRY_ASSIGN(const auto flag, modified_at(root, kFlag));
  if (flag) return RebootState{true, flag};
  const auto running = root.read_system_file("/proc/sys/kernel/osrelease", kMaxLine);
  if (!running) return std::unexpected(running.error());
  const auto build = root.read_system_file("/proc/sys/kernel/version", kMaxLine);
  const std::string kernel = newer_kernel(trim(*running), build.value_or(""), installed);
  if (kernel.empty()) return RebootState{};
  const auto image = modified_at(root, "/boot/vmlinuz-" + kernel);
  return RebootState{true, image ? *image : std::nullopt};
}

}  // namespace clawvigil::updates
