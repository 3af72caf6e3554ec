#include "collectors/parse/openclaw_channels.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "collectors/parse/openclaw_document.h"
#include "exporter/base/json5.h"

namespace clawvigil {
namespace {

constexpr OpenClawVersion kOld{2026, 3, 13};
constexpr OpenClawVersion kNew{2026, 9, 6};

std::vector<ChannelAccount> channels_of(std::string_view text,
                                        std::optional<OpenClawVersion> version,
                                        std::vector<Error>* issues = nullptr) {
  const auto value = parse_json5(text);
  std::vector<Error> local;
  return read_channels(Node(&*value, "channels", issues == nullptr ? local : *issues), version);
}

ChannelAccount one(std::string_view text, std::optional<OpenClawVersion> version = kNew) {
  const auto accounts = channels_of(text, version);
  EXPECT_EQ(accounts.size(), 1U) << text;
  return accounts.empty() ? ChannelAccount{} : accounts.front();
}

TEST(OpenClawChannels, DirectMessagesAreOpenByTheWildcardUnderAnyPolicyButDisabled) {
  for (const char* policy : {"pairing", "allowlist", "open"}) {
    const std::string text =
        "{telegram: {dmPolicy: '" + std::string(policy) + "', allowFrom: ['1', ' * ']}}";
    EXPECT_EQ(one(text, kNew).dm_open, true) << policy;
    EXPECT_EQ(one(text, kOld).dm_open, true) << policy;
  }
  EXPECT_EQ(one("{telegram: {dmPolicy: 'disabled', allowFrom: ['*']}}").dm_open, false);
  EXPECT_EQ(one("{telegram: {enabled: false, dmPolicy: 'open', allowFrom: ['*']}}").dm_open, false);
  EXPECT_EQ(one("{telegram: {dm: {enabled: false}, allowFrom: ['*']}}").dm_open, false);
}

TEST(OpenClawChannels, OpenWithoutWildcardDependsOnTheVersion) {
  constexpr std::string_view kText = "{discord: {dmPolicy: 'open', allowFrom: ['1']}}";
  EXPECT_EQ(one(kText, kOld).dm_open, true);
  EXPECT_EQ(one(kText, OpenClawVersion{2026, 5, 27}).dm_open, true);
  EXPECT_EQ(one(kText, OpenClawVersion{2026, 5, 28}).dm_open, false);
  EXPECT_EQ(one(kText, std::nullopt).dm_open, true);
}

TEST(OpenClawChannels, NestedKeysOfOlderFiles) {
  const auto account = one("{discord: {dm: {policy: 'allowlist', allowFrom: ['*']}}}", kOld);
  EXPECT_EQ(account.dm_policy.value, "allowlist");
  EXPECT_EQ(account.dm_open, true);
}

TEST(OpenClawChannels, AccountsInheritUnlessTheirSchemaHasADefault) {
  constexpr std::string_view kText =
      "{telegram: {dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'open', accounts: {a: {}}}}";
  const auto inherited = one(kText, kNew);
  EXPECT_EQ(inherited.dm_policy.value, "open");
  EXPECT_EQ(inherited.group_policy.value, "open");
  const auto hidden = one(kText, kOld);
  EXPECT_EQ(hidden.dm_policy.value, "pairing");
  EXPECT_EQ(hidden.group_policy.value, "allowlist");
  EXPECT_EQ(one("{slack: {dmPolicy: 'open', accounts: {a: {}}}}", kOld).dm_policy.value, "open");
  EXPECT_EQ(one("{irc: {dmPolicy: 'open', accounts: {a: {}}}}", kNew).dm_policy.value, "pairing");
}

TEST(OpenClawChannels, GroupsAreOpenByPolicySendersOrAnEntry) {
  EXPECT_EQ(one("{telegram: {}}").group_open, false);
  EXPECT_EQ(one("{telegram: {groupPolicy: 'open'}}").group_open, true);
  EXPECT_EQ(one("{telegram: {groupPolicy: 'disabled', groupAllowFrom: ['*']}}").group_open, false);
  EXPECT_EQ(one("{telegram: {groupAllowFrom: ['*']}}").group_open, true);
  EXPECT_EQ(one("{telegram: {allowFrom: ['*']}}").group_open,
            false);  // Telegram does not fall back
  EXPECT_EQ(one("{whatsapp: {allowFrom: ['*']}}").group_open, true);
  EXPECT_EQ(one("{telegram: {groups: {'-1': {groupPolicy: 'open'}}}}").group_open, true);
  EXPECT_EQ(one("{telegram: {groups: {'-1': {allowFrom: ['*']}}}}").group_open, true);
  EXPECT_EQ(one("{telegram: {groups: {'*': {}}}}").group_open, false);
  EXPECT_EQ(one("{discord: {guilds: {'*': {}}}}").group_open, true);
  EXPECT_EQ(one("{discord: {guilds: {'*': {users: ['1']}}}}").group_open, false);
  EXPECT_EQ(one("{slack: {channels: {'*': {enabled: false}}}}").group_open, false);
}

TEST(OpenClawChannels, GroupPolicyDefaults) {
  constexpr std::string_view kDefaults = "defaults: {groupPolicy: 'open'}";
  EXPECT_EQ(one("{matrix: {}, " + std::string(kDefaults) + "}").group_policy.value, "open");
  EXPECT_EQ(one("{telegram: {}, " + std::string(kDefaults) + "}").group_policy.value, "allowlist");
  EXPECT_EQ(one("{feishu: {}}").group_policy.value, "open");
  EXPECT_EQ(one("{matrix: {}}").group_policy.value, "allowlist");
}

TEST(OpenClawChannels, WhatCannotBeReadIsNotDecided) {
  std::vector<Error> issues;
  const auto accounts = channels_of(
      "{telegram: {dmPolicy: 'everyone', groupPolicy: 5}, slack: [], 'a b': {}}", kNew, &issues);
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].dm_open, std::nullopt);
  EXPECT_EQ(accounts[0].group_open, std::nullopt);
  EXPECT_EQ(issues.size(), 4U);
}

TEST(OpenClawChannels, IssuesNameTheLabelNotTheAccount) {
  std::vector<Error> issues;
  channels_of("{whatsapp: {accounts: {'+15551234567': {dmPolicy: 5}}}}", kNew, &issues);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].message.find("5551234"), std::string::npos) << issues[0].message;
  EXPECT_NE(issues[0].message.find("channels.whatsapp.accounts.0.dmPolicy"), std::string::npos);
}

TEST(OpenClawChannels, SeveralSenders) {
  const auto several = [](std::string_view text, std::map<std::string, std::size_t> approved = {}) {
    return several_may_write(channels_of(text, kNew), approved);
  };
  EXPECT_FALSE(several("{}"));
  EXPECT_FALSE(several("{telegram: {allowFrom: ['1']}}"));
  EXPECT_TRUE(several("{telegram: {allowFrom: ['1', '2']}}"));
  EXPECT_TRUE(several("{telegram: {allowFrom: ['1']}, slack: {allowFrom: ['1']}}"));
  EXPECT_TRUE(several("{telegram: {allowFrom: ['*']}}"));
  EXPECT_TRUE(several("{telegram: {allowFrom: ['1']}}", {{"telegram", 1}}));
  EXPECT_FALSE(several("{telegram: {dmPolicy: 'allowlist', allowFrom: ['1']}}", {{"telegram", 5}}));
  EXPECT_FALSE(several("{telegram: {accounts: {a: {}, b: {}}}}", {{"telegram", 1}}));
  EXPECT_FALSE(several("{telegram: {enabled: false, allowFrom: ['1', '2']}}"));
}

TEST(OpenClawChannels, AccountLabels) {
  EXPECT_EQ(account_label("default", 3), "default");
  EXPECT_EQ(account_label("bot-2_b.c", 3), "bot-2_b.c");
  EXPECT_EQ(account_label("bot12345", 3), "bot12345");
  for (const char* id : {"", "+15551234567", "15551234567", "555-123-4567", "a_55.51.23x", "Jo Doe",
                         "jo@example.org", "ünïcode"}) {
    EXPECT_EQ(account_label(id, 3), "3") << id;
  }
  EXPECT_EQ(account_label(std::string(33, 'a'), 7), "7");
}

}  // namespace
}  // namespace clawvigil
