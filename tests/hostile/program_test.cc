// What a program that a probe starts gets, what it may not, and that nothing of it is left.
#include "exporter/host/program.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sstream>

#include "exporter/base/fd.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using host::Program;
using host::ProgramResult;
using host::run_program;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using namespace std::string_literals;

constexpr uid_t kSomebody = 65'534;

std::string shown(const Result<ProgramResult>& result) {
  if (!result) return std::string(to_string(result.error().code)) + ": " + result.error().message;
  return std::to_string(result->exit_code) + ": " + result->output + "|" + result->errors;
}

SteadyTime steady_now() { return SystemClock{}.now().steady; }

class ProgramTest : public testing::Test {
 protected:
  static Program shell(const std::string& script) {
    Program program;
    program.arguments = {"/bin/sh", "-c", script};
    program.environment = {"PATH=/usr/local/bin:/usr/bin:/bin"};
    program.deadline = seconds(20);
    return program;
  }
  Result<ProgramResult> run(const Program& program) const {
    return run_program(program, stop_.get_token());
  }
  std::string text(const std::string& script) const { return shown(run(shell(script))); }

  // A script that waits until `count` others have noted their numbers in "pids".
  [[nodiscard]] std::string wait_for(int count) const {
    return "while [ \"$(wc -l < " + pids() + ")\" -lt " + std::to_string(count) +
           " ]; do sleep 0.01; done";
  }
  // A command that notes its number and then outlives everybody.
  [[nodiscard]] std::string stay(const std::string& before = "") const {
    return "sh -c '" + before + " echo $$ >> " + pids() + "; exec sleep 1000'";
  }
  [[nodiscard]] std::string pids() const { return directory_ / "pids"; }
  [[nodiscard]] std::vector<pid_t> noted() const {
    std::istringstream in(read_all(pids()));
    std::vector<pid_t> all;
    for (pid_t pid = 0; in >> pid;) all.push_back(pid);
    return all;
  }
  void expect_all_gone(std::size_t count) const {
    const std::vector<pid_t> all = noted();
    EXPECT_EQ(all.size(), count);
    for (const pid_t pid : all) {
      EXPECT_EQ(::kill(pid, 0), -1) << pid;
      EXPECT_EQ(errno, ESRCH) << pid;
    }
  }

  TempDir directory_;
  std::stop_source stop_;
};

TEST_F(ProgramTest, TellsWhatItPrintedAndHowItEnded) {
  EXPECT_EQ(text("echo out; echo err >&2; exit 7"), "7: out\n|err\n");
  EXPECT_EQ(text("kill -SEGV $$"), "139: |");
  const auto result = run(shell("head -c 3000000 /dev/zero"));
  ASSERT_TRUE(result) << shown(result);
  EXPECT_EQ(result->output, std::string(3'000'000, '\0'));
}

TEST_F(ProgramTest, GetsExactlyTheEnvironmentTheInputAndTheDirectoryGiven) {
  Program program = shell("");
  program.arguments = {"/usr/bin/env"};
  program.environment = {"A=1", "B=two words"};
  EXPECT_EQ(shown(run(program)), "0: A=1\nB=two words\n|");
  EXPECT_EQ(text("cat"), "0: |");
  program = shell("pwd");
  program.directory = directory_.path();
  EXPECT_EQ(shown(run(program)), "0: " + directory_.path() + "\n|");
}

TEST_F(ProgramTest, HasNoDescriptorOfOurs) {
  const Fd high(::fcntl(STDERR_FILENO, F_DUPFD, 50));  // inherited, were it not closed
  ASSERT_TRUE(high);
  // The last one is the directory the shell lists.
  EXPECT_EQ(text("cd /proc/self/fd; echo *"), "0: 0 1 2 3\n|");
}

TEST_F(ProgramTest, HasASessionOfItsOwnAndNoNewRights) {
  EXPECT_EQ(text("read -r pid name state parent group session rest < /proc/self/stat; "
                 "[ $pid = $group ] && [ $pid = $session ] && echo own"),
            "0: own\n|");
  EXPECT_EQ(text("grep NoNewPrivs /proc/self/status"), "0: NoNewPrivs:\t1\n|");
  EXPECT_EQ(text("umask; ulimit -c"), "0: 0077\n0\n|");
}

TEST_F(ProgramTest, StartsWithTheUsualSignals) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  sigset_t blocked;
  sigset_t old;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &old);
  EXPECT_EQ(text("grep -E 'Sig(Ign|Blk)' /proc/self/status"),
            "0: SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n|");
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  (void)std::signal(SIGHUP, before);
}

TEST_F(ProgramTest, RunsAsTheUserNamedWithItsGroupsOnly) {
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: only root can change to another user";
  Program program =
      shell("id -u; id -g; id -G; grep Cap[EP] /proc/self/status; cat " + directory_ / "secret");
  program.user = host::ProgramUser{.uid = kSomebody, .gid = 60'001, .groups = {60'002, 60'003}};
  directory_.write("secret", "hidden");
  const auto result = run(program);
  ASSERT_TRUE(result) << shown(result);
  EXPECT_EQ(result->output,
            "65534\n60001\n60001 60002 60003\nCapPrm:\t0000000000000000\n"
            "CapEff:\t0000000000000000\n");
  EXPECT_THAT(result->errors, HasSubstr("Permission denied"));
  // Its directory is entered as that user, too.
  program.directory = directory_.path();
  EXPECT_EQ(shown(run(program)),
            "denied: /bin/sh: its directory cannot be entered: Permission denied");
}

TEST_F(ProgramTest, OnlyRootCanChangeTheUser) {
  ChildProcess child([&] {
    if (::getuid() == 0 && ::setuid(kSomebody) != 0) return 1;
    Program program = shell("id -u");
    program.user = host::ProgramUser{.uid = 1, .gid = 1, .groups = {}};
    const auto refused = run(program);
    // Its own user needs no change.
    program.user = host::ProgramUser{.uid = ::getuid(), .gid = ::getgid(), .groups = {}};
    const auto itself = run(program);
    if (refused || refused.error().code != Errc::denied) return 2;
    return itself && itself->output == std::to_string(::getuid()) + "\n" ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ProgramTest, IsNicerAndHasOnlySoMuchMemory) {
  const int own = ::getpriority(PRIO_PROCESS, 0);
  Program program = shell("nice; ulimit -d; head -c 300000000 /dev/zero | tail -n 1 > /dev/null");
  program.niceness = 5;
  program.memory_bytes = 64UL << 20;
  const auto result = run(program);
  ASSERT_TRUE(result) << shown(result);
  EXPECT_EQ(result->output, std::to_string(own + 5) + "\n65536\n");
  EXPECT_EQ(result->exit_code, 1);
  EXPECT_THAT(result->errors, HasSubstr("memory exhausted"));
}

TEST_F(ProgramTest, SaysWhyItCannotBeStarted) {
  directory_.write("plain", "#!/bin/sh\n", 0600);
  directory_.write("lost", "#!/nonexistent/interpreter\n", 0700);
  const std::pair<std::string, Errc> cases[] = {{"/nonexistent", Errc::not_found},
                                                {directory_ / "plain", Errc::denied},
                                                {directory_ / "lost", Errc::not_found},
                                                {"sh", Errc::io},
                                                {"/bin/s\0h"s, Errc::io}};
  for (const auto& [path, code] : cases) {
    Program program = shell("");
    program.arguments = {path};
    const auto result = run(program);
    ASSERT_FALSE(result) << path;
    EXPECT_EQ(result.error().code, code) << result.error().message;
  }
  Program program = shell("true");
  program.directory = "/nonexistent";
  EXPECT_EQ(shown(run(program)),
            "not_found: /bin/sh: its directory cannot be entered: No such file or directory");
}

TEST_F(ProgramTest, EndsAtItsDeadlineWithAllItStarted) {
  // Deaf to SIGTERM, with children in its group, in sessions of their own, and orphaned ones.
  Program program =
      shell("trap '' TERM HUP INT; : > " + pids() + "; " + stay() + " & setsid " +
            stay("trap \"\" TERM;") + " & (setsid " + stay() + " &); (setsid sh -c \"" +
            "sh -c 'echo \\$\\$ >> " + pids() + "; exec sleep 1000' & wait\" &); " + wait_for(4) +
            "; echo all; while :; do sleep 1; done");
  program.deadline = seconds(2);
  const SteadyTime begin = steady_now();
  EXPECT_EQ(shown(run(program)), "timeout: /bin/sh: still running after 2 s, ended");
  EXPECT_LT(steady_now() - begin, seconds(10));
  expect_all_gone(4);
}

TEST_F(ProgramTest, LeavesNothingBehindWhenItEndsBeforeItsChildren) {
  EXPECT_EQ(text(": > " + pids() + "; " + stay() + " & setsid " + stay() + " & (setsid " + stay() +
                 " &); " + wait_for(3) + "; echo done"),
            "0: done\n|");
  expect_all_gone(3);
}

TEST_F(ProgramTest, CatchesWhatForksAndEndsAgainAndAgain) {
  directory_.write("chain", "#!/bin/sh\necho $$ >> " + pids() + "\n\"$0\" &\n", 0700);
  EXPECT_EQ(text("setsid " + directory_ / "chain" + " & " + ": >> " + pids() + "; " + wait_for(20) +
                 "; echo done"),
            "0: done\n|");
  EXPECT_GE(noted().size(), 20U);
  expect_all_gone(noted().size());
}

TEST_F(ProgramTest, EndlessOutputEndsIt) {
  Program program = shell("yes");
  program.output_bytes = 1UL << 20;
  EXPECT_EQ(shown(run(program)), "too_large: /bin/sh: printed more than 1048576 bytes, ended");
  program = shell("yes >&2");
  program.deadline = milliseconds(300);
  const SteadyTime begin = steady_now();
  EXPECT_THAT(shown(run(program)), HasSubstr("timeout: "));
  EXPECT_LT(steady_now() - begin, seconds(10));
  const auto errors = run(shell("head -c 100000 /dev/zero >&2"));
  ASSERT_TRUE(errors) << shown(errors);
  EXPECT_EQ(errors->errors.size(), 4096U);
}

TEST_F(ProgramTest, EndsWhenAskedTo) {
  stop_.request_stop();
  const SteadyTime begin = steady_now();
  EXPECT_EQ(text("sleep 1000"), "timeout: /bin/sh: stopping");
  EXPECT_LT(steady_now() - begin, seconds(10));
}

TEST_F(ProgramTest, EndsWithTheProcessThatStartedIt) {
  directory_.write("pids", "");
  ChildProcess parent([&] { return run(shell("setsid " + stay() + " & " + stay())) ? 0 : 1; });
  const SteadyTime end = steady_now() + seconds(20);
  while (noted().size() < 2 && steady_now() < end) ::poll(nullptr, 0, 5);
  ASSERT_EQ(noted().size(), 2U);
  parent.signal(SIGKILL);
  const auto alive = [&] {
    return std::ranges::any_of(noted(), [](pid_t pid) { return ::kill(pid, 0) == 0; });
  };
  while (alive() && steady_now() < end) ::poll(nullptr, 0, 5);
  expect_all_gone(2);
}

}  // namespace
}  // namespace clawvigil::test
