// What the child process of exporter/host can do, cannot do, and how its ends are told.
#include "exporter/host/child_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "exporter/host/child_frames.h"
#include "exporter/host/sandbox.h"
#include "tests/support/child_process.h"
#include "tests/support/daemon_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using host::ChildOutput;
using host::run_child;
using testing::ElementsAre;
using testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

struct Outcome {
  Result<> result;
  std::vector<std::string> frames;
};

class Child : public testing::Test {
 protected:
  Outcome run(const std::function<Result<>(ChildOutput&)>& work,
              Duration deadline = std::chrono::seconds(20), std::uint64_t cpu_seconds = 10) {
    Outcome outcome;
    const host::Dir anchor = directory_.anchor();
    outcome.result = run_child({.directory = anchor,
                                .deadline = deadline,
                                .memory_bytes = 64UL * 1024 * 1024,
                                .cpu_seconds = cpu_seconds,
                                .output_bytes = 1024UL * 1024},
                               stop_.get_token(), {[] { return Result<>(); }, work},
                               [&](std::string_view frame) -> Result<> {
                                 outcome.frames.emplace_back(frame);
                                 return {};
                               });
    return outcome;
  }
  // The text that `work` makes in the child.
  std::string text(const std::function<std::string()>& work) {
    const Outcome outcome = run([&](ChildOutput& out) { return out.send(work()); });
    if (!outcome.result) return "error: " + outcome.result.error().message;
    return outcome.frames.empty() ? "no frame" : outcome.frames.front();
  }
  static std::string errno_after(long result) {
    return result >= 0 ? "done" : ::strerrorname_np(errno);
  }

  TempDir directory_;
  std::stop_source stop_;
};

TEST_F(Child, HandsOverItsFramesInOrder) {
  const std::string large(ChildOutput::kMaxFrame, 'x');
  const Outcome outcome = run([&](ChildOutput& out) -> Result<> {
    TRY(out.send("first"));
    TRY(out.send(""));
    return out.send(large);
  });
  ASSERT_TRUE(outcome.result) << outcome.result.error().message;
  EXPECT_THAT(outcome.frames, ElementsAre("first", "", large));
}

TEST_F(Child, TellsTheErrorOfItsWork) {
  const Outcome outcome =
      run([](ChildOutput&) -> Result<> { return fail(Errc::parse, "line\n7 is wrong"); });
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, Errc::parse);
  EXPECT_EQ(outcome.result.error().message, "line\uFFFD7 is wrong");
}

TEST_F(Child, ReadsBelowItsDirectoryOnly) {
  directory_.write("inside/file", "content");
  const TempDir other;
  other.write("secret", "hidden");
  std::filesystem::create_symlink(other / "secret", directory_ / "link");
  EXPECT_EQ(text([] {
              std::ifstream file("inside/file");
              return std::string(std::istreambuf_iterator<char>(file), {});
            }),
            "content");
  for (const std::string& path : {other / "secret", std::string("link"), std::string("/etc/passwd"),
                                  std::string("/proc/self/maps"), std::string("/dev/null")}) {
    EXPECT_EQ(text([&] { return errno_after(::open(path.c_str(), O_RDONLY)); }), "EACCES") << path;
  }
}

TEST_F(Child, WritesNowhereAndReachesNobody) {
  directory_.write("file", "content");
  EXPECT_EQ(text([] { return errno_after(::open("file", O_WRONLY)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::open("new", O_RDONLY | O_CREAT, 0600)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::unlink("file")); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::truncate("file", 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::socket(AF_INET, SOCK_STREAM, 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::socket(AF_UNIX, SOCK_STREAM, 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::kill(::getpid(), 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::syscall(SYS_ptrace, 0, 0, 0, 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }), "EPERM");
  EXPECT_EQ(text([] { return errno_after(::syscall(SYS_execve, "/bin/true", nullptr, nullptr)); }),
            "EPERM");
  EXPECT_EQ(text([] {
              void* const memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return errno_after(memory == MAP_FAILED ? -1 : 0);
            }),
            "EPERM");
  EXPECT_EQ(read_all(directory_ / "file"), "content");
}

TEST_F(Child, HasNoDescriptorOfItsParent) {
  directory_.write("file", "x");
  const Fd held(::open((directory_ / "file").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_GT(held.get(), 0);
  EXPECT_EQ(text([] {
              std::string open;
              constexpr int kLooked = 1024;
              for (int fd = 0; fd < kLooked; ++fd) {
                if (::fcntl(fd, F_GETFD) >= 0) open += std::to_string(fd) + " ";
              }
              return open;
            }),
            "0 1 2 3 4 ");
}

TEST_F(Child, IsEndedWhenItTakesTooMuchMemory) {
  if (kSanitized) GTEST_SKIP() << "SKIPPED: a sanitizer's shadow leaves no room for a limit";
  const Outcome outcome = run([](ChildOutput& out) -> Result<> {
    std::vector<std::string> hoard;
    constexpr std::size_t kPiece = 1024UL * 1024;
    for (int i = 0; i < 256; ++i) hoard.emplace_back(kPiece, 'x');
    return out.send(hoard.back());
  });
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, Errc::too_large);
}

TEST_F(Child, ACrashIsAnError) {
  if (kSanitized) GTEST_SKIP() << "SKIPPED: the sanitizer reports the crash itself";
  directory_.write("file", std::string(2 * 4096, 'x'));
  const std::string path = directory_ / "file";
  const Outcome null = run([](ChildOutput&) -> Result<> {
    volatile int* nowhere = nullptr;
    return *nowhere == 0 ? Result<>() : fail(Errc::io, "");
  });
  ASSERT_FALSE(null.result);
  EXPECT_EQ(null.result.error().code, Errc::io);
  EXPECT_THAT(null.result.error().message, HasSubstr("crashed: SIGSEGV"));
  // What this is made for: a file that shrinks while it is mapped.
  const Outcome shrunk = run(
      [&](ChildOutput& out) -> Result<> {
        const int fd = ::open("file", O_RDONLY);
        const auto* const mapped = static_cast<const volatile char*>(
            ::mmap(nullptr, 2 * 4096, PROT_READ, MAP_SHARED, fd, 0));
        TRY(out.send("mapped"));
        while (mapped[4096] == 'x') {
        }
        return {};
      },
      std::chrono::seconds(1));
  EXPECT_EQ(shrunk.result.error().code, Errc::timeout);  // nobody cut it yet
  const host::Dir anchor = directory_.anchor();
  const Result<> cut =
      run_child({.directory = anchor, .deadline = std::chrono::seconds(20)}, stop_.get_token(),
                {[] { return Result<>(); },
                 [](ChildOutput& out) -> Result<> {
                   const int fd = ::open("file", O_RDONLY);
                   const auto* const mapped = static_cast<const volatile char*>(
                       ::mmap(nullptr, 2 * 4096, PROT_READ, MAP_SHARED, fd, 0));
                   TRY(out.send("mapped"));
                   while (mapped[4096] == 'x') {
                   }
                   return {};
                 }},
                [&](std::string_view) -> Result<> {
                  std::filesystem::resize_file(path, 0);
                  return {};
                });
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Errc::io);
  EXPECT_THAT(cut.error().message, HasSubstr("crashed: SIGBUS"));
}

TEST_F(Child, AHangIsATimeout) {
  const Outcome asleep = run(
      [](ChildOutput&) -> Result<> {
        while (true) ::sched_yield();
      },
      std::chrono::milliseconds(100));
  ASSERT_FALSE(asleep.result);
  EXPECT_EQ(asleep.result.error().code, Errc::timeout);
  stop_.request_stop();
  const Outcome stopped = run([](ChildOutput&) -> Result<> {
    while (true) ::sched_yield();
  });
  ASSERT_FALSE(stopped.result);
  EXPECT_EQ(stopped.result.error().message, "stopping");
}

TEST_F(Child, CpuTimeIsLimited) {
  const Outcome outcome = run(
      [](ChildOutput&) -> Result<> {
        while (true) asm volatile("");
      },
      std::chrono::seconds(60), 1);
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, Errc::timeout);
  EXPECT_THAT(outcome.result.error().message, HasSubstr("CPU time"));
}

TEST_F(Child, OutputIsBounded) {
  const Outcome outcome = run([](ChildOutput& out) -> Result<> {
    while (true) TRY(out.send(std::string(1000, 'x')));
  });
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().code, Errc::too_large);
  const Outcome frame =
      run([](ChildOutput& out) { return out.send(std::string(ChildOutput::kMaxFrame + 1, 'x')); });
  EXPECT_EQ(frame.result.error().code, Errc::too_large);
}

TEST_F(Child, EndsWithItsParent) {
  auto* const child = make_shared_value<std::atomic<pid_t>>();
  ChildProcess parent([&] {
    const host::Dir anchor = directory_.anchor();
    const Result<> result =
        run_child({.directory = anchor, .deadline = std::chrono::minutes(5)}, {},
                  {[&]() -> Result<> {
                     *child = ::getpid();
                     return {};
                   },
                   [](ChildOutput&) -> Result<> {
                     while (true) ::sched_yield();
                   }},
                  [](std::string_view) { return Result<>(); });
    return result ? 0 : 1;
  });
  ASSERT_TRUE(eventually([&] { return *child != 0; }));
  parent.signal(SIGKILL);
  parent.wait();
  for (int i = 0; i < 5000 && ::kill(*child, 0) == 0; ++i) {
    // A zombie whom nobody reaps here has ended, too.
    const std::string stat = read_all("/proc/" + std::to_string(*child) + "/stat");
    if (stat.find(") Z ") != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_NE(::kill(*child, 0), 0);
}

TEST_F(Child, WorksWithinWhatTheDaemonGaveUpAlready) {
  directory_.write("file", "content");
  ChildProcess daemon([&] {
    if (!host::restrict_writes_and_exec("") || !host::drop_capabilities()) return 1;
    const std::string read = text([] {
      std::ifstream file("file");
      return std::string(std::istreambuf_iterator<char>(file), {});
    });
    return read == "content" ? 0 : 2;
  });
  EXPECT_EQ(daemon.wait(), 0);
}

TEST_F(Child, ForksBesideThreadsThatAllocate) {
  if (kSanitized) {
    GTEST_SKIP() << "SKIPPED: only glibc's malloc is made ready for a fork, no sanitizer's";
  }
  std::atomic<bool> end = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!end) std::string(100'000, 'x').clear();
    });
  }
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(text([] {
                std::vector<std::string> many(1000, std::string(100, 'y'));
                return many.back().substr(0, 3);
              }),
              "yyy");
  }
  end = true;
  for (std::thread& thread : threads) thread.join();
}

// ---- frames ----

Result<std::vector<std::string>> frames_of(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> frames;
  host::FrameReader reader(100, 1000);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    TRY(reader.feed(bytes.substr(at, piece), [&](std::string_view frame) -> Result<> {
      frames.emplace_back(frame);
      return {};
    }));
  }
  frames.emplace_back(reader.done() ? "done" : "open");
  return frames;
}

TEST(ChildFrames, AreReadInAnyPieces) {
  using std::string_literals::operator""s;
  const std::string bytes = "\3\0\0\0dabc\0\0\0\0d\0\0\0\0z"s;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EXPECT_THAT(frames_of(bytes, piece).value(), ElementsAre("abc", "", "done"));
  }
  EXPECT_THAT(frames_of(bytes.substr(0, bytes.size() - 1), 4).value(),
              ElementsAre("abc", "", "open"));
}

TEST(ChildFrames, HostileOnesAreRefused) {
  using std::string_literals::operator""s;
  EXPECT_EQ(frames_of("\xff\xff\xff\xff"
                      "d"s,
                      5)
                .error()
                .code,
            Errc::parse);
  EXPECT_EQ(frames_of("\0\0\0\0q"s, 5).error().code, Errc::parse);
  EXPECT_EQ(frames_of("\0\0\0\0z\0\0\0\0d"s, 5).error().code, Errc::parse);
  EXPECT_EQ(frames_of("\0\0\0\0e"s, 5).error().code, Errc::parse);
  EXPECT_EQ(frames_of("\1\0\0\0e\x7f"s, 6).error().code, Errc::parse);
  EXPECT_EQ(frames_of("\1\0\0\0e\0"s, 6).error().code, Errc::not_found);
  EXPECT_EQ(frames_of(std::string(1001, '\0'), 2000).error().code, Errc::too_large);
}

}  // namespace
}  // namespace clawvigil::test
