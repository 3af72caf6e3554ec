// Packs that are damaged, and packs that change while libgit2 has them mapped.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "tests/support/child_process.h"
#include "tests/support/history_fixture.h"

namespace clawvigil::test {
namespace {

namespace fs = std::filesystem;
using secrets::HistoryReport;
using secrets::UnreadReason;

constexpr std::size_t kMiB = 1024UL * 1024;

class GitPacks : public HistoryFixture {
 protected:
  static fs::path pack_of(const GitRepository& repository) {
    for (const auto& entry : fs::directory_iterator(repository.path() + "/.git/objects/pack")) {
      if (entry.path().extension() == ".pack") return entry.path();
    }
    ADD_FAILURE() << "no pack";
    return {};
  }
};

TEST_F(GitPacks, DamagedPacksNeverEndMoreThanTheChild) {
  const GitRepository repository;
  for (int i = 0; i < 12; ++i) {
    repository.commit("file", std::string(3000, 'x') + "\n" + std::to_string(i) + "\nSECRET-" +
                                  std::to_string(i) + "\n");
  }
  repository.git({"repack", "-q", "-a", "-d", "-f"});
  const fs::path pack = pack_of(repository);
  fs::permissions(pack, fs::perms::owner_all);
  const std::string whole = read_all(pack);
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 25 + 1) {
    for (const bool cut : {true, false}) {
      std::string damaged = cut ? whole.substr(0, at) : whole;
      if (!cut) damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
      std::ofstream(pack, std::ios::binary) << damaged;
      store_ = store::Store::in_memory();
      restart();
      const HistoryReport report = scan(repository);
      // A damaged length may make an object too large instead of damaged.
      const bool told =
          std::ranges::any_of(report.unread, [](const auto& entry) { return entry.second > 0; });
      EXPECT_TRUE(report.problem || told || report.findings.size() == 12)
          << at << (cut ? " cut" : " flipped") << ": " << report.findings.size() << " findings in "
          << report.commits << " commits" << (report.complete ? "" : ", not complete");
    }
  }
}

TEST_F(GitPacks, APackThatShrinksWhileItIsRead) {
  const GitRepository repository;
  for (int i = 0; i < 3; ++i) {
    repository.commit("f" + std::to_string(i), std::string(6 * kMiB, static_cast<char>('a' + i)) +
                                                   "\nSECRET-" + std::to_string(i) + "\n");
  }
  repository.git({"-c", "core.compression=0", "repack", "-q", "-a", "-d", "-f", "--window=0"});
  const fs::path pack = pack_of(repository);
  fs::permissions(pack, fs::perms::owner_all);
  const std::string whole = read_all(pack);
  auto* const reading = make_shared_value<std::atomic<bool>>();
  auto* const cut = make_shared_value<std::atomic<bool>>();
  // In the child: after the first blob, wait until the pack has shrunk under the mapping.
  matcher_.match = [=](std::string_view content) {
    if (content.size() > kMiB) {
      *reading = true;
      while (!*cut) std::this_thread::yield();
    }
    return match_test_secrets(content);
  };
  // A process, not a thread: a scan forks, and then no other thread may hold a sanitizer's lock.
  ChildProcess shrink([&] {
    while (!*reading) std::this_thread::yield();
    fs::resize_file(pack, 100);
    *cut = true;
    return 0;
  });
  const HistoryReport report = scan(repository);
  ASSERT_TRUE(*reading) << report.problem.value_or(Error{}).message;
  EXPECT_EQ(shrink.wait(), 0);
  EXPECT_TRUE(report.problem || report.unread.at(UnreadReason::damaged) > 0);
  std::ofstream(pack, std::ios::binary) << whole;
  clock_.advance(std::chrono::minutes(6));
  matcher_ = test_matcher();
  store_ = store::Store::in_memory();
  restart();
  EXPECT_EQ(scan(repository).findings.size(), 3);
}

}  // namespace
}  // namespace clawvigil::test
