#include "collectors/parse/openclaw_rejections.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "collectors/access_families.h"

namespace clawvigil::parse {
namespace {

struct Case {
  std::string_view message;
  std::string_view expected;  // "channel reason sender"
  std::string_view logger = "";
};

std::string render(std::string_view message, std::string_view logger) {
  const auto found = match_rejection(message, channel_of_logger(logger));
  if (!found) return "";
  const auto& reasons = access_families::kRejectionReasons;
  EXPECT_NE(std::ranges::find(reasons, found->reason), reasons.end()) << found->reason;
  return std::string(found->channel) + " " + std::string(found->reason) + " " +
         std::string(found->sender);
}

TEST(OpenClawRejections, KnowsTheMessagesOfAllChannels) {
  const Case cases[] = {
      {"Blocked unauthorized telegram sender 111 (dmPolicy=allowlist)", "telegram not_allowed 111"},
      {"Blocked unauthorized telegram sender 111 (dmPolicy=allowlist, matchKey=none)",
       "telegram not_allowed 111"},
      {"Blocked telegram group message from 333 (groupPolicy: allowlist)",
       "telegram group_sender 333"},
      {"Blocked telegram group message (groupPolicy: disabled)", "telegram group "},
      {"Blocked telegram group -1002 (group disabled)", "telegram group "},
      {"Blocked telegram group sender 5 (group allowFrom override)", "telegram group_sender 5"},
      {"telegram: drop control command (unauthorized) target=111", "telegram command 111"},
      {"Blocked unauthorized discord sender 9 (dmPolicy=pairing, reason=x)",
       "discord not_allowed 9"},
      {"Blocked discord guild sender (not in users/roles allowlist)", "discord group_sender "},
      {"Blocked discord guild 7 (not in discord.guilds)", "discord group "},
      {"agent button: blocked DM user 9 (not in allowFrom)", "discord not_allowed 9"},
      {"discord: drop dm (dmPolicy: disabled)", "discord dm_disabled "},
      {"Blocked unauthorized slack sender U1 (not in channel users)", "slack group_sender U1"},
      {"Blocked unauthorized slack sender U1 (dmPolicy=allowlist, x)", "slack not_allowed U1"},
      {"slack: drop channel C1 (groupPolicy=allowlist, x)", "slack group "},
      {"slack:interaction drop action=a user=U2 channel=C reason=r", "slack command U2"},
      {"Blocked unauthorized sender +4912345 (dmPolicy=allowlist)",
       "whatsapp not_allowed +4912345"},
      {"Blocked group message from +49 (groupPolicy: allowlist)", "whatsapp group_sender +49"},
      {"Blocked signal sender +1 (dmPolicy=allowlist)", "signal not_allowed +1"},
      {"Blocked iMessage sender a@b (not in groupAllowFrom)", "imessage group_sender a@b"},
      {"Blocked line sender U (dmPolicy: allowlist)", "line not_allowed U"},
      {"matrix: blocked dm sender @a:b (dmPolicy=allowlist, x)", "matrix not_allowed @a:b"},
      {"matrix: drop room message (not in allowlist, x)", "matrix group "},
      {"mattermost: drop dm sender=abc (dmPolicy=allowlist)", "mattermost not_allowed abc"},
      {"dropping dm (not allowlisted)", "msteams not_allowed ", "msteams"},
      {"Blocked unauthorized Google Chat sender users/1 (dmPolicy=x)",
       "googlechat not_allowed users/1"},
      {"zalouser: drop group 12 (not allowlisted)", "zalouser group "},
      {"feishu[main]: blocked unauthorized sender ou_1 (dmPolicy=x)", "feishu not_allowed ou_1"},
      {"irc: drop DM sender nick!u@h (dmPolicy=allowlist)", "irc not_allowed nick!u@h"},
      {"nextcloud-talk: drop room abc (not allowlisted)", "nextcloud-talk group "},
      {"[tlon] Blocked DM from ~zod: not in allowlist", "tlon not_allowed ~zod"},
      {"Unauthorized user: 42", "synology-chat not_allowed 42", "gateway/channels/synology-chat"},
      {"Ignoring /status from unauthorized sender: 77", "unknown command 77"},
      {"Ignoring /config from non-owner sender: 77", "telegram command 77", "channels/telegram"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(render(c.message, c.logger), c.expected) << c.message;
    EXPECT_TRUE(may_be_rejection(c.message.substr(0, 64))) << c.message;
  }
}

TEST(OpenClawRejections, LeavesTheRestAlone) {
  for (const std::string_view message :
       {"telegram pairing request", "discord pairing request sender=1 tag=x",
        "discord: drop guild message (mention required, botId=1)", "discord: drop bot message",
        "nextcloud-talk: drop room abc (no mention)", "dropping dm (not allowlisted)",
        "Unauthorized user: 42", "mattermost: drop post (missing sender id)",
        "x Blocked unauthorized telegram sender 1 (dmPolicy=allowlist)", "",
        "evil: drop control command (unauthorized) target=1",
        "Blocked telegram DM 1: requireTopic=true but no topic present"}) {
    EXPECT_EQ(render(message, ""), "") << message;
  }
  EXPECT_FALSE(may_be_rejection("telegram update: {"));
  EXPECT_FALSE(may_be_rejection("Registered plugin command: /pair"));
}

TEST(OpenClawRejections, KnowsTheLoggersOfChannels) {
  EXPECT_EQ(channel_of_logger("gateway/channels/irc"), "irc");
  EXPECT_EQ(channel_of_logger("gateway/channels/telegram/raw-update"), "telegram");
  EXPECT_EQ(channel_of_logger("channels/telegram"), "telegram");
  EXPECT_EQ(channel_of_logger("telegram-auto-reply"), "telegram");
  EXPECT_EQ(channel_of_logger("web-auto-reply"), "whatsapp");
  EXPECT_EQ(channel_of_logger("msteams"), "msteams");
  for (const std::string_view other : {"gateway", "gateway/ws", "agent/embedded", "plugins", ""}) {
    EXPECT_EQ(channel_of_logger(other), "") << other;
  }
}

}  // namespace
}  // namespace clawvigil::parse
