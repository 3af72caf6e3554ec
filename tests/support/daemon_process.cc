#include "tests/support/daemon_process.h"
#include "tests/support/build_paths.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace clawvigil::test {

bool eventually(const std::function<bool()>& condition) {
  constexpr int kTries = 1000;
  constexpr auto kPause = std::chrono::milliseconds(10);
  for (int i = 0; i < kTries; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(kPause);
  }
  return condition();
}

DaemonProcess::DaemonProcess(const std::vector<std::string>& arguments)
    : notify_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  const std::string socket_path = directory_ / "notify";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(notify_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
  pipe_ = Fd(ends[0]);
  const Fd write_end(ends[1]);

  std::vector<std::string> words{CLAWVIGIL_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  ::setenv("NOTIFY_SOCKET", socket_path.c_str(), 1);
  ::dup2(write_end.get(), STDOUT_FILENO);
  ::dup2(write_end.get(), STDERR_FILENO);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

DaemonProcess::~DaemonProcess() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

const std::string& DaemonProcess::output() {
  std::array<char, 4096> bytes{};
  ssize_t got = 0;
  while ((got = ::read(pipe_.get(), bytes.data(), bytes.size())) > 0) {
    output_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return output_;
}

std::uint16_t DaemonProcess::port() {
  const std::string mark = "http://127.0.0.1:";
  if (!eventually([&] { return output().find("Ctrl-C") != std::string::npos; })) return 0;
  const std::size_t at = output_.find(mark);
  return at == std::string::npos
             ? std::uint16_t{0}
             : static_cast<std::uint16_t>(std::stoi(output_.substr(at + mark.size())));
}

void DaemonProcess::read_notifications() {
  std::array<char, 4096> bytes{};
  ssize_t got = 0;
  while ((got = ::recv(notify_.get(), bytes.data(), bytes.size(), 0)) > 0) {
    notifications_.append(bytes.data(), static_cast<std::size_t>(got)).append("\n");
  }
}

bool DaemonProcess::notified(const std::string& word) {
  return eventually([&] {
    read_notifications();
    return notifications_.find(word) != std::string::npos;
  });
}

void DaemonProcess::signal(int number) const { ::kill(pid_, number); }

int DaemonProcess::wait(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = -1;
  constexpr int kSignalled = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace clawvigil::test
