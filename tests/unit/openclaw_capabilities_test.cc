#include "collectors/parse/openclaw_capabilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "collectors/parse/dangerous_flags.h"
#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/openclaw_document.h"

namespace clawvigil {
namespace {

OpenClawSettings read(const std::string& text) {
  const auto document = resolve_document(
      {text, "/home/claw/.openclaw", {}},
      [](std::string_view) -> Result<std::string> { return fail(Errc::not_found, "no includes"); });
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return read_settings(*document, "");
}

const AgentCapabilities& agent(const OpenClawSettings& settings, std::string_view id) {
  const auto& agents = settings.capabilities.agents;
  const auto found = std::ranges::find(agents, id, &AgentCapabilities::id);
  EXPECT_NE(found, agents.end()) << id;
  return found == agents.end() ? agents.front() : *found;
}

TEST(OpenClawCapabilities, OneAgentWithEverythingByDefault) {
  const OpenClawSettings settings = read("{}");
  ASSERT_EQ(settings.capabilities.agents.size(), 1U);
  const AgentCapabilities& main = settings.capabilities.agents.front();
  EXPECT_EQ(main.id, "main");
  EXPECT_EQ(main.exec_tool, true);
  EXPECT_EQ(main.sandbox_mode.value, "off");
  EXPECT_EQ(main.sandbox_scope.value, "agent");
  EXPECT_EQ(main.elevated, false);
  EXPECT_EQ(settings.capabilities.mcp_servers, 0U);
  EXPECT_EQ(settings.capabilities.dangerous_flags.size(), dangerous_flag_names().size());
  EXPECT_TRUE(settings.issues.empty());
}

// Until 2026.4.28 any setting of tools.exec gave the tool, even to the profile "messaging".
TEST(OpenClawCapabilities, OldVersionsGrantExecToWhoeverConfiguresIt) {
  const auto text = [](const char* version) {
    return std::string(R"({"tools":{"profile":"messaging","exec":{"security":"full"}},)"
                       R"("meta":{"lastTouchedVersion":")") +
           version + "\"}}";
  };
  EXPECT_EQ(agent(read(text("2026.3.13")), "main").exec_tool, true);
  EXPECT_EQ(agent(read(text("2026.4.28")), "main").exec_tool, true);
  EXPECT_EQ(agent(read(text("2026.4.29")), "main").exec_tool, false);
  EXPECT_EQ(agent(read(text("2026.9.6")), "main").exec_tool, false);
}

TEST(OpenClawCapabilities, AVariableThatCannotBeReadLeavesItOpen) {
  const OpenClawSettings settings = read(
      R"({"tools":{"profile":"${PROFILE}","exec":{"security":"${SECURITY}"},
                   "elevated":{"allowFrom":{"telegram":["${ME}"]}}},
          "agents":{"entries":{"a":{"sandbox":{"mode":"${MODE}"}},"b":{"tools":{"profile":"coding"}}}}})");
  EXPECT_EQ(agent(settings, "a").exec_tool, std::nullopt);
  EXPECT_FALSE(agent(settings, "a").sandbox_mode.known);
  EXPECT_EQ(agent(settings, "b").exec_tool, true);
  EXPECT_EQ(agent(settings, "b").elevated, std::nullopt);
  EXPECT_EQ(exec_policy_of(settings.capabilities, agent(settings, "b"), {}, std::nullopt),
            std::nullopt);
}

TEST(OpenClawCapabilities, WrongTypesAreIssuesAndUnknown) {
  const OpenClawSettings settings = read(
      R"({"tools":{"deny":"exec","profile":7},"agents":{"list":[{"id":"x","sandbox":{"mode":"on"}}]}})");
  EXPECT_EQ(agent(settings, "x").exec_tool, std::nullopt);
  EXPECT_FALSE(agent(settings, "x").sandbox_mode.known);
  EXPECT_EQ(settings.issues.size(), 3U);
}

TEST(OpenClawCapabilities, AgentIdsAreThoseOfOpenClaw) {
  const OpenClawSettings settings = read(
      R"({"agents":{"entries":{" Ops Team! ":{},"a--b":{},"-x-":{},"ops-team":{"sandbox":{"mode":"all"}},"…":{}}}})");
  std::vector<std::string> ids;
  for (const AgentCapabilities& found : settings.capabilities.agents) ids.push_back(found.id);
  std::ranges::sort(ids);
  EXPECT_EQ(ids, (std::vector<std::string>{"a--b", "main", "ops-team", "x"}));
  EXPECT_EQ(agent(settings, "ops-team").sandbox_mode.value, "off");  // the first one counts
}

TEST(OpenClawCapabilities, TheOldNameOfTheScope) {
  const auto scope = [](const char* sandbox) {
    return agent(read(std::string(R"({"agents":{"defaults":{"sandbox":)") + sandbox + "}}}"),
                 "main")
        .sandbox_scope.value;
  };
  EXPECT_EQ(scope(R"({"perSession":true})"), "session");
  EXPECT_EQ(scope(R"({"perSession":false})"), "shared");
  EXPECT_EQ(scope(R"({"perSession":false,"scope":"agent"})"), "agent");
}

TEST(OpenClawCapabilities, OnDiscordTheSendersOfMessagesAreElevatedToo) {
  const std::string discord = R"("channels":{"discord":{"allowFrom":["1","*"]}})";
  EXPECT_EQ(agent(read("{" + discord + "}"), "main").elevated_open, true);
  EXPECT_EQ(agent(read(R"({"tools":{"elevated":{"allowFrom":{"discord":["1"]}}},)" + discord + "}"),
                  "main")
                .elevated_open,
            false);
  EXPECT_EQ(
      agent(read(R"({"tools":{"elevated":{"enabled":false}},)" + discord + "}"), "main").elevated,
      false);
}

TEST(OpenClawCapabilities, ServersThatAreSwitchedOffDoNotCount) {
  EXPECT_EQ(
      read(
          R"({"mcp":{"servers":{"a":{"command":"x"},"b":{"enabled":false},"c":{"enabled":true}}}})")
          .capabilities.mcp_servers,
      2U);
}

TEST(DangerousFlags, AreFoundWhereverTheyHide) {
  const OpenClawSettings settings = read(R"({
      "channels":{"slack":{"accounts":{"x":{"dangerouslyAllowNameMatching":true}}}},
      "plugins":{"entries":{"p":{"config":{"a":[{"dangerouslyTrust":true}]}}}},
      "security":{"audit":{"suppressions":[{"checkId":"x"}]}}})");
  std::vector<std::string_view> on;
  for (const DangerousFlag& flag : settings.capabilities.dangerous_flags) {
    EXPECT_TRUE(flag.on.known) << flag.name;
    if (flag.on.value) on.push_back(flag.name);
  }
  EXPECT_EQ(on,
            (std::vector<std::string_view>{"security.audit.suppressions", "channels.*.dangerously*",
                                           "plugins.entries.*.config.dangerously*"}));
}

TEST(DangerousFlags, FalseIsNotOnAndTooDeepIsUnknown) {
  EXPECT_FALSE(read(R"({"channels":{"x":{"dangerouslyAllowNameMatching":false}}})")
                   .capabilities.dangerous_flags[6]
                   .on.value);
  std::string deep = "1";
  for (int i = 0; i < 20; ++i) deep = "{\"a\":" + deep + "}";
  const auto flags = read("{\"channels\":{\"x\":" + deep + "}}").capabilities.dangerous_flags;
  EXPECT_FALSE(flags[6].on.known);
  EXPECT_FALSE(flags[6].on.value);
  EXPECT_TRUE(flags[7].on.known);
}

TEST(OpenClawPlugins, PinnedIsAnExactVersion) {
  for (const char* const spec : {"memory@1.2.3", "@x/memory@1.2.3", "m@v1.2.3", "m@1.2.3-beta.1",
                                 "m@1.2.3+build", "m@1.2.3-rc.1+x", " m@1.2.3 "}) {
    EXPECT_TRUE(is_pinned_spec(spec)) << spec;
  }
  for (const char* const spec : {"", "memory", "@x/memory", "m@", "m@latest", "m@^1.2.3", "m@1.2",
                                 "@1.2.3", "m@1.2.3-", "m@1.2.3 || 2", "m@x1.2.3", "m@1..3"}) {
    EXPECT_FALSE(is_pinned_spec(spec)) << spec;
  }
}

TEST(OpenClawPlugins, InstallRecordsOfEveryPlace) {
  const char* const record =
      R"({"Mem":{"source":"npm","spec":"mem"},"g":{"source":"git"},"z":{"source":"new"}})";
  for (const std::string& text : {std::string(R"({"installRecords":)") + record + "}",
                                  std::string(R"({"index":{"installRecords":)") + record + "}}"}) {
    const auto installs = parse_install_records(text);
    ASSERT_TRUE(installs);
    EXPECT_TRUE(installs->at("mem").unpinned);
    EXPECT_EQ(installs->at("g").source, "git");
    EXPECT_FALSE(installs->at("g").unpinned);
    EXPECT_EQ(installs->at("z").source, "other");
  }
  EXPECT_TRUE(parse_install_records("{}")->empty());
  EXPECT_EQ(parse_install_records("null").error().code, Errc::parse);
  EXPECT_EQ(parse_install_records(R"({"installRecords":[]})").error().code, Errc::parse);
}

TEST(OpenClawPlugins, DenyBeforeAllowBeforeTheSwitch) {
  const auto plugins = [](const char* text) {
    return read(std::string(R"({"plugins":)") + text + "}").capabilities.plugins;
  };
  EXPECT_TRUE(is_plugin_enabled(plugins("{}"), "a"));
  EXPECT_FALSE(is_plugin_enabled(plugins(R"({"enabled":false})"), "a"));
  EXPECT_FALSE(is_plugin_enabled(plugins(R"({"allow":["b"]})"), "a"));
  EXPECT_FALSE(is_plugin_enabled(plugins(R"({"allow":["A"],"deny":[" a "]})"), "a"));
  EXPECT_FALSE(is_plugin_enabled(plugins(R"({"entries":{"A":{"enabled":false}}})"), "a"));
  EXPECT_EQ(plugins(R"({"load":{"paths":["~/x","/y"]}})").load_paths, 2U);
  EXPECT_FALSE(plugins(R"({"deny":["${X}"]})").known);
}

}  // namespace
}  // namespace clawvigil
