// Repositories made to run something, to hang who reads them, or to hide in.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "collectors/parse/git_objects.h"
#include "collectors/workspace/worktree.h"
#include "tests/support/workspace_fixture.h"

namespace clawvigil::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class WorkspaceHostile : public WorkspaceFixture {
 protected:
  // Stores bytes as an object of `type`, as they are; returns its id.
  std::string object(const WorkspaceRepository& git, const std::string& type,
                     std::string_view bytes) const {
    harness.directory().write("object", bytes);
    return git.git(
        {"hash-object", "-w", "-t", type, "--literally", harness.directory() / "object"});
  }
  static std::string raw_id(const std::string& hex) {
    const auto id = parse::git_id_from_hex(hex).value();
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
  }
  static void fifo(const fs::path& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); }
};

TEST_F(WorkspaceHostile, NothingThatARepositoryConfiguresIsRun) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a.txt", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  const std::string canary = harness.directory() / "canary";
  harness.directory().write("trap", "#!/bin/sh\ntouch '" + canary + "'\ncat\n", 0755);
  const std::string trap = harness.directory() / "trap";
  git.write("more", "[core]\n  fsmonitor = " + trap + "\n");
  for (const char* const key :
       {"core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass",
        "core.alternateRefsCommand", "diff.external", "diff.evil.textconv", "filter.evil.clean",
        "filter.evil.smudge", "credential.helper", "gpg.program", "uploadpack.packObjectsHook"}) {
    git.git({"config", key, trap});
  }
  git.git({"config", "core.hooksPath", harness.directory().path()});
  git.git({"config", "include.path", "../more"});
  git.write(".gitattributes", "* filter=evil diff=evil\n");
  for (const char* const hook : {"post-index-change", "pre-commit", "post-checkout"}) {
    git.write(std::string(".git/hooks/") + hook, "#!/bin/sh\ntouch '" + canary + "'\n");
    git.make_executable(std::string(".git/hooks/") + hook);
  }
  git.write("a.txt", "2\n");
  // The trap is one: git itself walks into it.
  git.git({"status"});
  ASSERT_TRUE(fs::exists(canary));
  fs::remove(canary);
  git.write("a.txt", "3\n");
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "uncommitted_files", {"modified"}), 1);
  EXPECT_EQ(count(batch, "active_hooks", {}), 4);  // and core.hooksPath
  EXPECT_FALSE(fs::exists(canary));
  // What it includes from elsewhere is out of reach, and is said to be.
  harness.clock.advance(std::chrono::minutes(10));
  git.git({"config", "include.path", harness.directory() / "trap"});
  EXPECT_THAT(details(run()), HasSubstr("repository workspace: repository: damaged"));
  EXPECT_FALSE(fs::exists(canary));
}

TEST_F(WorkspaceHostile, ARepositoryElsewhereIsRefused) {
  const WorkspaceRepository git = repository();
  git.write(".git", "gitdir: /tmp/elsewhere\n");
  Batch batch = run();
  EXPECT_THAT(details(batch), HasSubstr("the repository is elsewhere"));
  EXPECT_FALSE(has(batch, "clawvigil_git_commits_total", {"claw", "workspace", "agent"}));
  fs::remove(git.path() / ".git");
  fs::create_directory_symlink("/", git.path() / ".git");
  batch = run();
  EXPECT_THAT(details(batch), HasSubstr("refused"));
}

TEST_F(WorkspaceHostile, AWorkingTreeElsewhereIsNotLookedAt) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  git.git({"config", "core.worktree", "/"});
  git.git({"config", "core.excludesFile", "/etc/passwd"});
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "uncommitted_files", {"untracked"}), 0);
  EXPECT_EQ(count(batch, "uncommitted_files", {"deleted"}), 0);
}

TEST_F(WorkspaceHostile, ATreeWithMorePathsThanCanBeWalkedIsToldAsUnread) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  run();
  std::string tree =
      object(git, "tree", "100644 x\0" + std::string(1, '\0') + raw_id(object(git, "blob", "x\n")));
  for (int depth = 0; depth < 18; ++depth) {
    std::string entries;
    for (const char* const name : {"a", "b"}) {
      entries += std::string("40000 ") + name + '\0' + raw_id(tree);
    }
    tree = object(git, "tree", entries);
  }
  git.git({"update-ref", "refs/heads/bomb",
           git.git({"commit-tree", "-m", "bomb", "-p", "HEAD", tree}, kStranger, now())});
  const Batch batch = run();
  EXPECT_GT(count(batch, "sensitive_changes_total", {"unread", "unknown"}), 0);
  EXPECT_EQ(count(batch, "commits_total", {"unknown"}), 1);
}

TEST_F(WorkspaceHostile, MissingTreesAreUnreadAndTheRestIsTold) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  run();
  git.write("gone/SOUL.md", "1\n");
  git.write("skills/mail/SKILL.md", "1\n");
  git.commit_all(kStranger, now());
  const std::string id = git.git({"rev-parse", "HEAD:gone"});
  fs::remove(git.path() / ".git/objects" / id.substr(0, 2) / id.substr(2));
  const Batch batch = run();
  EXPECT_EQ(count(batch, "sensitive_changes_total", {"unread", "unknown"}), 1);
  EXPECT_EQ(count(batch, "sensitive_changes_total", {"skills", "unknown"}), 1);
}

TEST_F(WorkspaceHostile, FilesThatHangWhoOpensThemAreRefused) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  fs::remove(git.path() / ".git/index");
  fifo(git.path() / ".git/index");
  const Batch batch = run();
  EXPECT_THAT(details(batch), HasSubstr(".git/index: neither file nor directory"));
  EXPECT_FALSE(has(batch, "clawvigil_git_tracked_files", {"claw", "workspace"}));
  EXPECT_EQ(count(batch, "commits_total", {"owner"}), 0);  // history needs no index
}

TEST_F(WorkspaceHostile, WhatHangsTheReaderOfFilesEndsAtItsDeadline) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("deep/a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  git.write("deep/b", "1\n");
  fifo(git.path() / "deep/.gitignore");
  const auto directory = host::Root::open("/")->anchor(git.path().string());
  const auto state = workspace::read_worktree(*directory, true, {}, std::chrono::milliseconds(300));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, Errc::timeout);
}

TEST_F(WorkspaceHostile, OddFilesOfTheWorkingTreeAreNoTrouble) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("big", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  fs::create_symlink("loop", git.path() / "loop");
  fs::create_directory_symlink("/", git.path() / "root");
  fifo(git.path() / "fifo");
  fs::resize_file(git.path() / "big", 1ULL << 40);  // sparse
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "uncommitted_files", {"modified"}), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"untracked"}), 2);  // as git counts: no FIFO
}

TEST_F(WorkspaceHostile, TextOfStrangersIsMadePrintableAndBounded) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  git.write("skills/\x1b[31m\nred\u202e", "1\n");
  git.commit_all("a\tb", now());
  const std::string tree = git.git({"rev-parse", "HEAD^{tree}"});
  const std::string person = "X <" + std::string(5'000, 'y') + "> ";
  const std::string commit =
      object(git, "commit",
             "tree " + tree + "\nauthor " + person + "99999999999999999 +0000\n" + "committer " +
                 person + "-5 +0000\n\nx\n");
  git.git({"update-ref", "refs/heads/odd", commit});
  const Batch batch = run();
  EXPECT_EQ(count(batch, "commits_total", {"unknown"}), 2);
  EXPECT_EQ(count(batch, "commits_wrong_time_total", {"backdated"}), 0);  // it follows none
  ASSERT_EQ(batch.findings().size(), 2);  // each commit brought the file
  for (const Finding& finding : batch.findings()) {
    EXPECT_EQ(finding.file.find('\x1b'), std::string::npos);
    EXPECT_EQ(finding.file.find('\n'), std::string::npos);
  }
}

TEST_F(WorkspaceHostile, TooManyBranchesAreUnknownNotGuessed) {
  const WorkspaceRepository git = repository();
  git.init();
  std::string packed = "# pack-refs with: peeled fully-peeled sorted\n";
  for (int i = 0; i < 20'001; ++i) {
    std::string id = std::to_string(i);
    id.insert(0, 40 - id.size(), 'a');
    packed += id + " refs/heads/b" + std::to_string(i) + "\n";
  }
  git.write(".git/packed-refs", packed);
  const Batch batch = run();
  EXPECT_THAT(details(batch), HasSubstr("refs: too many commits"));
  EXPECT_FALSE(has(batch, "clawvigil_git_commits_total", {"claw", "workspace", "agent"}));
}

TEST_F(WorkspaceHostile, ADamagedIndexOrConfigurationIsUnknown) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  git.write(".git/index", "DIRC" + std::string(100, '\xff'));
  Batch batch = run();
  EXPECT_THAT(details(batch), HasSubstr("index: damaged"));
  git.write(".git/config", "[core\n" + std::string(300'000, 'x'));
  batch = run();
  EXPECT_THAT(details(batch), HasSubstr(".git/config"));
  EXPECT_FALSE(has(batch, "clawvigil_git_remotes", {"claw", "workspace", "github"}));
}

}  // namespace
}  // namespace clawvigil::test
