#include "collectors/backups.h"

#include <gmock/gmock.h>
#include <sys/sysmacros.h>

#include <map>

#include "collectors/backups/reading.h"
#include "exporter/store/restore_tests.h"
#include "tests/support/backup_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view kPresent = "clawvigil_backup_present";
constexpr std::string_view kNewest = "clawvigil_backup_last_success_timestamp_seconds";
constexpr std::string_view kSize = "clawvigil_backup_size_bytes";
constexpr std::string_view kUsual = "clawvigil_backup_usual_size_bytes";
constexpr std::string_view kKept = "clawvigil_backups_kept";
constexpr std::string_view kEncrypted = "clawvigil_backup_encrypted";
constexpr std::string_view kOffHost = "clawvigil_backup_off_host";
constexpr std::string_view kSince = "clawvigil_backup_known_since_timestamp_seconds";
constexpr std::string_view kTested = "clawvigil_backup_restore_tested_timestamp_seconds";
constexpr std::string_view kCanChange = "clawvigil_backup_agent_can_change";
constexpr std::string_view kOpen = "clawvigil_backup_open_to_others";
constexpr std::string_view kSources = "clawvigil_backup_sources";
constexpr std::string_view kAge = "age-encryption.org/v1\n-> X25519 x\n";

class Backups : public BackupFixture {
 protected:
  [[nodiscard]] double seconds_ago(Duration age) const {
    return to_unix_seconds(harness_.clock.now().wall - age);
  }
};

TEST_F(Backups, WithoutOpenClawNothingIsMissed) { EXPECT_TRUE(run().families().empty()); }

TEST_F(Backups, NothingConfiguredAndNothingFoundIsNoBackup) {
  harness_.add_home("claw/.openclaw");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kSources), 0);
  EXPECT_EQ(batch.families().size(), 1U);
  EXPECT_TRUE(batch.unknowns().empty());
}

TEST_F(Backups, FilesTellAgeSizeNumberAndEncryption) {
  for (int day = 1; day <= 6; ++day) {
    write("nas/openclaw-" + std::to_string(day) + ".tar.age",
          std::string(kAge) + std::string(static_cast<std::size_t>(1000 * day), 'x'), day * kDay);
  }
  write("nas/openclaw-7.tar.age.part", "unfinished", 1h);
  write("nas/.openclaw-8.tar.age.Xy12", "rsync is at it", 1h);
  write("nas/other.tar.gz", "another thing", 1h);
  BackupSource& source = add_files("nas/openclaw-*");
  source.max_age = 26h;
  source.keep = 14;
  const Batch batch = run();
  EXPECT_EQ(value(batch, kSources), 1);
  EXPECT_EQ(value(batch, kPresent, {"b0"}), 1);
  EXPECT_DOUBLE_EQ(value(batch, kNewest, {"b0"}), seconds_ago(kDay));
  const double head = static_cast<double>(kAge.size());
  EXPECT_EQ(value(batch, kSize, {"b0"}), head + 1000);
  EXPECT_EQ(value(batch, kUsual, {"b0"}), head + 4000);  // of 2, 3, 4, 5 and 6 thousand
  EXPECT_EQ(value(batch, kKept, {"b0"}), 6);
  EXPECT_EQ(value(batch, "clawvigil_backups_keep", {"b0"}), 14);
  EXPECT_EQ(value(batch, "clawvigil_backup_max_age_seconds", {"b0"}), 26 * 3600);
  EXPECT_EQ(value(batch, kEncrypted, {"b0"}), 1);
  EXPECT_DOUBLE_EQ(value(batch, kSince, {"b0"}), seconds_ago(6 * kDay));
  EXPECT_FALSE(has(batch, kTested, {"b0"}));
}

TEST_F(Backups, AFileThatIsStillWrittenIsNotTheNewest) {
  write("a/1.age", kAge, kDay);
  write("a/2.age", "", 1min);
  add_files("a/*.age");
  Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kNewest, {"b0"}), seconds_ago(kDay));
  EXPECT_EQ(value(batch, kKept, {"b0"}), 2);
  // The very first one: it is there, and it has no age yet.
  std::filesystem::remove(harness_.directory() / "a/1.age");
  batch = run();
  EXPECT_EQ(value(batch, kPresent, {"b0"}), 1);
  EXPECT_FALSE(has(batch, kNewest, {"b0"}));
  EXPECT_TRUE(batch.unknowns().empty()) << details(batch);
}

TEST_F(Backups, AnEmptyFileIsANewestOfNothing) {
  for (int day = 1; day <= 4; ++day) {
    write("a/" + std::to_string(day) + ".gz", day == 1 ? "" : "\x1f\x8b........", day * kDay);
  }
  add_files("a/*.gz");
  const Batch batch = run();
  EXPECT_EQ(value(batch, kSize, {"b0"}), 0);
  EXPECT_EQ(value(batch, kUsual, {"b0"}), 10);
  EXPECT_FALSE(has(batch, kEncrypted, {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("cannot be told from how it begins"));
}

TEST_F(Backups, NothingWhereItShouldBe) {
  add_files("nowhere/*.age");
  harness_.directory().write("empty/other", "x");
  add_files("empty/*.age");
  add_source(BackupKind::restic, harness_.directory() / "unmounted");
  std::filesystem::create_directory(harness_.directory() / "mountpoint");
  add_source(BackupKind::borg, harness_.directory() / "mountpoint");
  add_source(BackupKind::stamp, harness_.directory() / "stamp");
  const Batch batch = run();
  for (const char* name : {"b0", "b1", "b2", "b3", "b4"}) {
    EXPECT_EQ(value(batch, kPresent, {name}), 0) << name;
    EXPECT_FALSE(has(batch, kNewest, {name})) << name;
    EXPECT_FALSE(has(batch, kSince, {name})) << name;
  }
  EXPECT_TRUE(batch.unknowns().empty()) << details(batch);
}

TEST_F(Backups, WhatIsSeenCountsMoreThanWhatIsSaid) {
  write("a/1.tar.gz", "\x1f\x8b........", kDay);
  BackupSource& plain = add_files("a/*.gz");
  plain.encrypted = true;
  plain.off_host = true;
  write("b/1.7z", "7z\xbc\xaf\x27\x1c", kDay);
  add_files("b/*.7z").encrypted = true;
  const Batch batch = run();
  EXPECT_EQ(value(batch, kEncrypted, {"b0"}), 0);
  EXPECT_EQ(value(batch, kOffHost, {"b0"}), 1);  // a copy may leave this host later
  EXPECT_EQ(value(batch, kEncrypted, {"b1"}), 1);
  EXPECT_EQ(details(batch).find("b1: 1.7z"), std::string::npos) << details(batch);
}

TEST_F(Backups, AStampTellsItsTimeAndTheOwnerTheRest) {
  const std::string path = write("run/backup.ok", "", 3h, 0644);
  BackupSource& known = add_source(BackupKind::stamp, path);
  known.encrypted = true;
  known.off_host = true;
  add_source(BackupKind::stamp, path);
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kNewest, {"b0"}), seconds_ago(3h));
  EXPECT_EQ(value(batch, kEncrypted, {"b0"}), 1);
  EXPECT_EQ(value(batch, kOffHost, {"b0"}), 1);
  EXPECT_FALSE(has(batch, kEncrypted, {"b1"}));
  EXPECT_THAT(details(batch), HasSubstr("backup b1: a stamp says nothing of the backup itself"));
  EXPECT_EQ(details(batch).find("backup b0"), std::string::npos) << details(batch);
}

TEST_F(Backups, TheMountSaysWhetherItIsOnAnotherMachine) {
  const std::string point =
      write("nas/1.age", kAge, kDay).substr(0, harness_.directory().path().size());
  struct stat found{};
  ASSERT_EQ(::stat(point.c_str(), &found), 0);
  const std::string device =
      std::to_string(major(found.st_dev)) + ":" + std::to_string(minor(found.st_dev));
  for (const auto& [type, expected] :
       std::map<std::string, int>{{"nfs4", 1}, {"ext4", 0}, {"fuse.sshfs", 1}}) {
    harness_.directory().write("proc/self/mountinfo",
                               "22 1 " + device + " / / rw - " + type + " dev rw\n");
    harness_.config.backups.sources.clear();
    add_source(BackupKind::files, "/nas/*.age");
    harness_.use_root(harness_.directory().path());
    EXPECT_EQ(value(run(), kOffHost, {"b0"}), expected) << type;
  }
}

TEST_F(Backups, WhoCanGetAtThem) {
  const std::string file = write("a/1.age", kAge, kDay);
  const std::string directory = harness_.directory() / "a";
  struct Case {
    mode_t directory_mode;
    mode_t file_mode;
    bool in_group;
    bool expected;
  };
  harness_.with_context([&](const Context& context) {
    const auto anchor = context.root.anchor(directory);
    ASSERT_TRUE(anchor);
    const gid_t group = anchor->stat(".")->gid;
    for (const Case& one : {Case{0755, 0644, true, false}, Case{0777, 0600, false, true},
                            Case{01777, 0600, false, false}, Case{01777, 0666, false, true},
                            Case{0775, 0600, true, true}, Case{0775, 0600, false, false},
                            Case{0755, 0660, true, true}, Case{0755, 0660, false, false}}) {
      ASSERT_EQ(::chmod(directory.c_str(), one.directory_mode), 0);
      ASSERT_EQ(::chmod(file.c_str(), one.file_mode), 0);
      backups::Machine machine{context, {}, {{4'242, {}}}};
      if (one.in_group) machine.agents.front().groups = {group};
      const auto access = who_can_get_at(machine, *anchor, directory, "1.age");
      ASSERT_TRUE(access);
      EXPECT_EQ(access->agent_can_change, one.expected)
          << std::oct << one.directory_mode << " " << one.file_mode << " " << one.in_group;
      EXPECT_FALSE(access->open_to_others);  // the temporary directory is closed
    }
    for (const auto& [uid, expected] :
         std::map<uid_t, bool>{{0, true}, {anchor->stat(".")->uid, true}}) {
      const backups::Machine machine{context, {}, {{uid, {}}}};
      EXPECT_EQ(who_can_get_at(machine, *anchor, directory, "1.age")->agent_can_change, expected);
    }
  });
}

// Whoever can rename a directory on the way puts another in its place.
TEST_F(Backups, TheWayToThemCounts) {
  write("nas/claw/daily/1.age", kAge, kDay);
  const std::string nas = harness_.directory() / "nas";
  ASSERT_EQ(::chmod((nas + "/claw").c_str(), 0700), 0);
  ASSERT_EQ(::chmod((nas + "/claw/daily").c_str(), 0700), 0);
  harness_.with_context([&](const Context& context) {
    const auto anchor = context.root.anchor(nas + "/claw/daily");
    ASSERT_TRUE(anchor);
    const backups::Machine machine{context, {}, {{4'242, {}}}};
    for (const auto& [mode, expected] :
         std::map<mode_t, bool>{{0755, false}, {0777, true}, {01777, false}}) {
      ASSERT_EQ(::chmod(nas.c_str(), mode), 0);
      const auto access = who_can_get_at(machine, *anchor, nas + "/claw/daily", "1.age");
      ASSERT_TRUE(access);
      EXPECT_EQ(access->agent_can_change, expected) << std::oct << mode;
    }
  });
}

TEST_F(Backups, GroupsThatCannotBeReadAreNoAnswer) {
  write("a/1.age", kAge, kDay);
  harness_.add_home({"claw", "/elsewhere", 4'242, nullptr});  // not the owner of the files
  harness_.use_root(harness_.directory().path());
  add_source(BackupKind::files, "/a/*.age");
  const std::string directory = harness_.directory() / "a";
  struct stat own{};
  ASSERT_EQ(::stat(directory.c_str(), &own), 0);
  ASSERT_EQ(::chmod(directory.c_str(), 0755), 0);
  EXPECT_EQ(value(run(), kCanChange, {"b0"}), 0);
  ASSERT_EQ(::chmod(directory.c_str(), 0775), 0);
  Batch batch = run();
  EXPECT_FALSE(has(batch, kCanChange, {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("passwd"));
  harness_.directory().write("etc/passwd", "claw:x:4242:4242::/elsewhere:/bin/sh\n");
  batch = run();
  EXPECT_FALSE(has(batch, kCanChange, {"b0"}));
  EXPECT_THAT(details(batch), HasSubstr("group"));
  harness_.directory().write("etc/group",
                             "claw:x:4242:\nfiles:x:" + std::to_string(own.st_gid) + ":\n");
  EXPECT_EQ(value(run(), kCanChange, {"b0"}), 0);
  harness_.directory().write("etc/group", "files:x:" + std::to_string(own.st_gid) + ":claw\n");
  EXPECT_EQ(value(run(), kCanChange, {"b0"}), 1);
  ASSERT_EQ(::chmod(directory.c_str(), 0777), 0);
  std::filesystem::remove(harness_.directory() / "etc/group");
  EXPECT_EQ(value(run(), kCanChange, {"b0"}), 1);
}

TEST_F(Backups, OpenToOthersIsWhatTheyCanReach) {
  write("a/1.age", kAge, kDay, 0644);
  harness_.add_home("elsewhere");
  harness_.use_root(harness_.directory().path());
  add_source(BackupKind::files, "/a/*.age");
  ASSERT_EQ(::chmod(harness_.directory().path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((harness_.directory() / "a").c_str(), 0755), 0);
  EXPECT_EQ(value(run(), kOpen, {"b0"}), 1);
  ASSERT_EQ(::chmod((harness_.directory() / "a").c_str(), 0750), 0);
  EXPECT_EQ(value(run(), kOpen, {"b0"}), 0);
}

TEST_F(Backups, RestoreTestsAreTheOwnersWord) {
  write("a/1.age", kAge, kDay);
  add_files("a/*.age");
  harness_.with_context([&](const Context& context) {
    const SystemTime now = context.now.wall;
    ASSERT_TRUE(store::record_restore_test(context.store, {"b0", now - 5 * kDay, "to a VM"}, now));
    ASSERT_TRUE(store::record_restore_test(context.store, {"gone", now - 6 * kDay, ""}, now));
    EXPECT_EQ(store::record_restore_test(context.store, {"b0", now + 1h, ""}, now).error().code,
              Errc::parse);
    EXPECT_EQ(store::restore_tests(context.store)->size(), 2U);
  });
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kTested, {"b0"}), seconds_ago(5 * kDay));
  EXPECT_FALSE(has(batch, kTested, {"gone"}));
}

TEST_F(Backups, KnownSinceSurvivesWhatIsDeletedAndARestart) {
  for (int day = 1; day <= 9; ++day) write("a/" + std::to_string(day), kAge, day * kDay);
  add_files("a/*");
  (void)run();
  const double since = seconds_ago(9 * kDay);
  for (int day = 2; day <= 9; ++day) {
    std::filesystem::remove(harness_.directory() / ("a/" + std::to_string(day)));
  }
  harness_.restart_store();
  collector_ = make_backups_collector();
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kSince, {"b0"}), since);
  EXPECT_EQ(value(batch, kKept, {"b0"}), 1);
}

// backup_runs as OpenClaw 2026.9.6 writes it (captured from `openclaw backup create`).
TEST_F(Backups, OpenClawsOwnArchivesAreFoundWhereItNotedThem) {
  const Home home = harness_.add_home("claw/.openclaw");
  const std::string base = harness_.directory().path();
  std::filesystem::create_directories(base + "/claw/.openclaw/state");
  {
    WritingConnection database(base + "/claw/.openclaw/state/openclaw.sqlite");
    database.execute(
        "CREATE TABLE backup_runs (id TEXT NOT NULL PRIMARY KEY, created_at INTEGER NOT NULL, "
        "archive_path TEXT NOT NULL, status TEXT NOT NULL, manifest_json TEXT NOT NULL) STRICT");
    const auto add = [&](const std::string& id, const std::string& path, const std::string& status,
                         const std::string& manifest) {
      database.execute("INSERT INTO backup_runs VALUES('" + id + "', 1795347142642, '" + path +
                       "', '" + status + "', '" + manifest + "')");
    };
    add("1", base + "/mnt/2026-11-20T11-32-21.447+00-00-openclaw-backup.tar.gz", "ok",
        R"({"kind":"archive"})");
    add("2", base + "/failed/x-openclaw-backup.tar.gz", "failed", R"({"kind":"archive"})");
    add("3", base + "/pruned/y-openclaw-backup.tar.gz", "ok", R"({"kind":"archive"})");
    add("4", "relative", "ok", R"({"kind":"sqlite-snapshot"})");
    add("5", base + "/bad", "ok", "not json");
  }
  write("mnt/2026-11-20T11-32-21.447+00-00-openclaw-backup.tar.gz", "\x1f\x8b........", 2 * kDay);
  write("mnt/openclaw.json.bak", "{}", 1h);
  write("claw/2026-03-09T00-00-00.000Z-openclaw-backup.tar.gz", "\x1f\x8b....", 9 * kDay);
  write("failed/x-openclaw-backup.tar.gz", "\x1f\x8b", 1h);
  const Batch batch = run();
  const std::string name = "openclaw/" + home.label;
  EXPECT_EQ(value(batch, kSources), 1);
  EXPECT_DOUBLE_EQ(value(batch, kNewest, {name}), seconds_ago(2 * kDay));
  EXPECT_EQ(value(batch, kKept, {name}), 2);
  EXPECT_EQ(value(batch, kEncrypted, {name}), 0);
  // Another OpenClaw on this host is not in it.
  harness_.add_home("other/.openclaw");
  EXPECT_EQ(value(run(), kPresent, {"openclaw/other/.openclaw"}), 0);
  // What the owner names replaces what is found.
  write("a/1.age", kAge, kDay);
  add_files("a/*.age");
  EXPECT_FALSE(has(run(), kPresent, {name}));
}

TEST_F(Backups, OpenClawsSnapshotsCountAsLongAsTheyAreThere) {
  const Home home = harness_.add_home("claw/.openclaw");
  const std::string base = harness_.directory().path();
  std::filesystem::create_directories(base + "/claw/.openclaw/state");
  std::filesystem::create_directories(base + "/snapshots/one");
  const auto when = std::chrono::duration_cast<std::chrono::milliseconds>(
      (harness_.clock.now().wall - 3h).time_since_epoch());
  {
    WritingConnection database(base + "/claw/.openclaw/state/openclaw.sqlite");
    database.execute(
        "CREATE TABLE backup_runs (id TEXT NOT NULL PRIMARY KEY, created_at INTEGER NOT NULL, "
        "archive_path TEXT NOT NULL, status TEXT NOT NULL, manifest_json TEXT NOT NULL) STRICT");
    database.execute("INSERT INTO backup_runs VALUES('1', " + std::to_string(when.count()) + ", '" +
                     base + R"(/snapshots/one', 'ok', '{"kind":"sqlite-snapshot"}'))");
  }
  const std::string name = "openclaw/" + home.label;
  const Batch batch = run();
  EXPECT_DOUBLE_EQ(value(batch, kNewest, {name}), seconds_ago(3h));
  EXPECT_EQ(value(batch, kEncrypted, {name}), 0);
  std::filesystem::remove_all(base + "/snapshots");
  EXPECT_EQ(value(run(), kSources), 0);
}

}  // namespace
}  // namespace clawvigil::test
