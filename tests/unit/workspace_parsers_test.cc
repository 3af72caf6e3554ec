// What paths, git's configuration files and the frames of the auditing child are taken for.
#include <gmock/gmock.h>

#include "collectors/parse/git_config.h"
#include "collectors/parse/workspace_files.h"
#include "collectors/workspace/audit.h"
#include "collectors/workspace/authors.h"
#include "exporter/host/time_zone.h"

namespace clawvigil {
namespace {

using parse::file_class_of;
using parse::FileClass;
using parse::RemoteHost;
using testing::ElementsAre;

TEST(WorkspaceFiles, AreJudgedByTheirPath) {
  const std::pair<const char*, std::optional<FileClass>> cases[] = {
      {"SOUL.md", FileClass::instructions},
      {"agents.md", FileClass::instructions},
      {"docs/AGENTS.md", std::nullopt},
      {"MEMORY.md", FileClass::memory},
      {"memory/2026-11-22.md", FileClass::memory},
      {"skills/mail/SKILL.md", FileClass::skills},
      {"SKILL.md", FileClass::skills},
      {"skills/mail/.env", FileClass::env},
      {"openclaw.json", FileClass::config},
      {"deep/.npmrc", FileClass::config},
      {".env", FileClass::env},
      {"prod.env", FileClass::env},
      {".env.local", FileClass::env},
      {".env.example", std::nullopt},
      {"environment.md", std::nullopt},
      {".ssh/known_hosts", FileClass::ssh},
      {"id_ed25519", FileClass::ssh},
      {"id_ed25519.pub", std::nullopt},
      {"authorized_keys", FileClass::ssh},
      {".github/workflows/ci.yml", FileClass::ci},
      {"project/.gitlab-ci.yml", FileClass::ci},
      {".gitlab/notes.md", std::nullopt},
      {"hooks/boot/handler.ts", FileClass::hooks},
      {"src/hooks/use_thing.ts", std::nullopt},
      {".husky/pre-commit", FileClass::hooks},
      {".gitmodules", FileClass::submodule},
      {"", std::nullopt},
      {"/", std::nullopt},
  };
  for (const auto& [path, expected] : cases) EXPECT_EQ(file_class_of(path), expected) << path;
}

TEST(WorkspaceFiles, ProgramsBeginAsSuch) {
  EXPECT_TRUE(parse::begins_as_program("#!/bin/sh\n"));
  EXPECT_TRUE(
      parse::begins_as_program(std::string_view("\x7F"
                                                "ELF\2",
                                                5)));
  EXPECT_FALSE(parse::begins_as_program("# title\n"));
  EXPECT_FALSE(parse::begins_as_program(""));
}

TEST(GitConfig, GivesIdentitiesAndRemotes) {
  const parse::GitConfig config = parse::parse_git_config(
      "; comment\n[core]\n\tbare = false\n\thooksPath = .githooks\n"
      "[user] name = A\n\temail = \"Claw@Example.org\" # mine\n"
      "[remote \"origin\"]\n\turl = git@github.com:me/claw.git\n\turl = /second\n"
      "\tpushurl = https://token@gitlab.com/me/claw\n"
      "[remote \"a ] b\"]\n\turl = /srv/git/claw.git\n"
      "[branch \"main\"]\n\tremote = origin\n[includeIf \"gitdir:~/x\"]\n\tpath = y\n"
      "[author]\n\temail = other@example.org\n\temail\n");
  EXPECT_THAT(config.emails, ElementsAre("claw@example.org", "other@example.org"));
  EXPECT_THAT(config.remotes, ElementsAre(RemoteHost::github, RemoteHost::local));
  EXPECT_TRUE(config.includes);
  EXPECT_TRUE(config.hooks_path);
  EXPECT_TRUE(parse::parse_git_config("").remotes.empty());
}

TEST(GitConfig, KnowsWhereARemoteIs) {
  const std::pair<const char*, RemoteHost> cases[] = {
      {"https://github.com/me/x", RemoteHost::github},
      {"https://user:p@ss@github.com/me/x", RemoteHost::github},
      {"ssh://git@ssh.github.com:443/me/x.git", RemoteHost::github},
      {"git@gitlab.com:me/x.git", RemoteHost::gitlab},
      {"https://codeberg.org/me/x", RemoteHost::codeberg},
      {"https://github.com.evil.example/x", RemoteHost::other},
      {"git@bitbucket.org:me/x.git", RemoteHost::bitbucket},
      {"me@nas:x.git", RemoteHost::internal},
      {"ssh://nas.lan/x", RemoteHost::internal},
      {"https://claw.tail1234.ts.net/x", RemoteHost::internal},
      {"http://192.168.1.2/x", RemoteHost::internal},
      {"http://172.20.1.2/x", RemoteHost::internal},
      {"http://172.32.1.2/x", RemoteHost::other},
      {"http://[fd00::1]/x", RemoteHost::internal},
      {"git@nas1:x.git", RemoteHost::internal},
      {"http://172.16.example.org/x", RemoteHost::other},
      {"http://172.16.0.9/x", RemoteHost::internal},
      {"http://100.64.1.1/x", RemoteHost::internal},
      {"http://100.128.1.1/x", RemoteHost::other},
      {"http://169.254.1.1/x", RemoteHost::internal},
      {"http://127.0.0.1:3000/x", RemoteHost::internal},
      {"ssh://git@[::1]:22/x", RemoteHost::internal},
      {"http://[fc00::1]/x", RemoteHost::internal},
      {"http://[FE80::1]/x", RemoteHost::internal},
      {"ssh://git@[fe80::1%25eth0]/x", RemoteHost::internal},
      {"http://[2001:db8::1]/x", RemoteHost::other},
      {"http://fd.example.org/x", RemoteHost::other},
      {"http://8.8.8.8/x", RemoteHost::other},
      {"http://10.example.org/x", RemoteHost::other},
      {"/srv/git/x.git", RemoteHost::local},
      {"file:///srv/git/x.git", RemoteHost::local},
      {"../x.git", RemoteHost::local},
      {"https://git.example.org/x", RemoteHost::other},
      {"", RemoteHost::local},
  };
  for (const auto& [url, expected] : cases) EXPECT_EQ(parse::remote_host_of(url), expected) << url;
}

TEST(Authors, AreWhoTheyAreSaidToBe) {
  OwnerConfig owner;
  owner.emails = {"Me@Example.org"};
  WorkspaceConfig config;
  config.agent_emails = {"claw@example.org", "me@example.org"};
  workspace::Authors authors(owner, config,
                             [](std::string_view email) { return email == "old@example.org"; });
  authors.add_account("claw", "vps1.example.net");
  using workspace::AuthorClass;
  EXPECT_EQ(authors.class_of("me@example.org"), AuthorClass::owner);
  EXPECT_EQ(authors.class_of("claw@example.org"), AuthorClass::agent);
  EXPECT_EQ(authors.class_of("openclaw@localhost"), AuthorClass::agent);
  EXPECT_EQ(authors.class_of("claw@vps1"), AuthorClass::agent);
  EXPECT_EQ(authors.class_of("claw@vps1.example.net"), AuthorClass::agent);
  EXPECT_EQ(authors.class_of("claw@vps12.example.net"), AuthorClass::unknown);
  EXPECT_EQ(authors.class_of("old@example.org"), AuthorClass::known);
  EXPECT_EQ(authors.class_of(""), AuthorClass::unknown);
}

TEST(AuditFrames, CarryWhatTheyAreGiven) {
  workspace::CommitFacts commit;
  commit.id.bytes.fill(7);
  commit.authored = -5;
  commit.committed = 1'700'000'000;
  commit.deleted = 3;
  commit.changes[4] = 2;
  commit.author = "";
  commit.committer = "a@b.c";
  workspace::AuditResult result;
  ASSERT_TRUE(decode_frame(workspace::lost_frame(4), result));
  std::string packed(1, workspace::kPackedFrame);
  workspace::pack(packed, workspace::author_frame("x@y.z"));
  workspace::pack(packed, workspace::commit_frame(commit));
  ASSERT_TRUE(decode_frame(packed, result));
  ASSERT_TRUE(decode_frame(workspace::file_frame(FileClass::env, "a\x1b/.env"), result));
  ASSERT_TRUE(decode_frame(workspace::end_frame(true), result));
  EXPECT_EQ(result.lost, 4);
  EXPECT_THAT(result.authors, ElementsAre("x@y.z"));
  ASSERT_EQ(result.commits.size(), 1);
  EXPECT_EQ(result.commits[0].id, commit.id);
  EXPECT_EQ(result.commits[0].authored, -5);
  EXPECT_EQ(result.commits[0].changes, commit.changes);
  EXPECT_EQ(result.commits[0].author, "");
  EXPECT_EQ(result.commits[0].committer, "a@b.c");
  ASSERT_EQ(result.files.size(), 1);
  EXPECT_EQ(result.files[0].path.find('\x1b'), std::string::npos);
  EXPECT_TRUE(result.complete);
  EXPECT_FALSE(decode_frame(workspace::end_frame(true), result));  // nothing follows the end
}

TEST(AuditFrames, OfAChildThatWasTakenOverAreRefused) {
  for (const std::string_view frame :
       {"", "X", "Lx", "C", "F3", "E2", "Hxyz", "Pz", "P\1\1A", "P\1"}) {
    workspace::AuditResult result;
    EXPECT_FALSE(decode_frame(frame, result)) << frame;
  }
  workspace::AuditResult result;
  EXPECT_FALSE(
      decode_frame(workspace::file_frame(FileClass::env, ".env"), result));  // of no commit
  EXPECT_FALSE(decode_frame(workspace::author_frame(std::string(300, 'x')), result));
}

TEST(TimeZone, FollowsTheRulesOfItsPlace) {
  using std::chrono::hours;
  const auto paris = host::TimeZone::load("Europe/Paris");
  ASSERT_TRUE(paris) << "tzdata is not installed";
  const SystemTime winter(std::chrono::seconds(1'800'021'600));  // 2027-01-15 14:00 UTC
  EXPECT_EQ(paris->time_of_day(winter), hours(15));
  EXPECT_EQ(paris->time_of_day(winter + hours(24 * 180)), hours(16));         // summer
  EXPECT_EQ(paris->time_of_day(winter + hours(24 * (365 * 30))), hours(15));  // beyond the tables
  EXPECT_EQ(host::TimeZone::load("Asia/Kolkata")->time_of_day(winter),
            hours(19) + std::chrono::minutes(30));
  for (const char* const name : {"Atlantis/Poseidonis", "../../../etc/passwd", "/etc/localtime",
                                 "libc:localtime", "Europe"}) {
    const auto zone = host::TimeZone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, Errc::not_found);
  }
  EXPECT_TRUE(host::TimeZone::load(""));
}

}  // namespace
}  // namespace clawvigil
