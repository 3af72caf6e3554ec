#include "exporter/host/status_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

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
