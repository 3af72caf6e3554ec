// Places of backups and sessions an agent may have prepared: FIFOs, symlinks, endless directories,
// files that claim to be huge, names that are none.
#include <gmock/gmock.h>

#include <filesystem>

#include "collectors/retention.h"
#include "tests/support/backup_fixture.h"

namespace clawvigil::test {
namespace {

using testing::HasSubstr;

const std::string kBorgConfig = "[repository]\nversion = 1\nid = " + std::string(64, 'a') + "\n";

class BackupsHostile : public BackupFixture {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const {
    const std::string path = harness_.directory() / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    return path;
  }
};

TEST_F(BackupsHostile, WhatIsNoFileIsNoBackup) {
  ASSERT_EQ(::mkfifo(at("a/fifo.age").c_str(), 0600), 0);
  std::filesystem::create_symlink("/etc/passwd", at("a/link.age"));
  std::filesystem::create_directory(at("a/directory.age"));
  add_files("a/*.age");
  add_source(BackupKind::stamp, at("a/fifo.age"));
  add_source(BackupKind::stamp, at("a/link.age"));
  add_source(BackupKind::restic, at("a/fifo.age"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_backup_present", {"b0"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_backup_present", {"b3"}), 0);
  for (const char* name : {"b1", "b2"}) {
    EXPECT_FALSE(has(batch, "clawvigil_backup_present", {name})) << name;
  }
  EXPECT_THAT(details(batch), HasSubstr("backup b1: not a regular file"));
}

TEST_F(BackupsHostile, ATerabyteOfNothingIsNotRead) {
  const std::string path = write("a/1.tar", "", kDay);
  ASSERT_EQ(::truncate(path.c_str(), off_t{1} << 40), 0);
  set_age(path, kDay);
  add_files("a/*");
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_backup_size_bytes", {"b0"}), 1099511627776.0);
  EXPECT_FALSE(has(batch, "clawvigil_backup_encrypted", {"b0"}));
}

TEST_F(BackupsHostile, TheFutureMakesNoBackupYoung) {
  write("a/1.age", "age-encryption.org/v1\n", kDay);
  write("a/2.age", "age-encryption.org/v1\n", -900 * kDay);
  add_files("a/*");
  add_files("a/2*");
  add_source(BackupKind::stamp, at("a/2.age"));
  const Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_backup_last_success_timestamp_seconds", {"b0"}),
            to_unix_seconds(harness_.clock.now().wall - kDay));
  EXPECT_FALSE(has(batch, "clawvigil_backup_present", {"b1"}));
  EXPECT_FALSE(has(batch, "clawvigil_backup_present", {"b2"}));
  EXPECT_THAT(details(batch), HasSubstr("b1: every one is dated in the future"));
}

TEST_F(BackupsHostile, NamesAreShownHarmlessly) {
  write("a/\xff\x1b[31m\n.7z", "7z", kDay);
  add_files("a/*");
  const std::string text = details(run());
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("cannot be told"));
}

TEST_F(BackupsHostile, EndlessDirectoriesAreRefused) {
  const std::string first = write("b/first", "", kDay);
  const std::string directory = std::filesystem::path(at("a/x")).parent_path();
  std::string source = first;  // a file has at most 65,000 names
  for (int i = 0; i <= 100'000; ++i) {
    if (i == 60'000) source = write("b/second", "", kDay);
    ASSERT_EQ(::link(source.c_str(), (directory + "/" + std::to_string(i)).c_str()), 0);
  }
  add_files("a/*");
  Batch batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_backup_present", {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("more than 100000 directory entries"));

  // As segments they are refused as well, and not taken for a repository without data.
  harness_.directory().write("r/config", kBorgConfig);
  std::filesystem::create_directories(at("r/data/x"));
  std::filesystem::rename(directory, at("r/data/0"));
  harness_.config.backups.sources.clear();
  add_source(BackupKind::borg, harness_.directory() / "r");
  batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_backup_encrypted", {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("more than 100000 directory entries"));
}

TEST_F(BackupsHostile, ABorgRepositoryThatIsNone) {
  for (const char* name : {"config", "data/0/0"}) {
    std::filesystem::create_directories(std::filesystem::path(at("r/x")).parent_path());
    ASSERT_TRUE(std::filesystem::create_directories(at(std::string("r/") + name)));
  }
  add_source(BackupKind::borg, harness_.directory() / "r");
  EXPECT_THAT(details(run()), HasSubstr("not a regular file"));
}

// Whether the oldest segments tell anything or not, and whatever is where they should be.
TEST_F(BackupsHostile, SegmentsThatSayNothing) {
  harness_.directory().write("commits/config", kBorgConfig);
  for (const char* part : {"0", "1"}) {
    for (int i = 0; i < 12; ++i) {
      harness_.directory().write("commits/data/" + std::string(part) + "/" + std::to_string(i),
                                 "BORG_SEG");
    }
  }
  // Of borg's kind "none"; beyond the segments that are looked at.
  harness_.directory().write("commits/data/2/99", "BORG_SEG" + std::string(41, '\0') + '\x02');
  harness_.directory().write("empty/config", kBorgConfig);
  std::filesystem::create_directories(at("empty/data/0"));
  for (const char* name : {"commits", "empty"}) {
    add_source(BackupKind::borg, harness_.directory() / name);
  }
  const Batch batch = run();
  for (const char* name : {"b0", "b1"}) {
    EXPECT_FALSE(has(batch, "clawvigil_backup_encrypted", {name})) << name;
  }
  EXPECT_THAT(details(batch), HasSubstr("b0: its oldest segments hold no data"));
  EXPECT_THAT(details(batch), HasSubstr("b1: there is no data in it yet"));
}

TEST_F(BackupsHostile, SessionsOfAnyKindOfFile) {
  harness_.add_home();
  ASSERT_EQ(::mkfifo(at("claw/agents/main/sessions/a.jsonl").c_str(), 0600), 0);
  std::filesystem::create_symlink("/etc/passwd", at("claw/agents/main/sessions/b.jsonl"));
  std::filesystem::create_symlink("/", at("claw/agents/loop"));
  std::filesystem::create_symlink("/etc", at("claw/agents/main/session-sqlite-import-archive"));
  ASSERT_EQ(::mkfifo(at("claw/agents/main/agent/openclaw-agent.sqlite").c_str(), 0600), 0);
  const auto retention = make_retention_collector();
  const Batch batch = harness_.run(*retention);
  EXPECT_FALSE(has(batch, "clawvigil_session_oldest_timestamp_seconds", {"claw"}));
  EXPECT_THAT(details(batch), HasSubstr("refused"));
}

}  // namespace
}  // namespace clawvigil::test
