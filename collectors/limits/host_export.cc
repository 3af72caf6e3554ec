#include "collectors/limits/host_export.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "collectors/access/log_place.h"
#include "collectors/limits_families.h"
#include "collectors/parse/proc_files.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/host/disk_space.h"

namespace clawvigil::limits {

namespace {

using namespace limits_families;

constexpr std::size_t kMaxFile = 4UL * 1024 * 1024;
constexpr double kMiB = 1024.0 * 1024.0;
constexpr double kRatioStep = 1.0 / 1024;

std::optional<std::uint64_t> number_in(const host::Root& root, std::string_view path) {
  const auto text = root.read_system_file(path, 64);
  return text ? parse_integer<std::uint64_t>(trim(*text)) : std::nullopt;
}

// The directory of a pattern or file: all before the first part that is none.
std::string directory_of(const BackupSource& source) {
  const std::size_t special = source.path.find_first_of("*?[{%");
  const bool directory = source.kind == BackupKind::restic || source.kind == BackupKind::borg;
  if (directory && special == std::string::npos) return source.path;
  const std::size_t slash = source.path.substr(0, special).rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : source.path.substr(0, slash);
}

// What is free moves with every line anybody logs; steps that tell an owner nothing are kept out of
// metrics, history and evaluation. Down, so that no rule speaks later than it would.
double in_steps(double value, double step) { return std::floor(value / step) * step; }

class Disks {
 public:
  explicit Disks(Batch& out) : out_(out) {}

  // Keeps what has the least room. What is not there is another collector's matter.
  void look(const host::Root& root, const std::string& path, std::string_view object) {
    const auto space = host::disk_space(root, path);
    if (!space) {
      if (space.error().code == Errc::not_found) return;
      return out_.unknown(space.error(), {kDiskFree.name(), kDiskFreeBytes.name()});
    }
    const auto found = least_.find(object);
    if (found == least_.end() || space->free_ratio < found->second.free_ratio) {
      least_.insert_or_assign(object, *space);
    }
  }

  void write() {
    for (const auto& [object, space] : least_) {
      out_.set(kDiskFree, in_steps(space.free_ratio, kRatioStep), object);
      out_.set(kDiskFreeBytes, in_steps(static_cast<double>(space.free_bytes), kMiB), object);
      if (space.free_inodes_ratio) {
        out_.set(kInodesFree, in_steps(*space.free_inodes_ratio, kRatioStep), object);
      }
    }
  }

 private:
  Batch& out_;
  std::map<std::string_view, host::DiskSpace> least_;
};

}  // namespace

HostCapacity read_capacity(const host::Root& root) {
  HostCapacity host;
  if (const auto memory = root.read_system_file("/proc/meminfo", kMaxFile)) {
    host.memory = parse::meminfo_bytes(*memory, "MemTotal");
    const auto swap = parse::meminfo_bytes(*memory, "SwapTotal");
    if (swap) host.swap = *swap > 0;
  }
  const auto threads = number_in(root, "/proc/sys/kernel/threads-max");
  const auto pids = number_in(root, "/proc/sys/kernel/pid_max");
  if (threads && pids) host.tasks = std::min(*threads, *pids);
  if (const auto system = root.read_system_file("/proc/stat", kMaxFile)) {
    host.processors = parse::online_processors(*system);
  }
  const auto boot = root.read_system_file("/proc/sys/kernel/random/boot_id", 64);
  if (boot) host.boot = sanitize(trim(*boot), 64);
  return host;
}

void export_host(const HostCapacity& host, Batch& out) {
  if (!host.memory || !host.swap) {
    return out.unknown({Errc::parse, "/proc/meminfo"}, {kSwap.name(), kHostMemory.name()});
  }
  out.set(kSwap, *host.swap ? 1 : 0);
  out.set(kHostMemory, static_cast<double>(*host.memory));
}

void export_disks(const Context& context, SettingsLoader& settings, Batch& out) {
  Disks disks(out);
  for (const Home& home : context.homes) {
    disks.look(context.root, home.path, "state");
    const auto places = log_places(home, settings.load_or_default(home)->log_file, true);
    if (!places) continue;  // the collector of logs says why
    for (const LogPlace& place : *places) disks.look(context.root, place.directory, "logs");
  }
  for (const BackupSource& source : context.config.backups.sources) {
    if (source.path.starts_with('/')) disks.look(context.root, directory_of(source), "backups");
  }
  // Its own state lies here, whatever machine it watches.
  if (const auto own = host::Root::open("/")) {
    disks.look(*own, context.config.storage_path, "clawvigil");
  }
  disks.write();
}

}  // namespace clawvigil::limits
