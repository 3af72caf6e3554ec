#include <algorithm>

#include "collectors/backups/repositories.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::backups {

namespace {

using host::FileKind;

constexpr std::size_t kMaxSnapshots = 100'000;
constexpr std::size_t kIdDigits = 64;
constexpr std::size_t kPrefixDigits = 2;

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && std::ranges::all_of(text, is_lower_hex);
}

// Adds the snapshots in one directory. An empty file is what a crash left of one.
Result<> add_snapshots(const Machine& machine, const host::Dir& directory, BackupReading& reading) {
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxSnapshots));
  for (const host::DirEntry& entry : entries) {
    if (!is_hex(entry.name, kIdDigits)) continue;
    TRY(machine.context.check());
    const auto found = directory.stat(entry.name);
    if (!found || found->kind != FileKind::regular || found->size == 0) continue;
    reading.kept = reading.kept.value_or(0) + 1;
    if (found->modified > machine.latest()) continue;
    reading.newest = std::max(reading.newest.value_or(found->modified), found->modified);
    reading.oldest = std::min(reading.oldest.value_or(found->modified), found->modified);
  }
  return {};
}

Result<> add_nested(const Machine& machine, const host::Dir& snapshots, BackupReading& reading) {
  TRY_ASSIGN(const auto entries, snapshots.list(".", kMaxSnapshots));
  for (const host::DirEntry& entry : entries) {
    if (entry.kind != FileKind::directory || !is_hex(entry.name, kPrefixDigits)) continue;
    TRY_ASSIGN(const host::Dir directory, snapshots.open_dir(entry.name));
    TRY(add_snapshots(machine, directory, reading));
  }
  return {};
}

Result<> check_repository(const host::Dir& directory) {
  constexpr std::size_t kMaxKeys = 10'000;
  TRY_ASSIGN(const auto keys, directory.list("keys", kMaxKeys));
  if (keys.empty()) return fail(Errc::parse, "the repository has no key left to open it with");
  TRY_ASSIGN(const host::FileStat config, directory.stat("config"));
  if (config.size == 0) return fail(Errc::parse, "the repository's config is empty");
  return {};
}

}  // namespace

Result<BackupReading> read_restic(const Machine& machine, const std::string& path) {
  BackupReading reading;
  const auto directory = machine.directory(path);
  if (!directory && directory.error().code == Errc::not_found) return reading;
  if (!directory) return std::unexpected(directory.error());
  TRY_ASSIGN(const auto entries, directory->list(".", kMaxSnapshots));
  if (entries.empty()) return reading;  // what should be mounted here is not
  const auto has = [&](std::string_view name) {
    return std::ranges::find(entries, name, &host::DirEntry::name) != entries.end();
  };
  const bool repository = has("config") && has("data");
  if (!has("snapshots") || (!repository && !has("version"))) {
    return fail(Errc::parse, "neither a restic repository nor its cache");
  }
  TRY_ASSIGN(const host::Dir snapshots, directory->open_dir("snapshots"));
  TRY(add_snapshots(machine, snapshots, reading));
  TRY(add_nested(machine, snapshots, reading));
  reading.present = reading.kept.has_value();
  reading.encrypted = true;  // restic knows nothing else
  if (reading.present && !reading.newest) {
    return fail(Errc::parse, "every snapshot is dated in the future");
  }
  if (!repository) {
    reading.problems.push_back(
        {Part::place, {Errc::not_found, "a cache does not say where its repository is"}});
    return reading;
  }
  TRY(check_repository(*directory));
  reading.take(Part::place, lies_off_host(machine, *directory, path), reading.off_host);
  reading.take(Part::access, who_can_get_at(machine, *directory, path, "snapshots"),
               reading.access);
  return reading;
}

Result<BackupReading> read_stamp(const Machine& machine, const std::string& path) {
  BackupReading reading;
  const std::size_t slash = path.rfind('/');
  const std::string parent = path.substr(0, slash);
  const std::string name = path.substr(slash + 1);
  const auto directory = machine.directory(parent);
  if (!directory && directory.error().code == Errc::not_found) return reading;
  if (!directory) return std::unexpected(directory.error());
  const auto found = directory->stat(name);
  if (!found && found.error().code == Errc::not_found) return reading;
  if (!found) return std::unexpected(found.error());
  if (found->kind != FileKind::regular) return fail(Errc::unsafe, "not a regular file");
  if (found->modified > machine.latest()) return fail(Errc::parse, "it is dated in the future");
  reading.present = true;
  reading.newest = found->modified;
  const Error unseen{Errc::not_found, "a stamp says nothing of the backup itself"};
  reading.problems.push_back({Part::encryption, unseen});
  reading.problems.push_back({Part::place, unseen});
  reading.take(Part::access, who_can_get_at(machine, *directory, parent, name), reading.access);
  if (reading.access) reading.access->open_to_others = false;  // there is nothing in it
  return reading;
}

}  // namespace clawvigil::backups
