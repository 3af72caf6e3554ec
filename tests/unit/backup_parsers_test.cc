// How backups look from outside: formats, borg's files, the mount table, the start of a log.
#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "collectors/parse/backup_format.h"
#include "collectors/parse/borg_files.h"
#include "collectors/parse/log_start.h"
#include "collectors/parse/mount_table.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::parse {
namespace {

using namespace std::string_view_literals;

// The beginnings of files the real programs wrote: age 1.1, gpg 2.2, openssl 3.0, zip 3.0, 7z,
// cryptsetup 2.6, tar, gzip, zstd, xz, bzip2, sqlite3; the directory says what is expected.
TEST(BackupFormat, FilesOfTheRealPrograms) {
  std::size_t seen = 0;
  const auto root = test::fixture("collectors/backups/heads");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    ++seen;
    const std::string kind = entry.path().parent_path().filename();
    std::optional<bool> expected;
    if (kind != "unknown") expected = kind == "encrypted";
    EXPECT_EQ(is_encrypted_backup(test::read_all(entry.path())), expected) << entry.path();
  }
  EXPECT_GE(seen, 26U);
}

// A file cut anywhere is what it was, or not known; never the opposite.
TEST(BackupFormat, TruncationNeverTurnsTheAnswerAround) {
  const auto root = test::fixture("collectors/backups/heads");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const std::string content = test::read_all(entry.path());
    const auto whole = is_encrypted_backup(content);
    for (std::size_t i = 0; i < content.size(); ++i) {
      const auto part = is_encrypted_backup(std::string_view(content).substr(0, i));
      ASSERT_TRUE(!part || part == whole) << entry.path() << " cut at " << i;
    }
  }
}

TEST(BackupFormat, OtherMarks) {
  EXPECT_EQ(is_encrypted_backup("RCLONE\0\0................"sv), true);
  EXPECT_EQ(is_encrypted_backup("scrypt\0\x0e\0\0\0\x08"sv), true);
  EXPECT_EQ(is_encrypted_backup("$ANSIBLE_VAULT;1.1;AES256\n"), true);
  EXPECT_EQ(is_encrypted_backup("age-encryption.org/v2\n"), std::nullopt);
  EXPECT_EQ(is_encrypted_backup("\x85\x01\x0c\x09........................"), std::nullopt);
  EXPECT_EQ(is_encrypted_backup("\x89PNG\r\n\x1a\n"), std::nullopt);
}

TEST(BorgFiles, RepositoryConfig) {
  const std::string id(64, 'a');
  const std::string good = "[repository]\nversion = 1\nsegments_per_dir = 1000\nid = " + id +
                           "\nkey = hqlhbGdv\n\tcml0aG2m\n\n";
  EXPECT_EQ(borg_repository_id(good), id);
  EXPECT_EQ(borg_repository_id("").error().code, Errc::parse);
  EXPECT_EQ(borg_repository_id("[cache]\nversion = 1\n").error().code, Errc::parse);
  EXPECT_EQ(borg_repository_id("[repository]\nversion = 2\n").error().code, Errc::unsupported);
  EXPECT_EQ(borg_repository_id("[repository]\nversion = 1\nid = ../../etc\n").error().code,
            Errc::parse);
}

TEST(BorgFiles, SegmentsNameTheEncryption) {
  std::string segment = "BORG_SEG" + std::string(8, 'c') + '\0' + std::string(32, '\0') + '\x03';
  EXPECT_EQ(borg_segment_key_type(segment), 3U);
  EXPECT_EQ(borg_segment_key_type(segment.substr(0, segment.size() - 1)), std::nullopt);
  segment[16] = '\x02';  // a commit
  EXPECT_EQ(borg_segment_key_type(segment), std::nullopt);
  EXPECT_EQ(borg_segment_key_type("BORG_SEGMENT"), std::nullopt);
}

TEST(BorgFiles, TimesAndPlaces) {
  const auto time = borg_timestamp("2026-11-22T11:36:46.905370\n");
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(to_unix_seconds(*time), 1795347406.905370);
  EXPECT_TRUE(borg_timestamp("2026-11-22T11:36:46"));
  EXPECT_FALSE(borg_timestamp("2026-11-22"));
  EXPECT_FALSE(borg_timestamp("yesterday"));
  EXPECT_TRUE(borg_location_is_remote("ssh://borg@backup.example.org/./claw\n"));
  EXPECT_TRUE(borg_location_is_remote("borg@backup.example.org:claw"));
  EXPECT_FALSE(borg_location_is_remote("/srv/borg:2"));
  EXPECT_FALSE(borg_location_is_remote("file:///srv/borg"));
  EXPECT_FALSE(borg_location_is_remote(""));
}

constexpr std::string_view kMounts =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
    "36 22 0:41 / /mnt/nas rw,relatime shared:9 master:2 - nfs4 nas:/export rw,vers=4.2\n"
    "37 22 0:42 / /mnt/my\\040nas rw - cifs //nas/share rw\n"
    "38 22 0:43 / /home/claw/remote rw - fuse.sshfs claw@host: rw\n"
    "39 22 0:44 / /enc rw - fuse.gocryptfs /data rw\n"
    "40 22 0:45 /@ /btrfs rw - btrfs /dev/vdb rw\n"
    "broken line\n41 22 0:x / /x rw - ext4 a rw\n42 22 0:46 / /y rw no dash\n";

TEST(MountTable, FindsByDeviceThenByPath) {
  const auto mounts = parse_mount_table(kMounts);
  ASSERT_EQ(mounts.size(), 6U);
  const auto type = [&](unsigned minor, std::string_view path) {
    const Mount* const mount = find_mount(mounts, gnu_dev_makedev(0, minor), path);
    return mount == nullptr ? std::string() : mount->type;
  };
  EXPECT_EQ(type(41, "/somewhere/else"), "nfs4");
  EXPECT_EQ(type(99, "/mnt/my nas/backup"), "cifs");
  EXPECT_EQ(type(99, "/mnt/nasty"), "ext4");
  EXPECT_EQ(type(99, "/btrfs/subvolume"), "btrfs");
  EXPECT_EQ(type(99, "/home/claw/remote"), "fuse.sshfs");
  EXPECT_EQ(find_mount({}, 1, "/"), nullptr);
}

TEST(MountTable, WhichAreOnAnotherMachine) {
  EXPECT_EQ(is_remote_file_system("nfs4"), true);
  EXPECT_EQ(is_remote_file_system("fuse.rclone"), true);
  EXPECT_EQ(is_remote_file_system("ext4"), false);
  EXPECT_EQ(is_remote_file_system("fuse.gocryptfs"), std::nullopt);
  EXPECT_EQ(is_remote_file_system(""), std::nullopt);
}

TEST(LogStart, IsTheTimeOfTheFirstLine) {
  const auto start = log_start(
      R"({"0":"hello","_meta":{"runtime":"node","date":"2026-11-21T23:59:42.977Z"},"time":"x"})"
      "\n{\"_meta\":{\"date\":\"2020-01-01T00:00:00Z\"}}\n");
  ASSERT_TRUE(start);
  EXPECT_DOUBLE_EQ(to_unix_seconds(*start), 1795305582.977);
  // What a stranger wrote is inside a text, and counts for nothing.
  EXPECT_FALSE(log_start(R"({"0":"\"_meta\":{\"date\":\"2020-01-01T00:00:00Z\"}"})"
                         "\n"));
  EXPECT_FALSE(log_start(R"({"_meta":{"date":"2026-11-21T23:59:42.977Z"}})"));  // no end of line
  EXPECT_FALSE(log_start("plain text\n"));
  EXPECT_FALSE(log_start(R"({"_meta":[{"date":1}]})"
                         "\n"));
  EXPECT_FALSE(log_start(std::string(50'000, '[') + "\n"));
}

}  // namespace
}  // namespace clawvigil::parse
