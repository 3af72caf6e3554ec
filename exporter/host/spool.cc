#include "exporter/host/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "exporter/base/duration.h"
#include "exporter/base/fd.h"
#include "exporter/base/strings.h"
#include "exporter/host/spool_format.h"
#include "exporter/host/write_all.h"

namespace clawvigil::host {

namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kOthersWrite = 022;
constexpr Duration kClockSkew = std::chrono::minutes(1);

std::string shown(const std::string& path) { return sanitize(path, 200); }

std::string file_name(std::string_view probe) { return std::string(probe) + ".json"; }

Result<std::string> boot_id() {
  TRY_ASSIGN(const Root root, Root::open("/"));
  TRY_ASSIGN(const std::string text, root.read_system_file("/proc/sys/kernel/random/boot_id", 64));
  return std::string(trim(text));
}

// Opens the directory itself, not what a symlink in its place points to.
Result<Dir> open_directory(const std::string& path, uid_t owner) {
  Fd fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    // ENOTDIR and ELOOP: something else is in its place.
    if (errno == ENOTDIR || errno == ELOOP) {
      return fail(Errc::unsafe, shown(path) + ": refused, it must be a directory");
    }
    return std::unexpected(error_from_errno(errno, shown(path)));
  }
  Dir directory(std::move(fd));
  TRY_ASSIGN(const FileStat found, directory.stat("."));
  if (found.uid != owner || (found.mode & kOthersWrite) != 0) {
    return fail(Errc::unsafe, shown(path) + ": refused, it must belong to uid " +
                                  std::to_string(owner) + " and nobody else may write it; run: " +
                                  "chown root: " + shown(path) + " && chmod 700 " + shown(path));
  }
  return directory;
}

struct OpenReport {
  File file;
  FileStat stat;
};

Result<OpenReport> open_report(const std::string& directory, std::string_view probe, uid_t owner) {
  TRY_ASSIGN(const Dir dir, open_directory(directory, owner));
  const std::string name = file_name(probe);
  auto file = dir.open_file(name, {.owner = owner});
  if (!file) return prefixed(std::move(file).error(), shown(directory));
  TRY_ASSIGN(const FileStat found, file->stat());
  if ((found.mode & kOthersWrite) != 0) {
    return fail(Errc::unsafe, shown(directory + "/" + name) + ": refused, others may write it");
  }
  if (found.size > kMaxProbeReport) {
    return fail(Errc::too_large, shown(directory + "/" + name) + ": larger than " +
                                     std::to_string(kMaxProbeReport) + " bytes");
  }
  return OpenReport{std::move(*file), found};
}

std::unexpected<Error> with_advice(Error error, std::string_view probe) {
  if (error.code == Errc::not_found) {
    const std::string name(probe);
    error.message = "there is no report of the probe " + name + " yet; run: clawvigil probe " +
                    name + ", as root";
  }
  return std::unexpected(std::move(error));
}

// Beside the old one, then in its place. `directory` is locked.
Result<> replace_file(int directory, const std::string& name, std::string_view text) {
  const std::string temporary = "." + name + ".new";
  ::unlinkat(directory, temporary.c_str(), 0);  // of one that was killed
  const Fd fd(::openat(directory, temporary.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (!fd) return std::unexpected(error_from_errno(errno, temporary));
  Result<> written = write_and_sync(fd.get(), text, "report of a probe");
  if (written && ::renameat(directory, temporary.c_str(), directory, name.c_str()) != 0) {
    written = std::unexpected(error_from_errno(errno, name));
  }
  if (!written) ::unlinkat(directory, temporary.c_str(), 0);
  return written;
}

}  // namespace

Result<> write_probe_report(const std::string& directory, std::string_view probe,
                            const ProbeReport& report) {
  TRY_ASSIGN(const std::string boot, boot_id());
  TRY_ASSIGN(const std::string text, format_probe_report(probe, boot, report));
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return std::unexpected(error_from_errno(errno, shown(directory)));
  }
  TRY(open_directory(directory, ::geteuid()));
  const Fd locked(
      ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!locked) return std::unexpected(error_from_errno(errno, shown(directory)));
  // Two at once, by a timer and by hand: one after the other.
  if (::flock(locked.get(), LOCK_EX) != 0) {
    return std::unexpected(error_from_errno(errno, shown(directory)));
  }
  return replace_file(locked.get(), file_name(probe), text);
}

Result<ProbeReport> load_probe_report(const std::string& directory, std::string_view probe,
                                      uid_t owner) {
  auto open = open_report(directory, probe, owner);
  if (!open) return with_advice(std::move(open).error(), probe);
  std::string text(open->stat.size + 1, '\0');
  TRY_ASSIGN(const std::size_t size, open->file.read_at(0, text));
  // It is replaced, never written again.
  if (size != open->stat.size) return fail(Errc::busy, "the report changes while it is read");
  text.resize(size);
  TRY_ASSIGN(const std::string boot, boot_id());
  return parse_probe_report(text, probe, boot);
}

Result<> check_age(const ProbeReport& report, SystemTime now, Duration max_age) {
  if (report.taken > now + kClockSkew) {
    return fail(Errc::timeout, "the probe's report is of the future; was the clock wrong?");
  }
  const auto age = std::chrono::floor<std::chrono::seconds>(now - report.taken);
  if (age <= max_age) return {};
  return fail(Errc::timeout,
              "the probe's report is " + to_string(age) + " old, more than " + to_string(max_age));
}

Result<FileStat> stat_probe_report(const std::string& directory, std::string_view probe,
                                   uid_t owner) {
  auto open = open_report(directory, probe, owner);
  if (!open) return with_advice(std::move(open).error(), probe);
  return open->stat;
}

}  // namespace clawvigil::host
