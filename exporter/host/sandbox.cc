#include "exporter/host/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "exporter/base/fd.h"

namespace clawvigil::host {

namespace {

// Everything of ABI 1 that changes the file system, plus execution.
constexpr std::uint64_t kWrites = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                  LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                  LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                  LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t kHandled = kWrites | LANDLOCK_ACCESS_FS_EXECUTE;

Result<Fd> create_ruleset(std::uint64_t handled) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = handled;
  Fd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (ruleset) return ruleset;
  if (errno == ENOSYS || errno == EOPNOTSUPP) {
    return fail(Errc::unsupported, "this kernel has no Landlock");
  }
  return std::unexpected(error_from_errno(errno, "landlock_create_ruleset"));
}

Result<> allow_below(const Fd& ruleset, int directory, std::uint64_t access) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = directory;
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "landlock_add_rule"));
  }
  return {};
}

Result<> enforce(const Fd& ruleset) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "no_new_privs"));
  }
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return std::unexpected(error_from_errno(errno, "landlock_restrict_self"));
  }
  return {};
}

}  // namespace

Result<> restrict_writes_and_exec(const std::string& writable) {
  TRY_ASSIGN(const Fd ruleset, create_ruleset(kHandled));
  if (!writable.empty()) {
    const Fd fd(::open(writable.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return std::unexpected(error_from_errno(errno, writable));
    TRY(allow_below(ruleset, fd.get(), kWrites));
  }
  return enforce(ruleset);
}

Result<> restrict_to_reading_below(int directory) {
  constexpr std::uint64_t kReads = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  TRY_ASSIGN(const Fd ruleset, create_ruleset(kHandled | kReads));
  TRY(allow_below(ruleset, directory, kReads));
  return enforce(ruleset);
}

Result<> drop_capabilities() {
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "clear ambient capabilities"));
  }
  const std::unique_ptr<std::remove_pointer_t<cap_t>,
                        decltype([](cap_t caps) { ::cap_free(caps); })>
      none(::cap_init());
  if (!none || ::cap_set_proc(none.get()) != 0) {
    return std::unexpected(error_from_errno(errno, "drop capabilities"));
  }
  return {};
}

}  // namespace clawvigil::host
