#include "collectors/capabilities.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "collectors/skill_survey.h"
#include "tests/support/collector_case.h"
#include "tests/support/host_fixture.h"
#include "tests/support/sqlite_writer.h"

namespace clawvigil {
namespace {

using test::HostFixture;
using test::run_collector;

TEST(Capabilities, Cases) { test::check_all_cases("capabilities", make_capabilities_collector); }

TEST(Capabilities, NoHomesIsAnEmptyBatch) {
  const auto collector = make_capabilities_collector();
  EXPECT_TRUE(test::run_case(*collector, {})->families().empty());
}

class CapabilitiesOfAHome : public ::testing::Test {
 protected:
  CapabilitiesOfAHome() {
    host_.write("/etc/passwd", "claw:x:1000:1000::/home/claw:/bin/sh\n");
    state("openclaw.json", "{}");
  }
  void state(const std::string& path, const std::string& text) {
    host_.write("/home/claw/.openclaw/" + path, text, 0600);
  }
  void skill(const std::string& directory) {
    host_.write("/home/claw/" + directory + "/SKILL.md", "# a skill\n");
  }
  test::RunResult run() {
    const auto collector = make_capabilities_collector();
    auto result = run_collector(*collector, host_.root(), test::homes_of(host_.root()));
    EXPECT_TRUE(result.result);
    test::expect_declared(*collector, *result.batch);
    return result;
  }
  static bool says(const test::RunResult& run, const std::string& line) {
    return run.text.find("clawvigil_" + line + "\n") != std::string::npos;
  }
  HostFixture host_;
};

TEST_F(CapabilitiesOfAHome, SkillsOfEveryPlace) {
  state("openclaw.json", R"({"agents":{"defaults":{"workspace":"~/work"},"entries":{"main":{},
      "ops":{"workspace":"/home/claw/.openclaw/ops"}}},
      "skills":{"load":{"extraDirs":["/home/claw/mine","~/yours"]}}})");
  for (const char* const directory :
       {"work/skills/a", "work/skills/group/deep/b", "work/main/skills/c", ".openclaw/ops/skills/d",
        ".openclaw/workspace/skills/e", ".openclaw/skills/f", "work/.agents/skills/g",
        ".agents/skills/h", ".openclaw/agents/ops/agent/workshop-skills/i", "mine/j", "yours/k",
        "work/skills/a/inner", "work/skills/node_modules/no", "work/skills/.git/no"}) {
    skill(directory);
  }
  const auto result = run();
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="workspace"} 5)")) << result.text;
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="managed"} 1)"));
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="agents"} 2)"));
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="workshop"} 1)"));
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="extra"} 2)"));
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="plugin"} 0)"));
  EXPECT_NE(result.text.find("skills_changed_timestamp_seconds{home=\"claw\"}"), std::string::npos);
  EXPECT_TRUE(result.unknowns.empty());
}

TEST_F(CapabilitiesOfAHome, LinksCountAndThoseOfPluginsAreNoChange) {
  host_.mkdir("/home/claw/.openclaw/plugin-skills", 0755);
  std::filesystem::create_directory_symlink(
      "/nowhere", host_.real("/home/claw/.openclaw/plugin-skills/browser"));
  const auto result = run();
  EXPECT_TRUE(says(result, R"(skills_installed{home="claw",source="plugin"} 1)")) << result.text;
  EXPECT_EQ(result.text.find("skills_changed"), std::string::npos);
}

TEST_F(CapabilitiesOfAHome, AChangeInsideASkillIsSeen) {
  skill(".openclaw/skills/a");
  const auto homes = test::homes_of(host_.root());
  const auto survey = [&] {
    return survey_skills(homes.at(0), {}, host_.root(), [] { return Result<>(); })->changed.value();
  };
  const SystemTime before = survey();
  host_.write("/home/claw/.openclaw/skills/a/scripts/run.sh", "echo\n");
  EXPECT_GT(survey(), before);
}

TEST_F(CapabilitiesOfAHome, ApprovalsAndPluginsOfTheStateDatabaseComeBeforeTheFiles) {
  state("exec-approvals.json", R"({"version":1,"defaults":{"security":"deny"}})");
  state("plugins/installs.json", R"({"installRecords":{"old":{"source":"npm","spec":"old"}}})");
  EXPECT_TRUE(says(run(),
                   "exec_policy_info{home=\"claw\",agent=\"main\",security=\"deny\","
                   "ask=\"off\",host=\"gateway\"} 1"));
  EXPECT_TRUE(says(run(), R"(plugin_unpinned{home="claw",plugin="old"} 1)"));
  host_.mkdir("/home/claw/.openclaw/state", 0700);
  test::WritingConnection database(host_.real("/home/claw/.openclaw/state/openclaw.sqlite"));
  database.execute("CREATE TABLE exec_approvals_config(config_key TEXT, raw_json TEXT)");
  database.execute("CREATE TABLE config_machine_state(state_key TEXT, value_json TEXT)");
  EXPECT_TRUE(says(run(),
                   "exec_policy_info{home=\"claw\",agent=\"main\",security=\"full\","
                   "ask=\"off\",host=\"gateway\"} 1"));
  database.execute(
      R"(INSERT INTO exec_approvals_config VALUES('current','{"version":1,"defaults":{"ask":"always"}}'))");
  database.execute(
      "INSERT INTO config_machine_state VALUES('plugins.installedIndex',"
      R"('{"index":{"installRecords":{"new":{"source":"npm","spec":"new@1.0.0"}}}}'))");
  const auto result = run();
  EXPECT_TRUE(says(result,
                   "exec_policy_info{home=\"claw\",agent=\"main\",security=\"full\","
                   "ask=\"always\",host=\"gateway\"} 1"));
  EXPECT_TRUE(says(result, R"(plugin_unpinned{home="claw",plugin="new"} 0)"));
  EXPECT_TRUE(says(result, R"(plugins_enabled{home="claw",source="npm"} 1)"));
  EXPECT_EQ(result.text.find("\"old\""), std::string::npos);
}

TEST_F(CapabilitiesOfAHome, ApprovalsThatCannotBeReadAreUnknownNotFree) {
  state("exec-approvals.json", "not json");
  const auto result = run();
  EXPECT_EQ(result.text.find("exec_policy_info"), std::string::npos);
  ASSERT_EQ(result.unknowns.size(), 1U);
  EXPECT_EQ(result.unknowns[0].reason, Errc::parse);
  EXPECT_EQ(result.unknowns[0].families,
            (std::vector<std::string_view>{"clawvigil_exec_policy_info"}));
}

TEST_F(CapabilitiesOfAHome, AConfigurationThatCannotBeReadMakesEverythingUnknown) {
  state("openclaw.json", "{");
  const auto result = run();
  EXPECT_TRUE(result.batch->families().empty());
  ASSERT_EQ(result.unknowns.size(), 1U);
  EXPECT_EQ(result.unknowns[0].families.size(), kCapabilitiesInfo.metrics.size());
}

TEST_F(CapabilitiesOfAHome, PluginsBySourceWithDirectoriesAndPaths) {
  state("openclaw.json", R"({"plugins":{"load":{"paths":["~/p"]},"entries":{"b":{"enabled":false}},
      "installs":{"a":{"source":"clawhub","spec":"@x/a"}}}})");
  for (const char* const name : {"a", "b", "c", "d.bak", "node_modules"}) {
    host_.mkdir(std::string("/home/claw/.openclaw/extensions/") + name);
  }
  const auto result = run();
  EXPECT_TRUE(says(result, R"(plugins_enabled{home="claw",source="clawhub"} 1)")) << result.text;
  EXPECT_TRUE(says(result, R"(plugins_enabled{home="claw",source="extensions"} 1)"));
  EXPECT_TRUE(says(result, R"(plugins_enabled{home="claw",source="path"} 1)"));
  EXPECT_TRUE(says(result, R"(plugins_enabled{home="claw",source="npm"} 0)"));
  EXPECT_TRUE(says(result, R"(plugin_unpinned{home="claw",plugin="a"} 1)"));
}

}  // namespace
}  // namespace clawvigil
