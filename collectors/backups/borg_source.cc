#include <algorithm>
#include <array>

#include "collectors/backups/repositories.h"
#include "collectors/parse/borg_files.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::backups {

namespace {

using host::FileKind;

constexpr std::size_t kMaxFile = 64UL * 1024;
constexpr std::size_t kMaxEntries = 100'000;
constexpr std::string_view kTimestamp = "manifest-timestamp";

// The newest archive by what a client remembers.
Result<SystemTime> remembered_time(const Machine& machine, const host::Dir& security) {
  TRY_ASSIGN(const std::string text, security.read_file(kTimestamp, kMaxFile, {}));
  const auto time = parse::borg_timestamp(text);
  if (!time) return fail(Errc::parse, std::string(kTimestamp) + ": not a time");
  if (*time > machine.latest()) return fail(Errc::parse, "its last time is in the future");
  return *time;
}

Result<bool> encryption_by_type(std::optional<unsigned> type) {
  const auto encrypts = type ? parse::borg_encrypts(*type) : std::nullopt;
  if (encrypts) return *encrypts;
  return fail(Errc::unsupported, "its kind of encryption is not known");
}

Result<BackupReading> read_security(const Machine& machine, const host::Dir& directory) {
  BackupReading reading;
  reading.present = true;
  TRY_ASSIGN(reading.newest, remembered_time(machine, directory));
  const auto type = directory.read_file("key-type", kMaxFile, {});
  reading.take(Part::encryption,
               encryption_by_type(type ? parse_integer<unsigned>(trim(*type)) : std::nullopt),
               reading.encrypted);
  const auto location = directory.read_file("location", kMaxFile, {});
  if (location && parse::borg_location_is_remote(*location)) {
    reading.off_host = true;
  } else {
    reading.problems.push_back(
        {Part::place, {Errc::not_found, "its repository is a path; name that one instead"}});
  }
  return reading;
}

// Numbers as names, in order: the segments, and the directories they are in.
Result<std::vector<std::uint64_t>> numbers_in(const host::Dir& directory) {
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxEntries));
  std::vector<std::uint64_t> numbers;
  for (const host::DirEntry& entry : entries) {
    if (const auto number = parse_integer<std::uint64_t>(entry.name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

// Of the piece of data the segment begins with; nullopt for one that holds nothing but the mark of
// a commit, or is gone meanwhile.
Result<std::optional<unsigned>> key_type_of(const host::Dir& segments, std::uint64_t number) {
  const auto file =
      segments.open_file(std::to_string(number), {.owner = std::nullopt, .allow_links = true});
  if (!file && file.error().code == Errc::denied) return std::unexpected(file.error());
  if (!file) return std::nullopt;
  std::array<char, parse::kBorgSegmentHeadBytes> head{};
  TRY_ASSIGN(const std::size_t got, file->read_at(0, head));
  return parse::borg_segment_key_type({head.data(), got});
}

// By the oldest segments that tell it.
Result<bool> encryption_of(const host::Dir& repository) {
  constexpr std::size_t kMaxTries = 16;
  TRY_ASSIGN(const host::Dir data, repository.open_dir("data"));
  TRY_ASSIGN(const auto parts, numbers_in(data));
  std::size_t tries = 0;
  for (const std::uint64_t part : parts) {
    TRY_ASSIGN(const host::Dir segments, data.open_dir(std::to_string(part)));
    TRY_ASSIGN(const auto numbers, numbers_in(segments));
    for (const std::uint64_t number : numbers) {
      if (++tries > kMaxTries) return fail(Errc::not_found, "its oldest segments hold no data");
      TRY_ASSIGN(const auto type, key_type_of(segments, number));
      if (type) return encryption_by_type(type);
    }
  }
  return fail(Errc::not_found, "there is no data in it yet");
}

// Where root and the owner of the repository would remember it. Not the agent: it would say
// anything, unless the repository is its own.
std::optional<SystemTime> remembered_by_users(const Machine& machine, uid_t owner,
                                              const std::string& id) {
  if (!machine.accounts) return std::nullopt;
  std::optional<SystemTime> newest;
  for (const host::Account& account : *machine.accounts) {
    if (account.uid != 0 && account.uid != owner) continue;
    const auto security = machine.directory(account.home + "/.config/borg/security/" + id);
    if (!security) continue;
    if (const auto time = remembered_time(machine, *security)) {
      newest = std::max(newest.value_or(*time), *time);
    }
  }
  return newest;
}

// index.<n> is written anew by every change.
std::optional<SystemTime> last_change(const Machine& machine, const host::Dir& repository,
                                      const std::vector<host::DirEntry>& entries) {
  std::optional<SystemTime> newest;
  for (const host::DirEntry& entry : entries) {
    if (!entry.name.starts_with("index.") || entry.kind != FileKind::regular) continue;
    const auto found = repository.stat(entry.name);
    if (!found || found->modified > machine.latest()) continue;
    newest = std::max(newest.value_or(found->modified), found->modified);
  }
  return newest;
}

Result<BackupReading> read_repository(const Machine& machine, const host::Dir& directory,
                                      const std::string& path,
                                      const std::vector<host::DirEntry>& entries) {
  TRY_ASSIGN(const std::string config, directory.read_file("config", kMaxFile, {}));
  TRY_ASSIGN(const std::string id, parse::borg_repository_id(config));
  TRY_ASSIGN(const host::FileStat own, directory.stat("."));
  BackupReading reading;
  reading.present = true;
  reading.newest = remembered_by_users(machine, own.uid, id);
  if (!reading.newest) reading.newest = last_change(machine, directory, entries);
  if (!reading.newest) {
    reading.problems.push_back(
        {Part::time, {Errc::busy, "it has no index: it is damaged, or being written"}});
  }
  reading.take(Part::encryption, encryption_of(directory), reading.encrypted);
  reading.take(Part::place, lies_off_host(machine, directory, path), reading.off_host);
  reading.take(Part::access, who_can_get_at(machine, directory, path, "data"), reading.access);
  return reading;
}

}  // namespace

Result<BackupReading> read_borg(const Machine& machine, const std::string& path) {
  const auto directory = machine.directory(path);
  if (!directory && directory.error().code == Errc::not_found) return BackupReading{};
  if (!directory) return std::unexpected(directory.error());
  TRY_ASSIGN(const auto entries, directory->list(".", kMaxEntries));
  if (entries.empty()) return BackupReading{};  // what should be mounted here is not
  const auto has = [&](std::string_view name) {
    return std::ranges::find(entries, name, &host::DirEntry::name) != entries.end();
  };
  if (has("config") && has("data")) return read_repository(machine, *directory, path, entries);
  if (has(kTimestamp)) return read_security(machine, *directory);
  return fail(Errc::parse, "neither a borg repository nor what borg remembers of one");
}

}  // namespace clawvigil::backups
