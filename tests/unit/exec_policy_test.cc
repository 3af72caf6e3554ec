#include "collectors/parse/exec_policy.h"

#include <gtest/gtest.h>

#include <string>

#include "collectors/parse/exec_tool_policy.h"

namespace clawvigil {
namespace {

constexpr OpenClawVersion kOld{2026, 3, 13};
constexpr OpenClawVersion kNew{2026, 9, 6};

std::string effective(const ExecRequest& global, const ExecRequest& agent,
                      const ExecApprovals& approvals, bool sandboxed,
                      const std::optional<OpenClawVersion>& version) {
  const ExecPolicy policy =
      effective_exec_policy(global, agent, approvals, "main", sandboxed, version);
  return policy.host + " " + policy.security + " " + policy.ask;
}

TEST(ExecPolicy, RunsEverythingUnaskedByDefaultInEveryVersion) {
  EXPECT_EQ(effective({}, {}, {}, false, kNew), "gateway full off");
  EXPECT_EQ(effective({}, {}, {}, false, std::nullopt), "gateway full off");
  EXPECT_EQ(effective({}, {}, {}, false, kOld), "gateway full off");
  EXPECT_EQ(effective({}, {}, {}, true, kNew), "sandbox full off");
}

TEST(ExecPolicy, ModesAreNamesForASecurityAndAnAsk) {
  EXPECT_EQ(effective({.mode = "deny"}, {}, {}, false, kNew), "gateway deny off");
  EXPECT_EQ(effective({.mode = "allowlist"}, {}, {}, false, kNew), "gateway allowlist off");
  EXPECT_EQ(effective({.mode = "ask"}, {}, {}, false, kNew), "gateway allowlist on-miss");
  EXPECT_EQ(effective({.mode = "auto"}, {}, {}, false, kNew), "gateway allowlist on-miss");
  EXPECT_EQ(effective({.mode = "ask"}, {.mode = "full"}, {}, false, kNew), "gateway full off");
  EXPECT_EQ(effective({.mode = "ask"}, {.security = "full"}, {}, false, kNew),
            "gateway full on-miss");
}

TEST(ExecPolicy, ApprovalsOnlyEverTighten) {
  const ExecApprovals strict{{"allowlist", "always"}, {}};
  const ExecApprovals free{{"full", "off"}, {}};
  EXPECT_EQ(effective({}, {}, strict, false, kNew), "gateway allowlist always");
  EXPECT_EQ(effective({.security = "deny"}, {}, free, false, kNew), "gateway deny off");
  EXPECT_EQ(effective({.security = "allowlist", .ask = "on-miss"}, {}, free, false, kNew),
            "gateway allowlist on-miss");
}

TEST(ExecPolicy, ApprovalsOfTheAgentComeBeforeThoseOfAllAndTheDefaults) {
  ExecApprovals approvals{{"deny", "always"}, {{"*", {"allowlist", ""}}}};
  EXPECT_EQ(effective({}, {}, approvals, false, kNew), "gateway allowlist always");
  approvals.agents["main"] = {"full", "off"};
  EXPECT_EQ(effective({}, {}, approvals, false, kNew), "gateway full off");
}

// resolveExecHostApprovalContext() of 2026.3.13.
TEST(ExecPolicy, BeforeAprilOnlyAHostChosenByNameWasGuarded) {
  const ExecApprovals strict{{"deny", ""}, {}};
  EXPECT_EQ(effective({}, {}, strict, false, kOld), "gateway full off");
  EXPECT_EQ(effective({.security = "deny"}, {}, {}, false, kOld), "gateway full off");
  EXPECT_EQ(effective({.host = "gateway"}, {}, {}, false, kOld), "gateway allowlist on-miss");
  EXPECT_EQ(effective({.host = "gateway"}, {}, strict, false, kOld), "gateway deny on-miss");
  EXPECT_EQ(effective({.security = "full", .host = "node"}, {}, {}, false, kOld),
            "node full on-miss");
}

TEST(ExecPolicy, BeforeAprilApprovalsCouldSwitchAskingOff) {
  const ExecApprovals silent{{}, {{"main", {"", "off"}}}};
  EXPECT_EQ(effective({.ask = "always", .host = "gateway"}, {}, silent, false, kOld),
            "gateway allowlist off");
  EXPECT_EQ(effective({.ask = "always", .host = "gateway"}, {}, silent, false, kNew),
            "gateway full always");
}

TEST(ExecPolicy, AHostThatIsNotThereRefusesEveryCommand) {
  EXPECT_EQ(effective({.host = "sandbox"}, {}, {}, false, kNew), "sandbox full off");
  EXPECT_EQ(effective({.host = "sandbox"}, {.host = "gateway"}, {}, true, kNew),
            "gateway full off");
}

TEST(ExecApprovalsDocument, IsReadAsOpenClawWritesIt) {
  const auto approvals = parse_exec_approvals(
      R"({"version":1,"socket":{"path":"/x","token":"secret"},
          "defaults":{"security":"allowlist","ask":"on-miss","askFallback":"deny"},
          "agents":{"default":{"security":"full"},"main":{"ask":"always"},
                    "ops":{"allowlist":[{"pattern":"/usr/bin/ls"}]}}})");
  ASSERT_TRUE(approvals);
  EXPECT_EQ(approvals->defaults.security, "allowlist");
  EXPECT_EQ(approvals->defaults.ask, "on-miss");
  EXPECT_EQ(approvals->agents.size(), 2U);
  EXPECT_EQ(approvals->agents.at("main").security, "full");
  EXPECT_EQ(approvals->agents.at("main").ask, "always");
  EXPECT_EQ(approvals->agents.at("ops").security, "");
}

TEST(ExecApprovalsDocument, WhatOpenClawWouldRefuseIsAnError) {
  for (const char* const text :
       {"", "[]", "{", R"({"defaults":[]})", R"({"defaults":{"security":"none"}})",
        R"({"agents":{"main":"full"}})", R"({"agents":[]})", R"({"defaults":{"ask":7}})"}) {
    const auto approvals = parse_exec_approvals(text);
    ASSERT_FALSE(approvals) << text;
    EXPECT_EQ(approvals.error().code, Errc::parse) << text;
  }
  std::string many = R"({"agents":{"a":{})";
  for (int i = 0; i < 4096; ++i) many += ",\"" + std::to_string(i) + "\":{}";
  EXPECT_EQ(parse_exec_approvals(many + "}}").error().code, Errc::too_large);
}

TEST(ExecToolPolicy, NamesExecByItselfItsAliasItsGroupAndPatterns) {
  for (const char* const entry :
       {"exec", " EXEC ", "Bash", "group:runtime", "*", "e*", "*c", "ex*ec", "e*x*c", "**exec**"}) {
    EXPECT_TRUE(names_exec({entry})) << entry;
  }
  for (const char* const entry : {"", "exe", "execs", "group:fs", "group:*", "e*d", "process", "x*",
                                  "e.ec", "*d*", "group:openclaw"}) {
    EXPECT_FALSE(names_exec({entry})) << entry;
  }
}

TEST(ExecToolPolicy, DenyWinsAndAnEmptyAllowListAllows) {
  EXPECT_TRUE(permits_exec({}));
  EXPECT_TRUE(permits_exec({.allow = ToolList{}}));
  EXPECT_FALSE(permits_exec({.allow = ToolList{"read"}}));
  EXPECT_TRUE(permits_exec({.allow = ToolList{"read"}, .also_allow = ToolList{"exec"}}));
  EXPECT_TRUE(permits_exec({.also_allow = ToolList{"read"}}));
  EXPECT_FALSE(permits_exec({.allow = ToolList{"*"}, .deny = ToolList{"group:runtime"}}));
}

TEST(ExecToolPolicy, ProfilesThatHoldExec) {
  EXPECT_TRUE(profile_permits_exec("", std::nullopt));
  EXPECT_TRUE(profile_permits_exec("full", std::nullopt));
  EXPECT_TRUE(profile_permits_exec("coding", std::nullopt));
  EXPECT_FALSE(profile_permits_exec("messaging", std::nullopt));
  EXPECT_FALSE(profile_permits_exec("minimal", ToolList{"read"}));
  EXPECT_TRUE(profile_permits_exec("minimal", ToolList{"bash"}));
}

TEST(ExecToolPolicy, PatternsMadeToHurtAreCheap) {
  std::string pattern;
  for (int i = 0; i < 100'000; ++i) pattern += "*e";
  EXPECT_FALSE(names_exec({pattern}));
}

}  // namespace
}  // namespace clawvigil
