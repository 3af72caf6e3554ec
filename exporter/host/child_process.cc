#include "exporter/host/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

#include "exporter/host/child_frames.h"
#include "exporter/host/sandbox.h"
#include "exporter/host/syscall_filter.h"

namespace clawvigil::host {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CLAWVIGIL_SANITIZED true
#elif defined(__has_feature)
#define CLAWVIGIL_SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define CLAWVIGIL_SANITIZED false
#endif
constexpr bool kSanitized = CLAWVIGIL_SANITIZED;

// ---- in the child ----

constexpr int kPipe = 3;  // the descriptors the child keeps
constexpr int kDirectory = 4;

// The pipe to kPipe, the directory to kDirectory. False: not even an error can be told.
bool place_descriptors(int pipe, int directory) {
  // The copy first: `directory` may be kPipe.
  const int copy = ::fcntl(directory, F_DUPFD, kDirectory + 1);
  return copy >= 0 && ::dup2(pipe, kPipe) == kPipe && ::dup2(copy, kDirectory) == kDirectory;
}

Result<> close_the_rest() {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0) return std::unexpected(error_from_errno(errno, "/dev/null"));
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  if (!kSanitized) ::dup2(nothing, STDERR_FILENO);  // a sanitizer must be able to report
  if (::close_range(kDirectory + 1, ~0U, 0) != 0) {
    return std::unexpected(error_from_errno(errno, "close_range"));
  }
  return {};
}

// The parent's handlers and mask are not for the child: a crash must end it, SIGTERM too.
void reset_signals() {
  if (!kSanitized) {
    for (int number = 1; number < NSIG; ++number) (void)std::signal(number, SIG_DFL);
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// Bytes of address space in use: the first number of "39120 2412 2010 …", in pages.
Result<std::uint64_t> mapped_bytes() {
  const Fd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 64> text{};
  if (!file || ::read(file.get(), text.data(), text.size() - 1) <= 0) {
    return std::unexpected(error_from_errno(errno, "/proc/self/statm"));
  }
  return std::strtoull(text.data(), nullptr, 10) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<> limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit value{soft, hard};
  if (::setrlimit(resource, &value) != 0) {
    return std::unexpected(error_from_errno(errno, "limits of the child process"));
  }
  return {};
}

Result<> limit_resources(const ChildRules& rules) {
  TRY_ASSIGN(const std::uint64_t mapped, mapped_bytes());
  const std::uint64_t most = mapped + rules.memory_bytes;
  if (!kSanitized) TRY(limit(RLIMIT_AS, most, most));
  TRY(limit(RLIMIT_CPU, rules.cpu_seconds, rules.cpu_seconds + 1));
  TRY(limit(RLIMIT_NOFILE, rules.open_files, rules.open_files));
  TRY(limit(RLIMIT_FSIZE, 0, 0));
  return limit(RLIMIT_CORE, 0, 0);
}

Result<> confine_and_run(const ChildRules& rules, const ChildWork& work) {
  TRY(close_the_rest());
  if (::fchdir(kDirectory) != 0) {
    return std::unexpected(error_from_errno(errno, "directory of the child process"));
  }
  TRY(work.prepare());
  TRY(limit_resources(rules));
  TRY(restrict_to_reading_below(kDirectory));
  TRY(restrict_to_reading_system_calls());
  ChildOutput out(kPipe);
  return work.run(out);
}

Result<> run_caught(const ChildRules& rules, const ChildWork& work) {
  try {
    return confine_and_run(rules, work);
  } catch (const std::bad_alloc&) {
    return fail(Errc::too_large, "more than the memory of the child process");
  } catch (...) {
    return fail(Errc::io, "the child process failed");
  }
}

[[noreturn]] void be_child(const ChildRules& rules, const ChildWork& work, pid_t parent, int pipe) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  reset_signals();
  ::prctl(PR_SET_DUMPABLE, 0);
  if (!place_descriptors(pipe, rules.directory.fd())) ::_exit(1);
  const Result<> result = run_caught(rules, work);
  const Result<> sent = result ? write_frame(kPipe, FrameKind::done, {})
                               : write_frame(kPipe, FrameKind::error, encode_error(result.error()));
  ::_exit(sent ? 0 : 1);
}

// ---- in the parent ----

// Reads frames until the child closes its end.
Result<> receive(int pipe, FrameReader& reader, SteadyTime deadline, const std::stop_token& stop,
                 const std::function<Result<>(std::string_view)>& take) {
  constexpr std::chrono::milliseconds kStopIsSeenAfter{200};
  std::array<char, ChildOutput::kMaxFrame> buffer{};
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SystemClock{}.now().steady);
    if (left.count() <= 0) return fail(Errc::timeout, "the child process took too long");
    if (stop.stop_requested()) return fail(Errc::timeout, "stopping");
    pollfd wait{pipe, POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::min(left, kStopIsSeenAfter).count()));
    if (ready < 0 && errno != EINTR) return std::unexpected(error_from_errno(errno, "poll"));
    if (ready <= 0) continue;
    const ssize_t got = ::read(pipe, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_from_errno(errno, "pipe of the child process"));
    if (got == 0) return {};
    TRY(reader.feed({buffer.data(), static_cast<std::size_t>(got)}, take));
  }
}

// What the end of a child means that did not say it is done.
std::unexpected<Error> ending(int status) {
  if (!WIFSIGNALED(status)) return fail(Errc::io, "the child process ended early");
  const int number = WTERMSIG(status);
  if (number == SIGXCPU) return fail(Errc::timeout, "the child process used too much CPU time");
  const char* const name = ::sigabbrev_np(number);
  return fail(Errc::io, std::string("the child process crashed: SIG") +
                            (name != nullptr ? name : std::to_string(number)));
}

// Ends the child, whatever it does, and returns its status.
int reap(pid_t child) {
  // One that is ending already keeps its own status.
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Result<> ChildOutput::send(std::string_view frame) const {
  if (frame.size() > kMaxFrame) return fail(Errc::too_large, "frame of the child process");
  return write_frame(pipe_, FrameKind::data, frame);
}

Result<Dir> directory_of_nothing() {
  TRY_ASSIGN(const Root root, Root::open("/proc/self/ns"));
  return root.anchor("/");
}

Result<> run_child(const ChildRules& rules, const std::stop_token& stop, const ChildWork& work,
                   const std::function<Result<>(std::string_view)>& take) {
  const SteadyTime deadline =
      SystemClock{}.now().steady + std::chrono::duration_cast<SteadyTime::duration>(rules.deadline);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(error_from_errno(errno, "pipe of the child process"));
  }
  const Fd from_child(ends[0]);
  Fd to_parent(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(error_from_errno(errno, "fork"));
  if (child == 0) be_child(rules, work, parent, to_parent.get());
  to_parent.reset();
  FrameReader reader(ChildOutput::kMaxFrame, rules.output_bytes);
  const Result<> received = receive(from_child.get(), reader, deadline, stop, take);
  const int status = reap(child);
  TRY(received);
  if (!reader.done()) return ending(status);
  return {};
}

}  // namespace clawvigil::host
