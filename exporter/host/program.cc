#include "exporter/host/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "exporter/base/fd.h"
#include "exporter/base/strings.h"
#include "exporter/host/program_keeper.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxErrors = 4UL << 10;

struct Pipe {
  Fd reads;
  Fd writes;
};

Result<Pipe> make_pipe(int flags_of_reader) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(error_from_errno(errno, "pipe of a program"));
  }
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  if (::fcntl(pipe.reads.get(), F_SETFL, flags_of_reader) != 0) {
    return std::unexpected(error_from_errno(errno, "pipe of a program"));
  }
  return pipe;
}

// What the program prints and how it ends, as it arrives in its parent.
class Reception {
 public:
  Reception(const Program& program, Fd control, Fd report, Fd output, Fd errors)
      : program_(program),
        control_(std::move(control)),
        report_(std::move(report)),
        output_(std::move(output)),
        errors_(std::move(errors)) {}

  // Until the keeper has told the end; what is printed is read all the time, so that nothing waits
  // for a full pipe.
  Result<> run(SteadyTime deadline, const std::stop_token& stop) {
    while (true) {
      if (control_) look_at(deadline, stop);
      TRY_ASSIGN(const bool ended, wait(deadline));
      read_output();
      read_errors();
      if (ended) break;
    }
    return verdict_;
  }

  // Lets the keeper end what is still there.
  void close() { control_.reset(); }

  [[nodiscard]] const KeeperReport& report() const { return told_; }
  [[nodiscard]] bool told() const { return was_told_; }
  std::string take_output() { return std::move(printed_); }
  std::string take_errors() { return std::move(complained_); }

 private:
  static constexpr std::chrono::milliseconds kStopIsSeenAfter{200};

  void look_at(SteadyTime deadline, const std::stop_token& stop) {
    if (stop.stop_requested()) end(fail(Errc::timeout, "stopping"));
    if (SystemClock{}.now().steady >= deadline) {
      end(fail(
          Errc::timeout,
          "still running after " +
              std::to_string(std::chrono::round<std::chrono::seconds>(program_.deadline).count()) +
              " s, ended"));
    }
  }

  // The keeper sees the end of the control pipe and ends the program.
  void end(Result<> why) {
    if (verdict_) verdict_ = std::move(why);
    control_.reset();
  }

  // True when the keeper has reported, or is gone.
  Result<bool> wait(SteadyTime deadline) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - SystemClock{}.now().steady);
    const auto pause =
        std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds(1), kStopIsSeenAfter);
    std::array<pollfd, 3> wait{
        {{report_.get(), POLLIN, 0}, {output_.get(), POLLIN, 0}, {errors_.get(), POLLIN, 0}}};
    const int ready = ::poll(wait.data(), wait.size(), static_cast<int>(pause.count()));
    if (ready < 0 && errno != EINTR) return std::unexpected(error_from_errno(errno, "poll"));
    if (ready <= 0 || wait.front().revents == 0) return false;
    was_told_ = ::read(report_.get(), &told_, sizeof told_) == sizeof told_;
    return true;
  }

  // What is there now, but not for ever. Closes `fd` at its end, or when `take` has enough.
  template <class Take>
  static void read_all(Fd& fd, Take take) {
    constexpr int kMaxReads = 64;
    std::array<char, 16UL << 10> buffer{};
    for (int i = 0; fd && i < kMaxReads; ++i) {
      const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return fd.reset();
      if (!take(std::string_view(buffer.data(), static_cast<std::size_t>(got)))) return fd.reset();
    }
  }

  void read_output() {
    read_all(output_, [this](std::string_view text) {
      if (printed_.size() + text.size() > program_.output_bytes) {
        end(fail(Errc::too_large,
                 "printed more than " + std::to_string(program_.output_bytes) + " bytes, ended"));
        return false;
      }
      printed_ += text;
      return true;
    });
  }

  void read_errors() {
    read_all(errors_, [this](std::string_view text) {
      complained_ += text.substr(0, kMaxErrors - std::min(kMaxErrors, complained_.size()));
      return true;
    });
  }

  const Program& program_;
  Fd control_;
  Fd report_;
  Fd output_;
  Fd errors_;
  Result<> verdict_;
  KeeperReport told_;
  bool was_told_ = false;
  std::string printed_;
  std::string complained_;
};

Result<> check(const Program& program) {
  if (program.arguments.empty() || !program.arguments.front().starts_with('/')) {
    return fail(Errc::io, "a program needs an absolute path");
  }
  for (const auto* const texts : {&program.arguments, &program.environment}) {
    for (const std::string& text : *texts) {
      if (text.find('\0') != std::string::npos) return fail(Errc::io, "NUL in an argument");
    }
  }
  return {};
}

std::string_view task_of(ProgramStage stage) {
  switch (stage) {
    case ProgramStage::keeper:
      return "it could not be started";
    case ProgramStage::user:
      return "its user could not be changed to";
    case ProgramStage::directory:
      return "its directory cannot be entered";
    case ProgramStage::limits:
      return "it could not be limited";
    case ProgramStage::program:
    case ProgramStage::ended:
      return "it cannot be executed";
  }
  return "it could not be started";
}

Result<> ending(const Reception& reception) {
  if (!reception.told()) return fail(Errc::io, "the process that kept it was killed");
  const KeeperReport& report = reception.report();
  if (report.left) return fail(Errc::io, "processes it started could not be ended");
  if (report.stage == ProgramStage::ended) return {};
  return std::unexpected(error_from_errno(report.error, task_of(report.stage)));
}

int exit_code(int status) {
  constexpr int kSignalled = 128;
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

Result<ProgramResult> start_and_wait(const Program& program, const std::stop_token& stop) {
  TRY(check(program));
  const SteadyTime deadline = SystemClock{}.now().steady +
                              std::chrono::duration_cast<SteadyTime::duration>(program.deadline);
  const ProgramVectors vectors(program);
  TRY_ASSIGN(Pipe control, make_pipe(0));
  TRY_ASSIGN(Pipe report, make_pipe(0));
  TRY_ASSIGN(Pipe output, make_pipe(O_NONBLOCK));
  TRY_ASSIGN(Pipe errors, make_pipe(O_NONBLOCK));
  const pid_t keeper = ::fork();
  if (keeper < 0) return std::unexpected(error_from_errno(errno, "fork"));
  if (keeper == 0) {
    be_keeper(program, vectors,
              {control.reads.get(), report.writes.get(), output.writes.get(), errors.writes.get()});
  }
  for (Fd* const fd : {&control.reads, &report.writes, &output.writes, &errors.writes}) fd->reset();
  Reception reception(program, std::move(control.writes), std::move(report.reads),
                      std::move(output.reads), std::move(errors.reads));
  const Result<> received = reception.run(deadline, stop);
  reception.close();
  while (::waitpid(keeper, nullptr, 0) < 0 && errno == EINTR) {
  }
  TRY(received);
  TRY(ending(reception));
  return ProgramResult{exit_code(reception.report().status), reception.take_output(),
                       reception.take_errors()};
}

}  // namespace

Result<ProgramResult> run_program(const Program& program, const std::stop_token& stop) {
  auto result = start_and_wait(program, stop);
  if (result || program.arguments.empty()) return result;
  return prefixed(std::move(result).error(), sanitize(program.arguments.front(), 200));
}

}  // namespace clawvigil::host
