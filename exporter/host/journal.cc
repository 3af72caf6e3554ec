#include "exporter/host/journal.h"

#include <fcntl.h>
#include <systemd/sd-journal.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "exporter/base/strings.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxJournalFiles = 8'192;
constexpr std::size_t kMaxMachineId = 64;
constexpr std::string_view kLiveFile = "system.journal";

// What libsystemd returns is a negative errno.
std::unexpected<Error> journal_error(int result, std::string_view what) {
  switch (-result) {
    case EBADMSG:
    case ENODATA:
    case EINVAL:
      return fail(Errc::parse, "journal: " + std::string(what) + ": damaged or not valid");
    case EPROTONOSUPPORT:
      return fail(Errc::unsupported, "journal: " + std::string(what) + ": unknown format");
    default:
      return std::unexpected(error_from_errno(-result, "journal: " + std::string(what)));
  }
}

// Of the places a journal is kept at, the one written to last.
Result<Dir> current_directory(const std::string& root_path) {
  TRY_ASSIGN(const Root root, Root::open(root_path));
  TRY_ASSIGN(const std::string text, root.read_system_file("/etc/machine-id", kMaxMachineId));
  const std::string_view id = trim(text);
  if (id.empty() || id.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return fail(Errc::not_found, "journal: /etc/machine-id names no machine");
  }
  std::optional<Dir> newest;
  SystemTime written{};
  for (const std::string_view place : {"/var/log/journal/", "/run/log/journal/"}) {
    auto directory = root.anchor(std::string(place) + std::string(id));
    if (!directory) {
      if (directory.error().code == Errc::not_found) continue;
      return prefixed(directory.error(), "journal");
    }
    const auto live = directory->stat(kLiveFile);
    const SystemTime modified = live ? live->modified : SystemTime{};
    if (newest && modified <= written) continue;
    newest = std::move(*directory);
    written = modified;
  }
  if (!newest) return fail(Errc::not_found, "no systemd journal on this host");
  return std::move(*newest);
}

bool is_journal_file(const DirEntry& entry) { return entry.name.ends_with(".journal"); }
// Archived files carry the place they begin at: system@….journal
bool is_live_file(const DirEntry& entry) {
  return is_journal_file(entry) && !entry.name.contains('@');
}

// libsystemd passes over files it may not read and says nothing.
Result<bool> check_readable(const Dir& directory) {
  TRY_ASSIGN(const std::vector<DirEntry> entries, directory.list(".", kMaxJournalFiles));
  bool any = false;
  for (const DirEntry& entry : entries) {
    any = any || is_journal_file(entry);
    if (!is_live_file(entry)) continue;
    const auto file = directory.open_file(entry.name, {.owner = std::nullopt, .allow_links = true});
    if (!file && file.error().code == Errc::denied) return prefixed(file.error(), "journal");
  }
  return any;
}

std::uint64_t microseconds(SystemTime time) {
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  return since.count() < 0 ? 0 : static_cast<std::uint64_t>(since.count());
}

}  // namespace

void Journal::Closer::operator()(sd_journal* journal) const { sd_journal_close(journal); }

Result<Journal> Journal::open(const std::string& root) {
  TRY_ASSIGN(const Dir directory, current_directory(root));
  Fd fd(::openat(directory.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return std::unexpected(error_from_errno(errno, "journal"));
  TRY_ASSIGN(Journal journal, open_fd(std::move(fd)));
  journal.root_ = root;
  return journal;
}

Result<Journal> Journal::open_directory(const std::string& directory) {
  Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return std::unexpected(error_from_errno(errno, "journal: " + sanitize(directory)));
  return open_fd(std::move(fd));
}

Result<Journal> Journal::open_fd(Fd directory) {
  const int own = ::fcntl(directory.get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return std::unexpected(error_from_errno(errno, "journal"));
  TRY_ASSIGN(const bool any, check_readable(Dir(Fd(own))));
  if (!any) return fail(Errc::not_found, "no systemd journal on this host");

  Journal result(std::move(directory));
  sd_journal* opened = nullptr;
  const int failed = sd_journal_open_directory_fd(&opened, result.directory_.get(), 0);
  if (failed < 0) return journal_error(failed, "open");
  result.journal_.reset(opened);
  // Watches the directory from here on.
  const int watched = sd_journal_get_fd(opened);
  if (watched < 0) return journal_error(watched, "watch");
  std::uint64_t used = 0;
  if (sd_journal_get_usage(opened, &used) < 0 || used == 0) {
    return fail(Errc::parse, "journal: its files are damaged or of a kind unknown here");
  }
  return result;
}

Result<> Journal::match(std::string_view field_and_value) {
  const int added =
      sd_journal_add_match(journal_.get(), field_and_value.data(), field_and_value.size());
  if (added < 0) return journal_error(added, "match");
  return {};
}

Result<> Journal::match_or() {
  const int added = sd_journal_add_disjunction(journal_.get());
  if (added < 0) return journal_error(added, "match");
  return {};
}

Result<> Journal::seek_after(std::string_view cursor) {
  const std::string text(cursor);
  if (text.empty() || sd_journal_seek_cursor(journal_.get(), text.c_str()) < 0) {
    return fail(Errc::parse, "journal: not a cursor");
  }
  seeked_after_ = text;
  return {};
}

Result<> Journal::seek_since(SystemTime since) {
  seeked_after_.clear();
  const int sought = sd_journal_seek_realtime_usec(journal_.get(), microseconds(since));
  if (sought < 0) return journal_error(sought, "seek");
  return {};
}

// From the tail libsystemd finds nothing that comes later: the last entry has to be stepped on, and
// if there is none, everything that will ever be there comes later.
Result<> Journal::seek_end() {
  seeked_after_.clear();
  int result = sd_journal_seek_tail(journal_.get());
  if (result >= 0) result = sd_journal_previous(journal_.get());
  if (result == 0) result = sd_journal_seek_head(journal_.get());
  if (result < 0) return journal_error(result, "seek");
  return {};
}

Result<bool> Journal::next() {
  while (true) {
    TRY_ASSIGN(const bool found, advance());
    if (!found) return false;
    TRY_ASSIGN(const bool wanted, acceptable());
    if (wanted) return true;
  }
}

Result<bool> Journal::advance() {
  int moved = sd_journal_next(journal_.get());
  if (moved == 0) {
    TRY(check_place());
    const int changed = sd_journal_process(journal_.get());
    if (changed < 0) return journal_error(changed, "watch");
    if (changed != SD_JOURNAL_NOP) moved = sd_journal_next(journal_.get());
  }
  if (moved < 0) return journal_error(moved, "next");
  return moved > 0;
}

// Neither the entry that was sought after, nor one of which a stranger chose the size.
Result<bool> Journal::acceptable() {
  if (!seeked_after_.empty()) {
    const std::string sought = std::exchange(seeked_after_, {});
    if (sd_journal_test_cursor(journal_.get(), sought.c_str()) > 0) return false;
  }
  const auto transport = field("_TRANSPORT");
  if (!transport) return false;
  if (*transport != std::optional<std::string_view>("journal")) return true;
  const auto uid = field("_UID");
  return uid && *uid == std::optional<std::string_view>("0");
}

Result<> Journal::check_place() const {
  std::uint64_t used = 0;
  if (sd_journal_get_usage(journal_.get(), &used) < 0 || used == 0) {
    return fail(Errc::busy, "journal: its files are gone or damaged");
  }
  if (root_.empty()) return {};
  TRY_ASSIGN(const Dir place, current_directory(root_));
  TRY_ASSIGN(const FileStat now, place.stat("."));
  const int own = ::fcntl(directory_.get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return std::unexpected(error_from_errno(errno, "journal"));
  TRY_ASSIGN(const FileStat then, Dir(Fd(own)).stat("."));
  if (now.device == then.device && now.inode == then.inode) return {};
  return fail(Errc::busy, "journal: it is kept in another place now");
}

Result<std::optional<std::string_view>> Journal::field(const char* name) {
  const void* data = nullptr;
  std::size_t size = 0;
  const int found = sd_journal_get_data(journal_.get(), name, &data, &size);
  if (found == -ENOENT) return std::optional<std::string_view>();
  if (found < 0) return journal_error(found, name);
  const std::size_t prefix = std::string_view(name).size() + 1;  // "NAME="
  if (size < prefix)
    return fail(Errc::parse, "journal: " + std::string(name) + ": damaged or not valid");
  if (size - prefix > kMaxFieldBytes) {
    return fail(Errc::too_large, "journal: " + std::string(name) + ": longer than 64 KiB");
  }
  return std::string_view(static_cast<const char*>(data), size).substr(prefix);
}

Result<SystemTime> Journal::time() {
  std::uint64_t since_epoch = 0;
  const int found = sd_journal_get_realtime_usec(journal_.get(), &since_epoch);
  if (found < 0) return journal_error(found, "time");
  return SystemTime(std::chrono::microseconds(since_epoch));
}

Result<std::string> Journal::cursor() {
  char* text = nullptr;
  const int found = sd_journal_get_cursor(journal_.get(), &text);
  if (found < 0) return journal_error(found, "cursor");
  const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
  return std::string(text);
}

}  // namespace clawvigil::host
