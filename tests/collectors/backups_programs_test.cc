// The collector over repositories the real restic and borg make, change and damage.
#include <gmock/gmock.h>

#include "tests/support/backup_fixture.h"
#include "tests/support/program.h"

namespace clawvigil::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class BackupPrograms : public BackupFixture {
 protected:
  void SetUp() override {
    // What was just made is to count as complete.
    harness_.clock.set_wall(SystemClock().now().wall + 10min);
    std::filesystem::create_directories(home());
  }
  [[nodiscard]] std::string home() const { return harness_.directory() / "home"; }
  [[nodiscard]] std::string at(std::string_view name) const { return harness_.directory() / name; }

  // In the temporary directory, as a user whose home is there.
  void shell(const std::string& script) {
    const std::string log = at("log");
    auto program = start_program(
        {"env", "HOME=" + home(), "RESTIC_PASSWORD=x", "BORG_PASSPHRASE=x",
         "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes", "BORG_RELOCATED_REPO_ACCESS_IS_OK=yes",
         "sh", "-ec", "cd " + harness_.directory().path() + "\n" + script},
        log);
    ASSERT_EQ(program->wait(), 0) << script << "\n" << read_all(log);
  }
  static double seconds(const Batch& batch, const std::string& name) {
    return value(batch, "clawvigil_backup_last_success_timestamp_seconds", {name});
  }
  [[nodiscard]] double now() const { return to_unix_seconds(harness_.clock.now().wall - 10min); }
};

TEST_F(BackupPrograms, Restic) {
  if (!has_program("restic")) GTEST_SKIP() << "SKIPPED: restic is not installed";
  shell(
      "mkdir src; echo 1 > src/a; restic init -q -r repo; restic backup -q -r repo src\n"
      "echo 2 > src/a; restic backup -q -r repo src");
  add_source(BackupKind::restic, at("repo"));
  const auto caches = std::filesystem::directory_iterator(home() + "/.cache/restic");
  for (const auto& cache : caches) {
    if (cache.is_directory()) add_source(BackupKind::restic, cache.path());
  }
  ASSERT_EQ(harness_.config.backups.sources.size(), 2U);
  Batch batch = run();
  for (const char* name : {"b0", "b1"}) {
    EXPECT_EQ(value(batch, "clawvigil_backups_kept", {name}), 2) << name;
    EXPECT_NEAR(seconds(batch, name), now(), 120) << name;
    EXPECT_EQ(value(batch, "clawvigil_backup_encrypted", {name}), 1) << name;
  }
  EXPECT_THAT(details(batch), HasSubstr("b1: a cache does not say where its repository is"));

  // Forgotten, and locked by a program that runs.
  shell("restic forget -q -r repo --keep-last 1 --prune; echo lock > repo/locks/$(printf %064d 1)");
  batch = run();
  EXPECT_EQ(value(batch, "clawvigil_backups_kept", {"b0"}), 1);
  EXPECT_EQ(value(batch, "clawvigil_backups_kept", {"b1"}), 1);
  EXPECT_NEAR(seconds(batch, "b0"), now(), 120);

  // A crash left an empty snapshot; then the key is gone, then all but data.
  shell("for f in repo/snapshots/*; do chmod u+w $f; : > $f; done");
  EXPECT_EQ(value(run(), "clawvigil_backup_present", {"b0"}), 0);
  shell("rm -f repo/keys/*");
  batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_backup_present", {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("no key left"));
  shell("rm -rf repo/config");
  EXPECT_THAT(details(run()), HasSubstr("neither a restic repository nor its cache"));
}

TEST_F(BackupPrograms, Borg) {
  if (!has_program("borg")) GTEST_SKIP() << "SKIPPED: borg is not installed";
  shell(
      "mkdir src; echo 1 > src/a\n"
      "for mode in none repokey; do\n"
      "  borg init -e $mode $mode; borg create $mode::one src\ndone");
  for (const char* mode : {"none", "repokey"}) {
    add_source(BackupKind::borg, at(mode));
  }
  Batch batch = run();
  EXPECT_EQ(value(batch, "clawvigil_backup_encrypted", {"b0"}), 0);
  EXPECT_EQ(value(batch, "clawvigil_backup_encrypted", {"b1"}), 1);
  for (const char* name : {"b0", "b1"}) {
    EXPECT_NEAR(seconds(batch, name), now(), 120) << name;
    EXPECT_FALSE(has(batch, "clawvigil_backups_kept", {name})) << name;
  }

  // As a client of a repository elsewhere sees it: by what it remembers alone.
  const auto entries = std::filesystem::directory_iterator(home() + "/.config/borg/security");
  for (const auto& entry : entries) add_source(BackupKind::borg, entry.path());
  ASSERT_EQ(harness_.config.backups.sources.size(), 4U);
  const std::string remote = harness_.config.backups.sources.back().path;
  shell("printf ssh://borg@backup.example.org/./claw > " + remote + "/location");
  batch = run();
  EXPECT_NEAR(seconds(batch, "b3"), now(), 120);
  EXPECT_EQ(value(batch, "clawvigil_backup_off_host", {"b3"}), 1);
  EXPECT_TRUE(has(batch, "clawvigil_backup_encrypted", {"b3"}));
  EXPECT_FALSE(has(batch, "clawvigil_backup_off_host", {"b2"}));
  EXPECT_THAT(details(batch), HasSubstr("its repository is a path"));

  // Damaged: without index its time is not known; without config it is none.
  shell("rm none/index.*; : > repokey/config");
  batch = run();
  EXPECT_FALSE(has(batch, "clawvigil_backup_last_success_timestamp_seconds", {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("b0: it has no index"));
  EXPECT_THAT(details(batch), HasSubstr("b1: config: not of a borg repository"));
  shell("rm -r none/data");
  EXPECT_THAT(details(run()), HasSubstr("b0: neither a borg repository"));
}

// A prune that deletes nothing changes the repository, and is no backup: what root's borg remembers
// knows better.
TEST_F(BackupPrograms, APruneIsNoBackup) {
  if (!has_program("borg")) GTEST_SKIP() << "SKIPPED: borg is not installed";
  shell(
      "mkdir src; echo 1 > src/a; borg init -e none repo; borg create repo::one src\n"
      "borg prune --keep-last 5 repo; borg compact repo\n"
      "mkdir etc; echo root:x:0:0:root:/home:/bin/sh > etc/passwd\n"
      "for f in home/.config/borg/security/*/manifest-timestamp; do "
      "printf 2026-01-02T03:04:05.000001 > $f; done");
  add_source(BackupKind::borg, "/repo");
  harness_.use_root(harness_.directory().path());
  EXPECT_DOUBLE_EQ(seconds(run(), "b0"), 1767323045.000001);
}

}  // namespace
}  // namespace clawvigil::test
