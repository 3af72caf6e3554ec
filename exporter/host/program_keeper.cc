#include "exporter/host/program_keeper.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <optional>

namespace clawvigil::host {

namespace {

// Descriptors of the keeper, and of the program until it is executed.
constexpr int kControl = 3;
constexpr int kReport = 4;
constexpr int kOutput = 5;
constexpr int kErrors = 6;

// Why there is no program; execve(2) closes the pipe without it.
struct StartFailure {
  ProgramStage stage;
  int error;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): execve(2) changes nothing.
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// The four pipes to their numbers, everything else closed.
bool place_descriptors(const KeeperPipes& pipes) {
  constexpr int kOutOfTheWay = 64;
  std::array<int, 4> fds{pipes.control, pipes.report, pipes.output, pipes.errors};
  for (int& fd : fds) {
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, kOutOfTheWay);
    if (fd < 0) return false;
  }
  int number = kControl;
  for (const int fd : fds) {
    if (::dup3(fd, number, O_CLOEXEC) != number) return false;
    ++number;
  }
  return ::close_range(kErrors + 1, ~0U, 0) == 0;
}

// ---- the program, until it is executed ----

// All to their defaults: a signal that is ignored stays ignored over execve(2).
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) (void)std::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

bool connect_standard_streams() {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return nothing >= 0 && ::dup2(nothing, STDIN_FILENO) == STDIN_FILENO &&
         ::dup2(kOutput, STDOUT_FILENO) == STDOUT_FILENO &&
         ::dup2(kErrors, STDERR_FILENO) == STDERR_FILENO &&
         ::close_range(kControl, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

bool is_this_user(const ProgramUser& user) {
  return user.uid != 0 && user.uid == ::getuid() && user.uid == ::geteuid() &&
         user.gid == ::getgid();
}

bool change_user(const std::optional<ProgramUser>& user) {
  // Until execve(2) this process holds a copy of its parent's memory.
  if (::prctl(PR_SET_DUMPABLE, 0) != 0 || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return false;
  }
  if (!user || is_this_user(*user)) return true;
  return ::setgroups(user->groups.size(), user->groups.data()) == 0 &&
         ::setresgid(user->gid, user->gid, user->gid) == 0 &&
         ::setresuid(user->uid, user->uid, user->uid) == 0;
}

bool limit_resources(const Program& program) {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return false;
  if (program.niceness != 0) {
    const int before = ::getpriority(PRIO_PROCESS, 0);
    if (::setpriority(PRIO_PROCESS, 0, before + program.niceness) != 0) return false;
  }
  if (program.memory_bytes == 0) return true;
  const rlimit data{program.memory_bytes, program.memory_bytes};
  return ::setrlimit(RLIMIT_DATA, &data) == 0;
}

[[noreturn]] void be_program(const Program& program, const ProgramVectors& vectors, int pipe) {
  constexpr mode_t kOwnFilesOnly = 077;
  const auto give_up = [pipe](ProgramStage stage) {
    const StartFailure failure{stage, errno};
    (void)!::write(pipe, &failure, sizeof failure);
    ::_exit(1);
  };
  reset_signals();
  ::umask(kOwnFilesOnly);
  // A session of its own has no terminal: what runs as another user must not type into it.
  if (::setsid() < 0 || !connect_standard_streams()) give_up(ProgramStage::keeper);
  if (!limit_resources(program)) give_up(ProgramStage::limits);
  if (!change_user(program.user)) give_up(ProgramStage::user);
  // Changing the user forgets this.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::chdir(program.directory.c_str()) != 0) give_up(ProgramStage::directory);
  ::execve(vectors.arguments.front(), vectors.arguments.data(), vectors.environment.data());
  give_up(ProgramStage::program);
  ::_exit(1);
}

// ---- the keeper ----

void set_signals() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) {
    (void)std::signal(number, SIG_IGN);
  }
  (void)std::signal(SIGCHLD, SIG_DFL);  // ignored, it would reap by itself
}

// Kills the children named in "12 34 56 ", of which only whole numbers count: what is cut off here
// is seen the next time. They are not reaped yet, so no number can have become another's.
void kill_children() {
  const int fd = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  std::array<char, 4096> text{};
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  pid_t number = 0;
  for (ssize_t i = 0; i < size; ++i) {
    const char c = text.at(static_cast<std::size_t>(i));
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
    } else {
      if (number > 1) ::kill(number, SIGKILL);
      number = 0;
    }
  }
}

// Reaps what has ended; notes how `program` did. True when there are no children any more.
bool reap(pid_t program, int& status) {
  int ended = 0;
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, &ended, WNOHANG)) > 0) {
    if (pid == program) status = ended;
  }
  return pid < 0 && errno == ECHILD;
}

double seconds_now() {
  timespec now{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// False if something is still running after kPatience.
bool end_all(pid_t program, int& status) {
  constexpr double kPatience = 5;
  constexpr double kHurry = 0.1;  // without a pause, what forks and ends is caught between the two
  constexpr int kPauseMs = 2;
  // The program is not reaped before, so the group is still its own.
  ::kill(-program, SIGKILL);
  const double begin = seconds_now();
  while (true) {
    kill_children();
    if (reap(program, status)) return true;
    const double took = seconds_now() - begin;
    if (took > kPatience) return false;
    if (took > kHurry) ::poll(nullptr, 0, kPauseMs);
  }
}

// Until the program has ended or the control pipe has. False, with errno, if that cannot be told.
bool wait_for_end(pid_t program) {
  const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, program, 0));
  if (handle < 0) return false;
  std::array<pollfd, 2> wait{{{kControl, POLLIN, 0}, {handle, POLLIN, 0}}};
  while (::poll(wait.data(), wait.size(), -1) < 0 && errno == EINTR) {
  }
  ::close(handle);
  return true;
}

[[noreturn]] void report_and_exit(const KeeperReport& report) {
  (void)!::write(kReport, &report, sizeof report);
  ::_exit(0);
}

}  // namespace

ProgramVectors::ProgramVectors(const Program& program)
    : arguments(pointers(program.arguments)), environment(pointers(program.environment)) {}

void be_keeper(const Program& program, const ProgramVectors& vectors, const KeeperPipes& pipes) {
  KeeperReport report;
  if (!place_descriptors(pipes)) ::_exit(1);
  set_signals();
  std::array<int, 2> failures{};
  if (::setsid() < 0 || ::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
      ::pipe2(failures.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    report.error = errno;
    report_and_exit(report);
  }
  const pid_t child = ::fork();
  if (child < 0) {
    report.error = errno;
    report_and_exit(report);
  }
  if (child == 0) be_program(program, vectors, failures[1]);
  for (const int fd : {kOutput, kErrors}) ::close(fd);
  if (wait_for_end(child)) {
    report.stage = ProgramStage::ended;
  } else {
    report.error = errno;
  }
  report.left = !end_all(child, report.status);
  StartFailure failure{};
  if (::read(failures[0], &failure, sizeof failure) == sizeof failure) {
    report.stage = failure.stage;
    report.error = failure.error;
  }
  report_and_exit(report);
}

}  // namespace clawvigil::host
