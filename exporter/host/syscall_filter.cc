#include "exporter/host/syscall_filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <vector>

namespace clawvigil::host {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kArchitecture = 0;
#endif

constexpr std::uint32_t kAllowed[] = {
    // reading
    SYS_read, SYS_pread64, SYS_readv, SYS_preadv, SYS_lseek, SYS_close, SYS_fstat, SYS_newfstatat,
    SYS_statx, SYS_statfs, SYS_fstatfs, SYS_getdents64, SYS_readlinkat, SYS_faccessat,
    SYS_faccessat2, SYS_getcwd, SYS_fcntl, SYS_fadvise64,
#ifdef SYS_stat
    SYS_stat, SYS_lstat, SYS_access, SYS_readlink,
#endif
    // memory
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
    // its pipe, and sockets it was given (it can make none)
    SYS_write, SYS_writev, SYS_sendto, SYS_recvfrom, SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
    // how sanitizers find out whether memory can be read
    SYS_pipe2,
#ifdef SYS_pipe
    SYS_pipe,
#endif
    // what the C library does on its own
    SYS_futex, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_getrandom, SYS_getpid,
    SYS_gettid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack,
    SYS_restart_syscall, SYS_exit, SYS_exit_group};

// Allowed unless a bit of the mask is set in the argument.
struct Conditional {
  std::uint32_t call;
  std::uint32_t argument;
  std::uint32_t forbidden;
};
constexpr Conditional kConditional[] = {
    {SYS_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND},
#ifdef SYS_open
    {SYS_open, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND},
#endif
    {SYS_mmap, 2, PROT_EXEC},
    {SYS_mprotect, 2, PROT_EXEC},
};

// Where the filter finds the lower half of an argument.
constexpr std::uint32_t low_word(std::uint32_t argument) {
  constexpr std::uint32_t kFirst = offsetof(seccomp_data, args);
  constexpr std::uint32_t kWords = 2;
  const std::uint32_t word =
      kWords * argument + (std::endian::native == std::endian::little ? 0 : 1);
  return kFirst + word * std::uint32_t{sizeof(std::uint32_t)};
}

constexpr sock_filter statement(std::uint16_t code, std::uint32_t value) {
  return {code, 0, 0, value};
}
constexpr sock_filter jump(std::uint16_t code, std::uint32_t value, std::uint8_t if_true,
                           std::uint8_t if_false) {
  return {code, if_true, if_false, value};
}

std::vector<sock_filter> program() {
  constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
  constexpr std::uint16_t kEqual = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr std::uint16_t kAnyBit = BPF_JMP | BPF_JSET | BPF_K;
  constexpr std::uint16_t kReturn = BPF_RET | BPF_K;
  constexpr sock_filter kAllow = statement(kReturn, SECCOMP_RET_ALLOW);
  constexpr sock_filter kRefuse = statement(kReturn, SECCOMP_RET_ERRNO | EPERM);
  std::vector<sock_filter> code{
      statement(kLoad, offsetof(seccomp_data, arch)), jump(kEqual, kArchitecture, 1, 0),
      statement(kReturn, SECCOMP_RET_KILL_PROCESS), statement(kLoad, offsetof(seccomp_data, nr))};
  for (const std::uint32_t call : kAllowed) {
    code.push_back(jump(kEqual, call, 0, 1));
    code.push_back(kAllow);
  }
  for (const Conditional& rule : kConditional) {
    code.push_back(jump(kEqual, rule.call, 0, 4));
    code.push_back(statement(kLoad, low_word(rule.argument)));
    code.push_back(jump(kAnyBit, rule.forbidden, 0, 1));
    code.push_back(kRefuse);
    code.push_back(kAllow);
  }
  code.push_back(kRefuse);
  return code;
}

}  // namespace

Result<> restrict_to_reading_system_calls() {
  if (kArchitecture == 0) return fail(Errc::unsupported, "no system call filter here");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "no_new_privs"));
  }
  std::vector<sock_filter> code = program();
  const sock_fprog filter{static_cast<std::uint16_t>(code.size()), code.data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "system call filter"));
  }
  return {};
}

}  // namespace clawvigil::host
