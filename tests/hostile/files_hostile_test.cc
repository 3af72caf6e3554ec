// What a compromised agent can put in the place of its files: nothing blocks, nothing is followed,
// everything is bounded and visible.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "collectors/file_survey.h"
#include "collectors/files.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

using test::HostFixture;
using test::run_collector;

class FilesHostile : public ::testing::Test {
 protected:
  FilesHostile() {
    host_.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
    host_.write("/home/claw/.openclaw/openclaw.json", "{}", 0600);
    host_.mkdir("/home/claw/.openclaw", 0700);
  }
  std::string state(const std::string& path) { return host_.real("/home/claw/.openclaw/" + path); }
  FileSurvey survey() {
    auto found = survey_files(test::homes_of(host_.root()).at(0), [] { return Result<>(); });
    EXPECT_TRUE(found) << found.error().message;
    return std::move(*found);
  }
  HostFixture host_;
};

TEST_F(FilesHostile, AFifoAsConfigurationIsUnsafeAndNeverOpened) {
  std::filesystem::remove(state("openclaw.json"));
  ASSERT_EQ(::mkfifo(state("openclaw.json").c_str(), 0600), 0);
  const auto collector = make_files_collector();
  const auto run = run_collector(*collector, host_.root(), test::homes_of(host_.root()));
  ASSERT_TRUE(run.result);
  EXPECT_NE(run.text.find("file_mode_unsafe{home=\"claw\",object=\"config\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(run.text.find("config_changed"), std::string::npos);
}

TEST_F(FilesHostile, SymlinksInPlaceOfSecretsAreUnsafeWhereverTheyPoint) {
  std::filesystem::create_symlink("/nowhere", state(".env"));
  std::filesystem::create_symlink("openclaw.json", state("openclaw.json.bak"));
  std::filesystem::create_symlink("openclaw.json", state("secrets.json"));
  FileSurvey found = survey();
  EXPECT_EQ(found.of(GuardedObject::env).unsafe, 1U);
  EXPECT_EQ(found.of(GuardedObject::backups).unsafe, 1U);
  EXPECT_EQ(found.of(GuardedObject::secrets).unsafe, 1U);
  EXPECT_EQ(found.of(GuardedObject::config).unsafe, 0U);
}

TEST_F(FilesHostile, SymlinkedDirectoriesAreNotFollowedButUnknown) {
  host_.write("/elsewhere/openclaw.sqlite", "", 0600);
  std::filesystem::create_directory_symlink("/elsewhere", state("state"));
  FileSurvey found = survey();
  EXPECT_FALSE(found.of(GuardedObject::state_db).exists);
  EXPECT_TRUE(found.of(GuardedObject::state_db).incomplete);
  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_EQ(found.problems[0].code, Errc::unsafe);
}

TEST_F(FilesHostile, AHundredThousandEntriesAreUnknownNotSafe) {
  host_.write("/home/claw/.openclaw/agents/main/sessions/a.jsonl", "", 0600);
  for (int i = 0; i < 100'000; ++i) {
    const std::string name = state("agents/main/sessions/" + std::to_string(i));
    // Hard links are the cheapest entries; a file system allows only so many to one file.
    ASSERT_EQ(
        i % 30'000 == 0
            ? ::mknod(name.c_str(), S_IFREG | 0600, 0)
            : ::link(state("agents/main/sessions/" + std::to_string(i / 30'000 * 30'000)).c_str(),
                     name.c_str()),
        0);
  }
  const auto collector = make_files_collector();
  const auto run = run_collector(*collector, host_.root(), test::homes_of(host_.root()));
  ASSERT_TRUE(run.result);
  EXPECT_EQ(run.text.find("object=\"sessions\""), std::string::npos);
  ASSERT_EQ(run.unknowns.size(), 1U);
  EXPECT_EQ(run.unknowns[0].reason, Errc::too_large);
}

TEST_F(FilesHostile, NamesThatAreNotTextAreCountedLikeOthers) {
  host_.write("/home/claw/.openclaw/openclaw.json.\xFF\xFE", "", 0644);
  host_.write("/home/claw/.openclaw/agents/\xC3(/agent/auth-profiles.json", "", 0644);
  host_.write("/home/claw/.openclaw/workspace/SOUL\n.md", "");
  FileSurvey found = survey();
  EXPECT_EQ(found.of(GuardedObject::backups).unsafe, 1U);
  EXPECT_EQ(found.of(GuardedObject::auth_profiles).unsafe, 1U);
}

TEST_F(FilesHostile, AHomeThatVanishesLeavesNothing) {
  const auto homes = test::homes_of(host_.root());
  std::filesystem::remove_all(host_.real("/home/claw/.openclaw"));
  const auto collector = make_files_collector();
  const auto run = run_collector(*collector, host_.root(), homes);
  ASSERT_TRUE(run.result);
  EXPECT_EQ(run.text.find("object=\"config\""), std::string::npos);
  EXPECT_TRUE(run.unknowns.empty());
}

TEST_F(FilesHostile, TheDeadlineEndsTheSurvey) {
  int asked = 0;
  const auto found = survey_files(test::homes_of(host_.root()).at(0), [&]() -> Result<> {
    if (++asked == 3) return fail(Errc::timeout, "deadline passed");
    return {};
  });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Errc::timeout);
}

}  // namespace
}  // namespace clawvigil
