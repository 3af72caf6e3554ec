// Findings in the history of repositories made by the real git.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/support/child_process.h"
#include "tests/support/history_fixture.h"

namespace clawvigil::test {
namespace {

using secrets::GitHistory;
using secrets::HistoryReport;
using secrets::UnreadReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class GitHistoryTest : public HistoryFixture {
 protected:
  // Runs until everything is scanned; returns the number of runs.
  int scan_all(const GitRepository& repository, HistoryReport& report) {
    constexpr int kMost = 300;
    for (int runs = 1; runs <= kMost; ++runs) {
      report = scan(repository);
      if (report.problem) ADD_FAILURE() << report.problem->message;
      if (report.complete || report.problem) return runs;
    }
    ADD_FAILURE() << "never complete";
    return kMost;
  }
};

TEST_F(GitHistoryTest, NothingWasEverCommitted) {
  const GitRepository repository;
  const HistoryReport report = scan(repository);
  EXPECT_TRUE(report.complete);
  EXPECT_FALSE(report.problem) << report.problem->message;
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.unread.at(UnreadReason::too_large), 0);
}

TEST_F(GitHistoryTest, WithoutARepositoryThereIsNone) {
  const TempDir directory;
  const auto report = try_scan(directory.anchor());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::not_found);
}

TEST_F(GitHistoryTest, ASecretStaysInHistoryWhenItsFileIsGone) {
  const GitRepository repository;
  repository.commit("README.md", "hello\n");
  const std::string guilty = repository.commit("memory/keys.md", "one\nSECRET-1\n");
  std::filesystem::remove(repository.path() + "/memory/keys.md");
  repository.commit("README.md", "bye\n");
  const HistoryReport report = scan(repository);
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.commits, 3);
  EXPECT_THAT(places(report), ElementsAre("memory/keys.md:2 test"));
  EXPECT_EQ(report.findings.at(0).commit, guilty);
  EXPECT_EQ(report.findings.at(0).fingerprint, 1);
  EXPECT_THAT(GitHistory::known_findings(store_, "claw/workspace").value(), testing::SizeIs(1));
  EXPECT_THAT(GitHistory::known_findings(store_, "other").value(), IsEmpty());
}

TEST_F(GitHistoryTest, PackedAndLooseObjectsAreTheSame) {
  const GitRepository repository;
  for (int i = 0; i < 20; ++i) {
    repository.commit("file", std::string(1000, 'x') + "\n" + std::to_string(i) + "\n");
  }
  repository.commit("file", "SECRET-1\n");
  repository.git({"gc", "-q"});
  repository.commit("loose", "SECRET-2\n");
  const HistoryReport report = scan(repository);
  EXPECT_THAT(places(report), ElementsAre("file:1 test", "loose:1 test"));
  EXPECT_EQ(report.commits, 22);
}

TEST_F(GitHistoryTest, OnlyWhatIsNewIsScanned) {
  const GitRepository repository;
  auto* const scanned = make_shared_value<std::atomic<int>>();
  matcher_.match = [scanned](std::string_view content) {
    ++*scanned;
    return match_test_secrets(content);
  };
  repository.commit("a", "1\n");
  repository.commit("b", "SECRET-1\n");
  EXPECT_TRUE(scan(repository).complete);
  EXPECT_EQ(scanned->exchange(0), 4);  // two blobs, two messages
  EXPECT_TRUE(scan(repository).complete);
  restart();
  EXPECT_TRUE(scan(repository).complete);
  EXPECT_EQ(scanned->exchange(0), 0);
  repository.commit("c", "SECRET-2\n");
  EXPECT_THAT(places(scan(repository)), ElementsAre("b:1 test", "c:1 test"));
  EXPECT_EQ(scanned->exchange(0), 2);
  repository.git({"mv", "a", "directory-a"});
  repository.commit("d", "1\n");  // the content of a, again
  EXPECT_EQ(scan(repository).commits, 4);
  EXPECT_EQ(scanned->exchange(0), 1);  // the message
}

TEST_F(GitHistoryTest, AFileEditedOftenIsOneFinding) {
  const GitRepository repository;
  for (int i = 0; i < 5; ++i) {
    repository.commit("notes", std::string(static_cast<std::size_t>(i), '\n') + "SECRET-1\n");
    scan(repository);
  }
  EXPECT_THAT(places(scan(repository)), ElementsAre("notes:1 test"));
  repository.commit("notes", "SECRET-2\nSECRET-1\n");
  EXPECT_THAT(places(scan(repository)), ElementsAre("notes:1 test", "notes:1 test"));
}

TEST_F(GitHistoryTest, BranchesTagsMergesAndStashesAreHistory) {
  const GitRepository repository;
  repository.commit("base", "base\n");
  repository.git({"checkout", "-q", "-b", "side"});
  repository.commit("side", "SECRET-1\n");
  repository.git({"checkout", "-q", "main"});
  repository.commit("main", "SECRET-2\n");
  repository.git({"merge", "-q", "--no-ff", "-m", "Merge", "side"});
  repository.git({"branch", "-D", "side"});
  repository.git({"checkout", "-q", "-b", "tagged", "main~1"});
  repository.commit("tagged", "SECRET-3\n");
  repository.git({"tag", "-a", "-m", "tag", "v1"});
  repository.git({"checkout", "-q", "main"});
  repository.git({"branch", "-D", "tagged"});
  repository.directory().write("base", "SECRET-4\n");
  repository.git({"stash"});
  repository.git({"tag", "blob", repository.object("blob", "SECRET-5\n")});
  const HistoryReport report = scan(repository);
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_THAT(places(report), ElementsAre("(tagged file):1 test", "base:1 test", "main:1 test",
                                          "side:1 test", "tagged:1 test"));
  repository.git({"pack-refs", "--all"});
  restart();
  store_ = store::Store::in_memory();
  EXPECT_EQ(places(scan(repository)), places(report));
}

TEST_F(GitHistoryTest, AMessageMayHoldASecret) {
  const GitRepository repository;
  repository.commit("a", "a\n", "Subject\n\nSECRET-7");
  EXPECT_THAT(places(scan(repository)), ElementsAre("(commit message):3 test"));
}

TEST_F(GitHistoryTest, WhatIsRewrittenAwayIsNoFinding) {
  const GitRepository repository;
  repository.commit("a", "a\n");
  repository.commit("keys", "SECRET-1\n");
  repository.commit("kept", "SECRET-2\n");
  EXPECT_THAT(places(scan(repository)), ElementsAre("kept:1 test", "keys:1 test"));
  repository.git({"reset", "-q", "--soft", "HEAD~2"});
  repository.git({"rm", "-q", "--cached", "keys"});
  std::filesystem::remove(repository.path() + "/keys");
  const std::string rewritten = repository.commit("kept", "SECRET-2\n");
  const HistoryReport report = scan(repository);
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.commits, 2);
  EXPECT_THAT(places(report), ElementsAre("kept:1 test"));
  EXPECT_EQ(report.findings.at(0).commit, rewritten);
  repository.git({"reflog", "expire", "--expire=now", "--all"});
  repository.git({"gc", "-q", "--prune=now"});
  restart();
  EXPECT_THAT(places(scan(repository)), ElementsAre("kept:1 test"));
}

TEST_F(GitHistoryTest, ASecretOnTwoBranchesOutlivesOne) {
  const GitRepository repository;
  repository.commit("base", "base\n");
  repository.git({"checkout", "-q", "-b", "one"});
  repository.commit("keys", "SECRET-1\n", "One");
  repository.git({"checkout", "-q", "-b", "two", "main"});
  repository.commit("keys", "SECRET-1\n", "Two");
  EXPECT_THAT(places(scan(repository)), ElementsAre("keys:1 test"));
  repository.git({"branch", "-D", "one"});
  EXPECT_THAT(places(scan(repository)), ElementsAre("keys:1 test"));
  repository.git({"checkout", "-q", "main"});
  repository.git({"branch", "-D", "two"});
  EXPECT_THAT(places(scan(repository)), IsEmpty());
}

TEST_F(GitHistoryTest, ObjectsThatAreGoneDoNotStopIt) {
  const GitRepository repository;
  repository.commit("a", "a\n");
  repository.commit("keys", "SECRET-1\n");
  scan(repository);
  repository.git({"reset", "-q", "--hard", "HEAD~1"});
  repository.git({"reflog", "expire", "--expire=now", "--all"});
  repository.git({"gc", "-q", "--prune=now"});
  repository.commit("b", "SECRET-2\n");
  const HistoryReport report = scan(repository);
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_THAT(places(report), ElementsAre("b:1 test"));
}

TEST_F(GitHistoryTest, ANewMatcherScansAgain) {
  const GitRepository repository;
  repository.commit("a", "TOKEN\n");
  repository.commit("b", "SECRET-1\n");
  EXPECT_THAT(places(scan(repository)), ElementsAre("b:1 test"));
  matcher_.match = [](std::string_view content) {
    std::vector<secrets::HistoryMatch> matches;
    if (content.starts_with("TOKEN")) matches.push_back({"token", 1, 1});
    return matches;
  };
  matcher_version_ = "2";
  restart();
  EXPECT_THAT(places(scan(repository)), ElementsAre("a:1 token"));
}

TEST_F(GitHistoryTest, SomeNamesAreNotRead) {
  const GitRepository repository;
  repository.commit("picture.png", "SECRET-1\n");
  std::filesystem::create_symlink("SECRET-2", repository.path() + "/link");
  repository.commit("a", "a\n");
  EXPECT_THAT(places(scan(repository)), IsEmpty());
}

// "blob", "commit" and "deleteall" as git fast-import takes them.
std::string many_commits(int count, int every) {
  std::string commands;
  for (int i = 1; i <= count; ++i) {
    const std::string content =
        (i % every == 0 ? "SECRET-" + std::to_string(i) : "text " + std::to_string(i)) + "\n";
    commands += "commit refs/heads/main\ncommitter A <a@b.c> " + std::to_string(1700000000 + i) +
                " +0000\ndata 2\nm\n";
    commands += "M 100644 inline d" + std::to_string(i % 7) + "/file" + std::to_string(i % 50) +
                "\ndata " + std::to_string(content.size()) + "\n" + content;
  }
  return commands;
}

TEST_F(GitHistoryTest, TwoThousandCommitsOverManyRuns) {
  const GitRepository repository;
  repository.import(many_commits(2000, 100));
  HistoryReport at_once;
  EXPECT_EQ(scan_all(repository, at_once), 1);
  EXPECT_EQ(at_once.commits, 2000);
  EXPECT_EQ(at_once.findings.size(), 20);
  store_ = store::Store::in_memory();
  use_budget({.run_bytes = 2000});
  HistoryReport in_pieces;
  EXPECT_GT(scan_all(repository, in_pieces), 10);
  EXPECT_EQ(in_pieces.commits, 2000);
  EXPECT_EQ(places(in_pieces), places(at_once));
}

TEST_F(GitHistoryTest, OneLargeCommitOverManyRuns) {
  const GitRepository repository;
  std::string commands =
      "commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\ndata 2\nm\n";
  for (int i = 0; i < 200; ++i) {
    const std::string content = (i % 20 == 0 ? "SECRET-" : "text ") + std::to_string(i) + "\n";
    commands += "M 100644 inline f" + std::to_string(i) + "\ndata " +
                std::to_string(content.size()) + "\n" + content;
  }
  repository.import(commands);
  use_budget({.run_bytes = 50});
  HistoryReport report;
  EXPECT_GT(scan_all(repository, report), 5);
  EXPECT_EQ(report.commits, 1);
  EXPECT_EQ(report.findings.size(), 10);
}

TEST_F(GitHistoryTest, GcWhileItIsRead) {
  const GitRepository repository;
  repository.import(many_commits(500, 50));
  use_budget({.run_bytes = 100});
  HistoryReport report;
  for (int i = 0; i < 5; ++i) {
    ChildProcess collector([&] {
      repository.git({"gc", "-q", "--aggressive", "--prune=now"});
      return 0;
    });
    for (int j = 0; j < 10; ++j) report = scan(repository);
    collector.wait();
  }
  scan_all(repository, report);
  EXPECT_EQ(report.findings.size(), 10);
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 0);
}

TEST_F(GitHistoryTest, AShallowCloneIsWhatIsThere) {
  const GitRepository origin;
  origin.commit("old", "SECRET-1\n");
  origin.commit("new", "SECRET-2\n");
  origin.git({"rm", "-q", "old"});
  origin.commit("newer", "SECRET-3\n");
  const TempDir place;
  origin.git({"clone", "-q", "--depth=2", "file://" + origin.path(), place / "clone"});
  const host::Dir clone = *host::Root::open(place.path())->anchor("/clone");
  const HistoryReport report = try_scan(clone).value();
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_TRUE(report.absent_parts);
  EXPECT_EQ(report.commits, 2);
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 0);
  // The oldest commit that is there holds the file whose own commit is not.
  EXPECT_THAT(places(report), ElementsAre("new:1 test", "newer:1 test", "old:1 test"));
}

TEST_F(GitHistoryTest, APartialCloneIsWhatIsThere) {
  const GitRepository origin;
  origin.git({"config", "uploadpack.allowFilter", "true"});
  origin.commit("old", "SECRET-1\n");
  origin.commit("old", "nothing\n");
  const TempDir place;
  origin.git({"clone", "-q", "--filter=blob:none", "file://" + origin.path(), place / "clone"});
  const host::Dir clone = *host::Root::open(place.path())->anchor("/clone");
  const HistoryReport report = try_scan(clone).value();
  ASSERT_FALSE(report.problem) << report.problem->message;
  EXPECT_TRUE(report.absent_parts);
  EXPECT_EQ(report.commits, 2);
  EXPECT_EQ(report.unread.at(UnreadReason::damaged), 0);
}

TEST_F(GitHistoryTest, WhatIsForgottenIsGone) {
  const GitRepository repository;
  repository.commit("a", "SECRET-1\n");
  scan(repository);
  ASSERT_TRUE(GitHistory::forget_others(store_, {"claw/workspace"}));
  EXPECT_THAT(GitHistory::known_findings(store_, "claw/workspace").value(), testing::SizeIs(1));
  std::filesystem::remove_all(repository.path() + "/.git");
  EXPECT_FALSE(try_scan(repository.directory().anchor()));
  EXPECT_THAT(GitHistory::known_findings(store_, "claw/workspace").value(), IsEmpty());
}

}  // namespace
}  // namespace clawvigil::test
