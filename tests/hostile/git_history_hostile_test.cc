// Repositories made to hurt who reads them.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "collectors/git/refs.h"
#include "tests/support/history_fixture.h"

namespace clawvigil::test {
namespace {

namespace fs = std::filesystem;
using secrets::HistoryReport;
using secrets::UnreadReason;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kMiB = 1024UL * 1024;

class GitHistoryHostile : public HistoryFixture {
 protected:
  static std::string reason(const HistoryReport& report) {
    return report.problem ? std::string(to_string(report.problem->code)) : "none";
  }
  static std::string problem(const HistoryReport& report) {
    return report.problem ? report.problem->message : "none";
  }
  static std::string raw_id(const std::string& hex) {
    const auto id = parse::git_id_from_hex(hex).value();
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
  }
  // A commit of `tree` on the branch "made", put together by hand.
  static std::string commit_tree(const GitRepository& repository, const std::string& tree) {
    const std::string id = repository.git({"commit-tree", "-m", "made", tree});
    repository.git({"update-ref", "refs/heads/made", id});
    return id;
  }
  static std::string tree_of(const GitRepository& repository, std::string_view mode,
                             const std::string& name, const std::string& id) {
    return repository.object("tree", std::string(mode) + " " + name + '\0' + raw_id(id));
  }
  // Replaces a loose object by `content`, compressed.
  static void forge(const GitRepository& repository, const std::string& id,
                    const std::string& content) {
    std::string packed(::compressBound(content.size()), '\0');
    uLongf size = packed.size();
    ASSERT_EQ(::compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                          reinterpret_cast<const Bytef*>(content.data()), content.size(), 1),
              Z_OK);
    packed.resize(size);
    const std::string name = ".git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
    fs::remove(repository.path() + "/" + name);
    repository.directory().write(name, packed);
  }
  static std::string loose_path(const GitRepository& repository, const std::string& id) {
    return repository.path() + "/.git/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  }
};

TEST_F(GitHistoryHostile, AHugeBlobIsCountedNotRead) {
  const GitRepository repository;
  repository.commit("huge", "SECRET-1\n" + std::string(17 * kMiB, 'x'));
  repository.commit("small", "SECRET-2\n");
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.unread.at(UnreadReason::too_large), 1);
  EXPECT_THAT(places(report), ElementsAre("small:1 test"));
}

TEST_F(GitHistoryHostile, ObjectsThatLieAboutTheirSizeAreDamaged) {
  const GitRepository repository;
  repository.commit("small", "SECRET-2\n");
  repository.commit("bomb", "bomb\n");
  repository.commit("endless", "endless\n");
  repository.commit("short", "short\n");
  repository.commit("other", "other\n");
  forge(repository, repository.git({"rev-parse", "HEAD:bomb"}),
        std::string("blob 5\0", 7) + std::string(200 * kMiB, '\0'));
  forge(repository, repository.git({"rev-parse", "HEAD:endless"}),
        std::string("blob 9223372036854775807\0x", 26));
  forge(repository, repository.git({"rev-parse", "HEAD:short"}),
        std::string("blob 1000000\0x", 14));
  forge(repository, repository.git({"rev-parse", "HEAD:other"}),
        std::string("blob 9\0SECRET-9\n", 16));  // not what its id says
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_TRUE(report.complete);
  EXPECT_THAT(places(report), ElementsAre("small:1 test"));
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 3);
  EXPECT_EQ(report.unread.at(UnreadReason::too_large), 1);
}

TEST_F(GitHistoryHostile, WhatIsNoFileInPlaceOfAnObjectIsUnread) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  repository.commit("fifo", "fifo\n");
  repository.commit("link", "link\n");
  const std::string fifo = loose_path(repository, repository.git({"rev-parse", "HEAD:fifo"}));
  const std::string link = loose_path(repository, repository.git({"rev-parse", "HEAD:link"}));
  fs::remove(fifo);
  fs::remove(link);
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  fs::create_symlink("/etc/shadow", link);
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 2);
}

TEST_F(GitHistoryHostile, AfterAHangTheNextTryWaits) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  scan(repository);
  repository.commit("pack", "pack\n");
  ASSERT_EQ(
      ::mkfifo(
          (repository.path() + "/.git/objects/pack/pack-" + std::string(40, '1') + ".idx").c_str(),
          0600),
      0);
  repository.directory().write(".git/objects/pack/pack-" + std::string(40, '1') + ".pack", "PACK");
  matcher_.match = [](std::string_view) -> std::vector<secrets::HistoryMatch> {
    while (true) std::this_thread::yield();
  };
  use_budget({.hard_limit = std::chrono::milliseconds(300)});
  const HistoryReport report = scan(repository);
  EXPECT_EQ(reason(report), "timeout");
  EXPECT_FALSE(report.complete);
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));  // what was known stays
  matcher_ = test_matcher();
  fs::remove(repository.path() + "/.git/objects/pack/pack-" + std::string(40, '1') + ".idx");
  EXPECT_EQ(reason(scan(repository)), "timeout");  // not tried again at once
  clock_.advance(std::chrono::minutes(6));
  EXPECT_EQ(reason(scan(repository)), "none");
}

TEST_F(GitHistoryHostile, ObjectsElsewhereAreOutOfReach) {
  const GitRepository outside;
  outside.commit("hidden", "SECRET-1\n");
  outside.git({"repack", "-q", "-a", "-d"});
  const GitRepository repository;
  fs::remove_all(repository.path() + "/.git/objects/pack");
  fs::create_directory_symlink(outside.path() + "/.git/objects/pack",
                               repository.path() + "/.git/objects/pack");
  repository.directory().write(".git/refs/heads/main", outside.git({"rev-parse", "HEAD"}) + "\n");
  const HistoryReport report = scan(repository);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_TRUE(report.problem || report.unread.at(UnreadReason::damaged) > 0);
}

TEST_F(GitHistoryHostile, WhatIsKeptElsewhereIsUnsupported) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  scan(repository);
  repository.directory().write(".git/objects/info/alternates", "/home/other/.git/objects\n");
  HistoryReport report = scan(repository);
  EXPECT_EQ(reason(report), "unsupported");
  EXPECT_THAT(problem(report), HasSubstr("alternates"));
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));
  fs::remove(repository.path() + "/.git/objects/info/alternates");
  EXPECT_EQ(reason(scan(repository)), "none");
  fs::create_directory(repository.path() + "/.git/reftable");
  EXPECT_EQ(reason(scan(repository)), "unsupported");
  fs::remove(repository.path() + "/.git/reftable");
  fs::rename(repository.path() + "/.git", repository.path() + "/real");
  fs::create_directory_symlink("real", repository.path() + "/.git");
  EXPECT_EQ(reason(scan(repository)), "unsafe");
  fs::remove(repository.path() + "/.git");
  repository.directory().write(".git", "gitdir: real\n");
  EXPECT_EQ(reason(scan(repository)), "unsupported");
}

TEST_F(GitHistoryHostile, IdsOfSha256AreUnsupported) {
  const TempDir place;
  const GitRepository any;
  any.git({"init", "-q", "--object-format=sha256", place / "repository"});
  const host::Dir directory = *host::Root::open(place.path())->anchor("/repository");
  place.write("repository/a", "a");
  EXPECT_EQ(reason(try_scan(directory).value()), "none");  // nothing was committed yet
  any.git({"-C", place / "repository", "add", "-A"});
  any.git({"-C", place / "repository", "commit", "-q", "-m", "m"});
  EXPECT_EQ(reason(try_scan(directory).value()), "unsupported");
}

TEST_F(GitHistoryHostile, RefsThatGoInCirclesLeadNowhere) {
  const GitRepository repository;
  repository.directory().write(".git/refs/heads/main", "ref: refs/heads/other\n");
  repository.directory().write(".git/refs/heads/other", "ref: refs/heads/main\n");
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_TRUE(report.complete);
}

TEST_F(GitHistoryHostile, RefsThatAreNoneAreErrors) {
  const GitRepository repository;
  const std::string good = repository.commit("a", "SECRET-1\n");
  for (const char* bad : {"", "\n", "0123", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n"}) {
    repository.directory().write(".git/refs/heads/bad", bad);
    const HistoryReport report = scan(repository);
    EXPECT_EQ(reason(report), "parse") << bad;
    EXPECT_THAT(problem(report), HasSubstr("refs/heads/bad"));
  }
  repository.directory().write(".git/refs/heads/bad", good + " more\n");
  EXPECT_EQ(reason(scan(repository)), "parse");
  repository.directory().write(".git/refs/heads/bad", std::string(5000, 'a'));
  EXPECT_EQ(reason(scan(repository)), "too_large");
  fs::remove(repository.path() + "/.git/refs/heads/bad");
  fs::create_symlink("/etc/shadow", repository.path() + "/.git/refs/heads/bad");
  EXPECT_EQ(reason(scan(repository)), "unsafe");
  fs::remove(repository.path() + "/.git/refs/heads/bad");
  ASSERT_EQ(::mkfifo((repository.path() + "/.git/refs/heads/bad").c_str(), 0600), 0);
  EXPECT_EQ(reason(scan(repository)), "unsafe");
}

TEST_F(GitHistoryHostile, AHundredThousandRefs) {
  const GitRepository repository;
  const std::string id = repository.commit("a", "SECRET-1\n");
  std::string packed = "# pack-refs with: peeled fully-peeled sorted \n";
  for (int i = 0; i < 100'000; ++i) packed += id + " refs/tags/t" + std::to_string(i) + "\n";
  repository.directory().write(".git/packed-refs", packed);
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));
  std::string different;
  constexpr int kDifferent = 25'000;
  for (int i = 0; i < kDifferent; ++i) {
    std::string number = std::to_string(i);
    different += std::string(40 - number.size(), '0') + number + " refs/tags/t" + number + "\n";
  }
  repository.directory().write(".git/packed-refs", different);
  EXPECT_EQ(reason(scan(repository)), "too_large");
  fs::remove(repository.path() + "/.git/packed-refs");
  for (std::size_t i = 0; i <= git::kMaxRefFiles; ++i) {
    std::ofstream(repository.path() + "/.git/refs/tags/t" + std::to_string(i)) << id;
  }
  EXPECT_EQ(reason(scan(repository)), "too_large");
}

TEST_F(GitHistoryHostile, RefsWithoutTheirCommitsAreUnread) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  repository.directory().write(".git/refs/heads/gone", std::string(40, '1') + "\n");
  const std::string orphan =
      repository.object("commit", "tree " + repository.git({"rev-parse", "HEAD^{tree}"}) +
                                      "\nparent " + std::string(40, '2') + "\n");
  repository.directory().write(".git/refs/heads/orphan", orphan + "\n");
  repository.directory().write(".git/refs/heads/junk",
                               repository.object("commit", "no commit at all") + "\n");
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 3);
}

TEST_F(GitHistoryHostile, DirectoriesWithoutEnd) {
  const GitRepository repository;
  std::string path = "file";
  for (int i = 0; i < 150; ++i) path = "d/" + path;
  repository.import(
      "commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\ndata 2\nm\n"
      "M 100644 inline " +
      path + "\ndata 9\nSECRET-1\n");
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.unread.at(UnreadReason::too_deep), 1);
  EXPECT_THAT(report.findings, IsEmpty());
}

TEST_F(GitHistoryHostile, ATreeThatBranchesWithoutEnd) {
  const GitRepository repository;
  std::string id = repository.object("blob", "SECRET-1\n");
  std::string_view mode = "100644";
  for (int level = 0; level < 20; ++level) {
    std::string tree;
    for (char name = 'a'; name < 'k'; ++name) {
      tree += std::string(mode) + " " + name + '\0' + raw_id(id);
    }
    id = repository.object("tree", tree);
    mode = "40000";
  }
  commit_tree(repository, id);
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.findings.size(), 10);  // the ten names in the directory that holds the file
}

TEST_F(GitHistoryHostile, NamesAreMadePrintable) {
  const GitRepository repository;
  const std::string blob = repository.object("blob", "SECRET-1\n");
  commit_tree(repository, tree_of(repository, "100644", "../a\n\x1b[31m\xff", blob));
  EXPECT_THAT(places(scan(repository)), ElementsAre("../a\uFFFD\uFFFD[31m\uFFFD:1 test"));
  const GitRepository other;
  commit_tree(other, tree_of(other, "100644", std::string(5000, 'n'), other.object("blob", "x")));
  EXPECT_EQ(scan(other).unread.at(UnreadReason::too_deep), 1);
}

TEST_F(GitHistoryHostile, DamagedTreesAreUnread) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  for (const std::string& bad :
       {std::string("100644 cut"), std::string("100644 cut\0short", 16),
        std::string("mode name\0", 10), std::string("100644 \0", 8) + std::string(20, 'x')}) {
    const std::string id = repository.object("tree", bad);
    const std::string commit = repository.object("commit", "tree " + id + "\n\nm\n");
    repository.directory().write(".git/refs/heads/" + id, commit + "\n");
  }
  const HistoryReport report = scan(repository);
  EXPECT_EQ(problem(report), "none");
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 4);
  EXPECT_THAT(places(report), ElementsAre("a:1 test"));
}

TEST_F(GitHistoryHostile, TooManyFindingsAreSaidToBe) {
  const GitRepository repository;
  std::string many;
  for (int i = 0; i < 1500; ++i) many += "SECRET-" + std::to_string(i) + "\n";
  repository.commit("many", many);
  const HistoryReport report = scan(repository);
  EXPECT_EQ(report.findings.size(), secrets::GitHistory::kMaxFindings);
  EXPECT_EQ(reason(report), "too_large");
  EXPECT_TRUE(report.complete);
}

TEST_F(GitHistoryHostile, AMatcherThatFailsIsAProblemOfThisRun) {
  const GitRepository repository;
  repository.commit("a", "a\n");
  matcher_.match = [](std::string_view) -> std::vector<secrets::HistoryMatch> {
    return std::vector<secrets::HistoryMatch>(kMiB * 64);
  };
  const std::string memory = reason(scan(repository));
  // With a sanitizer memory is not limited, and then these matches have no rule.
  EXPECT_THAT(memory, AnyOf("too_large", "parse"));
  clock_.advance(std::chrono::minutes(6));
  matcher_.match = [](std::string_view) -> std::vector<secrets::HistoryMatch> { std::abort(); };
  EXPECT_EQ(reason(scan(repository)), "io");
  clock_.advance(std::chrono::minutes(11));
  matcher_ = test_matcher();
  EXPECT_EQ(reason(scan(repository)), "none");
}

}  // namespace
}  // namespace clawvigil::test
