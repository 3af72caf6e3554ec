// What the collector says of repositories made by the real git.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/support/workspace_fixture.h"

namespace clawvigil::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using WorkspaceTest = WorkspaceFixture;

TEST_F(WorkspaceTest, AWorkspaceWithoutGitIsSaidToHaveNone) {
  const Batch batch = run();
  EXPECT_EQ(count(batch, "repository_present", {}), 0);
  EXPECT_EQ(count(batch, "commits_total", {"unknown"}), 0);
  EXPECT_EQ(details(batch), "");
}

TEST_F(WorkspaceTest, ARepositoryWithoutACommitCountsItsFilesAsUntracked) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("SOUL.md", "be kind\n");
  git.write("AGENTS.md", "be brief\n");
  git.write("memory/2026-11-22.md", "was kind\n");
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "repository_present", {}), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"untracked"}), 3);
  EXPECT_EQ(count(batch, "tracked_files", {}), 0);
  EXPECT_FALSE(has(batch, "clawvigil_git_head_timestamp_seconds", {"claw", "workspace"}));
  // The first commit is news.
  git.commit_all(kAgent, now());
  const Batch after = run();
  EXPECT_EQ(count(after, "commits_total", {"agent"}), 1);
  EXPECT_EQ(count(after, "sensitive_changes_total", {"instructions", "agent"}), 2);
  EXPECT_EQ(count(after, "sensitive_changes_total", {"memory", "agent"}), 1);
  EXPECT_EQ(count(after, "uncommitted_files", {"untracked"}), 0);
  EXPECT_EQ(count(after, "head_timestamp_seconds", {}), static_cast<double>(now() - 60));
  EXPECT_THAT(findings(after),
              ElementsAre("instructions: AGENTS.md (agent)", "instructions: SOUL.md (agent)"));
}

TEST_F(WorkspaceTest, OldHistoryIsNoBurstAndItsAuthorsAreKnown) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("SOUL.md", "one\n");
  git.commit_all(kStranger, now() - 90'000);
  git.write("SOUL.md", "two\n");
  git.commit_all(kOwner, now() - 3'600);
  const Batch first = run();
  EXPECT_EQ(details(first), "");
  EXPECT_EQ(count(first, "commits_total", {"owner"}), 0);
  EXPECT_EQ(count(first, "sensitive_changes_total", {"instructions", "owner"}), 0);
  EXPECT_EQ(count(first, "commits_last_day", {"owner"}), 1);  // of the last 24 hours
  EXPECT_EQ(count(first, "commits_last_day", {"known"}), 0);
  git.write("notes.md", "three\n");
  git.commit_all(kStranger, now());
  git.write("notes.md", "four\n");
  git.commit_all("new@example.com", now());
  const Batch second = run();
  EXPECT_EQ(count(second, "commits_total", {"known"}), 1);
  EXPECT_EQ(count(second, "commits_total", {"unknown"}), 1);
  EXPECT_EQ(count(second, "commits_total", {"owner"}), 0);
  harness.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(count(run(), "commits_last_day", {"unknown"}), 0);
}

TEST_F(WorkspaceTest, CountersSurviveARestartAndNothingIsCountedTwice) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  git.write("a.md", "1\n");
  git.commit_all(kAgent, now());
  EXPECT_EQ(count(run(), "commits_total", {"agent"}), 1);
  restart();
  EXPECT_EQ(count(run(), "commits_total", {"agent"}), 1);
  git.write("a.md", "2\n");
  git.commit_all(kAgent, now());
  restart();
  const Batch batch = run();
  EXPECT_EQ(count(batch, "commits_total", {"agent"}), 2);
  EXPECT_EQ(count(batch, "commits_last_day", {"agent"}), 2);
}

TEST_F(WorkspaceTest, TheAgentIsWhomGitIsConfiguredWith) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  git.git({"config", "user.email", "Agent@Host.example"});
  git.write("a.md", "1\n");
  git.commit_all("agent@host.example", now());
  git.write("a.md", "2\n");
  git.commit_all("agent@elsewhere.example", now());
  const Batch batch = run();
  EXPECT_EQ(count(batch, "commits_total", {"agent"}), 1);
  EXPECT_EQ(count(batch, "commits_total", {"unknown"}), 1);
}

TEST_F(WorkspaceTest, KindsOfFilesAreCountedByWhoTouchedThem) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  for (const char* const name :
       {"openclaw.json", ".env", "deploy/.ssh/config", ".github/workflows/ci.yml",
        "hooks/boot/handler.ts", "skills/mail/SKILL.md", "notes.md", "prod.env", "id_ed25519",
        ".env.example"}) {
    git.write(name, "x\n");
  }
  git.commit_all(kStranger, now());
  const Batch batch = run();
  const auto changes = [&](const std::string& file_class) {
    return count(batch, "sensitive_changes_total", {file_class, "unknown"});
  };
  EXPECT_EQ(changes("config"), 1);
  EXPECT_EQ(changes("env"), 2);
  EXPECT_EQ(changes("ssh"), 2);
  EXPECT_EQ(changes("ci"), 1);
  EXPECT_EQ(changes("hooks"), 1);
  EXPECT_EQ(changes("skills"), 1);
  EXPECT_EQ(changes("instructions"), 0);
  EXPECT_EQ(count(batch, "tracked_key_files", {"env"}), 2);
  EXPECT_EQ(count(batch, "tracked_key_files", {"ssh"}), 2);
  EXPECT_EQ(count(batch, "sensitive_changes_last_day", {"env"}), 2);
}

TEST_F(WorkspaceTest, ProgramsAreSeenByTheirModeAndTheirFirstBytes) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("later.sh", "echo\n");
  git.write("text.md", "echo\n");
  git.commit_all(kOwner, now() - 90'000);
  run();
  git.write("script", "#!/bin/sh\n");
  git.write("binary",
            "\x7F"
            "ELF....");
  git.write("tool", "plain\n");
  git.make_executable("tool");
  git.make_executable("later.sh");
  git.write("text.md", "#!/bin/sh\n");  // was there before, and nothing runs it
  git.commit_all(kAgent, now());
  EXPECT_EQ(count(run(), "executables_added_total", {"agent"}), 4);
  git.write("tool", "changed\n");  // is one already
  git.commit_all(kAgent, now());
  EXPECT_EQ(count(run(), "executables_added_total", {"agent"}), 4);
}

TEST_F(WorkspaceTest, DeletedFilesAreCountedAndMovedOnesAreNot) {
  const WorkspaceRepository git = repository();
  git.init();
  for (int i = 0; i < 30; ++i) git.write("old/" + std::to_string(i), std::to_string(i) + "\n");
  git.commit_all(kOwner, now() - 90'000);
  run();
  std::filesystem::rename(git.path() / "old", git.path() / "new");
  git.commit_all(kOwner, now());
  EXPECT_EQ(count(run(), "files_deleted_total", {}), 0);
  std::filesystem::remove_all(git.path() / "new");
  git.write("left", "one\n");
  git.commit_all(kOwner, now());
  EXPECT_EQ(count(run(), "files_deleted_total", {}), 30);
}

TEST_F(WorkspaceTest, HoursAreThoseOfTheOwnersZone) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  // 2027-01-15 in Paris is an hour ahead of UTC: 22:30 and 23:30 there.
  git.write("a", "1\n");
  git.commit_all(kOwner, 1'800'048'600);
  harness.clock.set_wall(SystemTime(std::chrono::seconds(1'800'052'500)));
  EXPECT_EQ(count(run(), "commits_unusual_time_total", {"owner"}), 0);
  git.write("a", "2\n");
  git.commit_all(kOwner, 1'800'052'200);
  EXPECT_EQ(count(run(), "commits_unusual_time_total", {"owner"}), 1);
  harness.config.owner.time_zone = "Atlantis/Poseidonis";
  const Batch batch = run();
  EXPECT_THAT(details(batch), HasSubstr("time zone Atlantis/Poseidonis: not installed"));
}

TEST_F(WorkspaceTest, ATimeThatCannotBeRightIsToldAndNotBelieved) {
  const WorkspaceRepository git = repository();
  git.init();
  run();
  git.write("a", "1\n");
  git.commit_all(kOwner, now());
  git.write("a", "2\n");
  git.commit_all(kOwner, now() - 7'200);  // before the one it follows
  git.write("a", "3\n");
  git.commit_all(kOwner, now() + 43'200);  // three at night, tomorrow
  const Batch batch = run();
  EXPECT_EQ(count(batch, "commits_wrong_time_total", {"future"}), 1);
  EXPECT_EQ(count(batch, "commits_wrong_time_total", {"backdated"}), 1);
  EXPECT_EQ(count(batch, "commits_unusual_time_total", {"owner"}), 0);  // seen in the afternoon
}

TEST_F(WorkspaceTest, RewrittenHistoryIsCounted) {
  const WorkspaceRepository git = repository();
  git.init();
  for (int i = 0; i < 5; ++i) {
    git.write("a", std::to_string(i) + "\n");
    git.commit_all(kOwner, now() - 90'000 + i);
  }
  run();
  git.git({"reset", "-q", "--hard", "HEAD~3"});
  Batch batch = run();
  EXPECT_EQ(count(batch, "history_rewrites_total", {}), 1);
  EXPECT_EQ(count(batch, "commits_lost_total", {}), 3);
  batch = run();
  EXPECT_EQ(count(batch, "history_rewrites_total", {}), 1);
  git.git({"branch", "side"});
  git.git({"branch", "-D", "-q", "side"});  // merged: nothing is gone
  EXPECT_EQ(count(run(), "history_rewrites_total", {}), 1);
  git.git({"checkout", "-q", "-b", "side"});
  git.commit_all(kOwner, now());
  git.commit_all(kOwner, now() + 1);
  run();
  git.git({"checkout", "-q", "main"});
  run();
  git.git({"branch", "-D", "-q", "side"});  // given up, from elsewhere
  EXPECT_EQ(count(run(), "history_rewrites_total", {}), 1);
  std::filesystem::remove_all(git.path() / ".git");
  EXPECT_EQ(count(run(), "repository_present", {}), 0);
  git.init();
  git.commit_all(kOwner, now());
  batch = run();
  EXPECT_EQ(count(batch, "history_rewrites_total", {}), 2);  // another one in its place
  EXPECT_EQ(count(batch, "commits_total", {"owner"}), 3);
}

TEST_F(WorkspaceTest, MergesCountOnceAndTheirCommitterIsToldApart) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write("a", "1\n");
  git.write("SOUL.md", "1\n");
  git.commit_all(kOwner, now() - 90'000);
  run();
  git.git({"checkout", "-q", "-b", "side"});
  git.write("SOUL.md", "2\n");
  git.commit_all(kAgent, now());
  git.git({"checkout", "-q", "main"});
  git.write("a", "2\n");
  git.commit_all(kOwner, now());
  git.git({"merge", "-q", "--no-ff", "-m", "merge", "side"}, kOwner, now());
  git.git({"commit", "-q", "--allow-empty", "-m", "x", "--author", "S <else@example.net>"}, kOwner,
          now());
  const Batch batch = run();
  EXPECT_EQ(count(batch, "commits_total", {"agent"}), 1);
  EXPECT_EQ(count(batch, "commits_total", {"owner"}), 2);
  EXPECT_EQ(count(batch, "commits_total", {"unknown"}), 1);
  EXPECT_EQ(count(batch, "sensitive_changes_total", {"instructions", "agent"}), 1);
  EXPECT_EQ(count(batch, "sensitive_changes_total", {"instructions", "owner"}), 0);
  EXPECT_EQ(count(batch, "commits_other_committer_total", {}), 1);
}

TEST_F(WorkspaceTest, WhatLiesUncommittedIsWhatGitStatusSays) {
  const WorkspaceRepository git = repository();
  git.init();
  git.write(".gitignore", "*.log\nnode_modules/\n");
  for (const char* const name : {"a", "b", "c", "d/e", "same"}) git.write(name, "1\n");
  git.commit_all(kOwner, now() - 90'000);
  git.write("a", "22\n");
  std::filesystem::remove(git.path() / "b");
  git.write("c", "33\n");
  git.git({"add", "c"});
  git.write("new", "1\n");
  git.write("other/1", "1\n");
  git.write("other/2", "1\n");
  git.write("noise.log", "1\n");
  git.write("node_modules/x/index.js", "1\n");
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "uncommitted_files", {"modified"}), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"deleted"}), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"staged"}), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"untracked"}), 2);
  EXPECT_EQ(count(batch, "tracked_files", {}), 6);
  EXPECT_EQ(git.git({"status", "--porcelain"}), " M a\n D b\nM  c\n?? new\n?? other/");
}

TEST_F(WorkspaceTest, RemotesAndHooksAreCountedNeverShown) {
  const WorkspaceRepository git = repository();
  git.init();
  git.git({"remote", "add", "origin", "https://me:SECRET@github.com/me/claw.git"});
  git.git({"remote", "add", "nas", "git@nas.lan:claw.git"});
  git.write(".git/hooks/post-commit", "#!/bin/sh\n");
  git.write(".git/hooks/not-executable", "#!/bin/sh\n");
  EXPECT_EQ(::chmod((git.path() / ".git/hooks/post-commit").c_str(), 0755), 0);
  EXPECT_EQ(::chmod((git.path() / ".git/hooks/not-executable").c_str(), 0644), 0);
  const Batch batch = run();
  EXPECT_EQ(count(batch, "remotes", {"github"}), 1);
  EXPECT_EQ(count(batch, "remotes", {"internal"}), 1);
  EXPECT_EQ(count(batch, "remotes", {"other"}), 0);
  EXPECT_EQ(count(batch, "active_hooks", {}), 1);
}

TEST_F(WorkspaceTest, ARepositoryAroundTheConfigurationIsWatchedToo) {
  const WorkspaceRepository git = repository(".");
  git.init();
  git.write("openclaw.json", "{}\n");
  git.write("credentials/x.json", "{}\n");
  git.git({"add", "openclaw.json"});
  git.git({"commit", "-q", "-m", "x"}, kOwner, now() - 90'000);
  git.git({"remote", "add", "origin", "git@github.com:me/dotfiles.git"});
  const Batch batch = run();
  EXPECT_EQ(details(batch), "");
  EXPECT_EQ(count(batch, "remotes", {"github"}, "config"), 1);
  EXPECT_EQ(count(batch, "tracked_key_files", {"config"}, "config"), 1);
  EXPECT_EQ(count(batch, "uncommitted_files", {"modified"}, "config"), 0);
  EXPECT_FALSE(has(batch, "clawvigil_git_uncommitted_files", {"claw", "config", "untracked"}));
  EXPECT_EQ(count(batch, "repository_present", {}), 0);
}

TEST_F(WorkspaceTest, AWorkspaceElsewhereIsCalledAfterItsAgent) {
  const TempDir elsewhere;
  std::filesystem::create_directory(elsewhere / "desk");
  harness.directory().write("claw/openclaw.json", R"({"agents": {"list": [{"id": "ops",
      "workspace": ")" + std::string(elsewhere / "desk") +
                                                      R"("}]}})");
  const WorkspaceRepository git(elsewhere / "desk");
  git.init();
  const Batch batch = run();
  EXPECT_EQ(count(batch, "repository_present", {}, "ops"), 1);
}

}  // namespace
}  // namespace clawvigil::test
