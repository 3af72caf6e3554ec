// Agent ids, plugin ids, skills and their directories are the agent's to choose: nothing blocks, is
// followed or grows without bound, and what was not read is said.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "collectors/capabilities.h"
#include "collectors/skill_survey.h"
#include "exporter/base/strings.h"
#include "tests/support/host_fixture.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using test::HostFixture;

class CapabilitiesHostile : public ::testing::Test {
 protected:
  CapabilitiesHostile() {
    host_.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
    configure("{}");
  }
  void configure(const std::string& text) {
    host_.write("/home/claw/.openclaw/openclaw.json", text, 0600);
  }
  fs::path state(const std::string& path) { return host_.real("/home/claw/.openclaw/" + path); }
  // Names for one and the same file, which are made faster than files.
  static void fill(const fs::path& directory, int count) {
    const fs::path file = directory / "0";
    std::ofstream(file).put('x');
    for (int i = 1; i < count; ++i) fs::create_hard_link(file, directory / std::to_string(i));
  }
  test::RunResult run() {
    const auto collector = make_capabilities_collector();
    auto result = test::run_collector(*collector, host_.root(), test::homes_of(host_.root()));
    EXPECT_TRUE(result.result);
    EXPECT_TRUE(is_valid_utf8(result.text));
    return result;
  }
  static bool is_unknown(const test::RunResult& run, std::string_view family, Errc reason) {
    return std::ranges::any_of(run.unknowns, [&](const Unknown& unknown) {
      return unknown.reason == reason &&
             std::ranges::find(unknown.families, family) != unknown.families.end();
    });
  }
  HostFixture host_;
};

constexpr std::string_view kSkills = "clawvigil_skills_installed";
constexpr std::string_view kPlugins = "clawvigil_plugins_enabled";

// Reading stops at the bound, so one entry more is as good as a hundred thousand.
TEST_F(CapabilitiesHostile, DirectoriesBeyondTheBoundAreUnknown) {
  fs::create_directories(state("skills"));
  fs::create_directories(state("extensions"));
  fill(state("skills"), 2'001);
  fill(state("extensions"), 1'025);
  const auto result = run();
  EXPECT_TRUE(is_unknown(result, kSkills, Errc::too_large));
  EXPECT_TRUE(is_unknown(result, kPlugins, Errc::too_large));
  EXPECT_EQ(result.text.find("skills_"), std::string::npos);
}

TEST_F(CapabilitiesHostile, ManyDirectoriesAreBoundedTogether) {
  for (int i = 0; i < 11; ++i) {
    const fs::path skill = state("skills/" + std::to_string(i));
    fs::create_directories(skill);
    fill(skill, 1'900);
  }
  EXPECT_TRUE(is_unknown(run(), kSkills, Errc::too_large));
}

TEST_F(CapabilitiesHostile, DirectoriesNestedWithoutEndAreUnknown) {
  std::string path = "skills";
  for (int i = 0; i < 40; ++i) path += "/d";
  fs::create_directories(state(path));
  EXPECT_TRUE(is_unknown(run(), kSkills, Errc::too_large));
}

TEST_F(CapabilitiesHostile, LinksAreNeverFollowed) {
  host_.write("/elsewhere/one/SKILL.md", "");
  host_.write("/elsewhere/two/SKILL.md", "");
  fs::create_directory_symlink("/elsewhere", state("skills"));
  EXPECT_TRUE(is_unknown(run(), kSkills, Errc::unsafe));
  fs::remove(state("skills"));
  fs::create_directory(state("skills"));
  fs::create_directory_symlink(state("skills"), state("skills/loop"));
  EXPECT_NE(run().text.find("skills_installed{home=\"claw\",source=\"managed\"} 1\n"),
            std::string::npos);
}

TEST_F(CapabilitiesHostile, AFifoInPlaceOfApprovalsIsUnsafeAndNeverOpened) {
  ASSERT_EQ(::mkfifo(state("exec-approvals.json").c_str(), 0600), 0);
  EXPECT_TRUE(is_unknown(run(), "clawvigil_exec_policy_info", Errc::unsafe));
}

TEST_F(CapabilitiesHostile, PathsOutsideTheAccountsHomeAreNotLookedAt) {
  host_.write("/srv/skills/one/SKILL.md", "");
  configure(R"({"skills":{"load":{"extraDirs":["/srv/skills"]}}})");
  EXPECT_TRUE(is_unknown(run(), kSkills, Errc::unsupported));
  configure(R"({"skills":{"load":{"extraDirs":["/home/claw/../../srv/skills"]}}})");
  EXPECT_TRUE(is_unknown(run(), kSkills, Errc::unsafe));
}

TEST_F(CapabilitiesHostile, NamesInLabelsAreCleanShortAndFew) {
  std::string entries;
  for (int i = 0; i < 400; ++i) {
    entries += ",\"" + std::to_string(i) + std::string(500, 'x') + "\\n\\\"\\u0007\":{}";
  }
  std::string installs;
  for (int i = 0; i < 400; ++i) {
    installs += ",\"p" + std::to_string(i) + std::string(500, 'y') +
                "\\n\\u001b[31m\":{\"source\":\"npm\",\"spec\":\"p\"}";
  }
  configure(R"({"agents":{"entries":{"main":{})" + entries + R"(}},"plugins":{"installs":{"a":{})" +
            installs + "}}}");
  const auto result = run();
  for (const auto& [name, family] : result.batch->families()) {
    EXPECT_LE(family.samples.size(), family.info.max_series) << name;
    for (const auto& [labels, unused] : family.samples) {
      for (const std::string& label : labels) EXPECT_LE(label.size(), 128U);
    }
  }
  EXPECT_EQ(result.text.find('\x1b'), std::string::npos);
  EXPECT_GT(result.batch->find("clawvigil_plugin_unpinned")->dropped, 300U);
}

TEST_F(CapabilitiesHostile, TheDeadlineEndsTheSurvey) {
  for (int i = 0; i < 10; ++i) fs::create_directories(state("skills/" + std::to_string(i)));
  int asked = 0;
  const auto survey =
      survey_skills(test::homes_of(host_.root()).at(0), {}, host_.root(), [&]() -> Result<> {
        if (++asked == 5) return fail(Errc::timeout, "passed");
        return {};
      });
  ASSERT_FALSE(survey);
  EXPECT_EQ(survey.error().code, Errc::timeout);
  EXPECT_EQ(asked, 5);
}

}  // namespace
}  // namespace clawvigil
