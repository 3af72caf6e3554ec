#include "exporter/host/status_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

namespace clawvigil::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTimeout(5000);

void answer_one(StatusSocket& socket, std::string_view document) {
  pollfd poll{.fd = socket.fd(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&poll, 1, static_cast<int>(kTimeout.count())), 1);
  socket.answer(document);
}

TEST(StatusSocket, GivesTheDocumentToWhoeverConnects) {
  const test::TempDir directory;
  const std::string path = directory / "status.sock";
  auto socket = StatusSocket::listen(path);
  ASSERT_TRUE(socket) << socket.error().message;
  const std::string document(3 << 20, 'x');  // more than a socket buffer holds
  for (int i = 0; i < 2; ++i) {
    std::jthread server([&] { answer_one(*socket, document); });
    EXPECT_EQ(read_status(path, kTimeout), document);
  }
}

TEST(StatusSocket, OnlyItsOwnerMayConnect) {
  const test::TempDir directory;
  const std::string path = directory / "status.sock";
  const auto socket = StatusSocket::listen(path);
  ASSERT_TRUE(socket);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(StatusSocket, TakesThePlaceOfOneThatWasKilled) {
  const test::TempDir directory;
  const std::string path = directory / "status.sock";
  const std::string kept = directory / "kept";
  {
    const auto first = StatusSocket::listen(path);
    ASSERT_TRUE(first);
    std::filesystem::create_hard_link(path, kept);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::rename(kept, path);
  const auto nobody = read_status(path, kTimeout);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Errc::not_found);
  EXPECT_TRUE(StatusSocket::listen(path));
}

TEST(StatusSocket, LeavesAFileThatIsNoSocketAlone) {
  const test::TempDir directory;
  const std::string path = directory / "status.sock";
  std::ofstream(path) << "mine";
  EXPECT_FALSE(StatusSocket::listen(path));
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(StatusSocket, HasOneDeadlineForTheWholeAnswer) {
  const test::TempDir directory;
  const auto socket = StatusSocket::listen(directory / "status.sock");
  ASSERT_TRUE(socket);
  std::jthread drip([&](const std::stop_token& stop) {
    pollfd poll{.fd = socket->fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&poll, 1, static_cast<int>(kTimeout.count())), 1);
    const Fd peer(::accept4(socket->fd(), nullptr, nullptr, SOCK_CLOEXEC));
    while (!stop.stop_requested() && ::send(peer.get(), "x", 1, MSG_NOSIGNAL) == 1) {
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto slow = read_status(directory / "status.sock", milliseconds(100));
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code, Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kTimeout);
}

TEST(StatusSocket, IsNotWaitedForWhileTooManyWait) {
  const test::TempDir directory;
  const std::string path = directory / "status.sock";
  const auto socket = StatusSocket::listen(path);
  ASSERT_TRUE(socket);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(address.sun_path), path.size());
  std::vector<Fd> waiting;
  const auto connects = [&] {
    const Fd& fd = waiting.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  };
  while (connects()) ASSERT_LT(waiting.size(), 1'000U);
  const auto refused = read_status(path, milliseconds(100));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::timeout);
}

TEST(StatusSocket, SaysWhatIsWrong) {
  const test::TempDir directory;
  const auto missing = read_status(directory / "status.sock", kTimeout);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
  const auto socket = StatusSocket::listen(directory / "status.sock");
  ASSERT_TRUE(socket);
  const auto silent = read_status(directory / "status.sock", milliseconds(20));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Errc::timeout);
  const auto long_path = StatusSocket::listen("/" + std::string(200, 'a'));
  ASSERT_FALSE(long_path);
  EXPECT_EQ(long_path.error().code, Errc::too_large);
}

}  // namespace
}  // namespace clawvigil::host
