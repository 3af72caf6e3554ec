#include "collectors/parse/session_key.h"

#include <gtest/gtest.h>

namespace clawvigil::parse {
namespace {

struct Case {
  std::string_view key;
  std::string_view agent;
  Trigger trigger;
  std::string_view channel;
};

TEST(SessionKey, OfEveryFamily) {
  // Keys of 2026.3.13 and 2026.9.6, and those their documents name.
  constexpr Case kCases[] = {
      {"agent:main:main", "main", Trigger::unknown, "webchat"},
      {"agent:main:explicit:11111111-2222", "main", Trigger::unknown, "webchat"},
      {"agent:main:lab", "main", Trigger::unknown, ""},
      {"agent:main:telegram:group:-1001", "main", Trigger::unknown, "telegram"},
      {"agent:main:telegram:direct:777:thread:4", "main", Trigger::unknown, "telegram"},
      {"agent:work:discord:channel:123456", "work", Trigger::unknown, "discord"},
      {"agent:main:wecom:direct:u1", "main", Trigger::unknown, "wecom"},
      {"agent:main:carrier-pigeon:direct:u1", "main", Trigger::unknown, ""},
      {"agent:main:direct:777", "main", Trigger::unknown, ""},
      {"agent:main:cron:32cf0c54:run:5e1b454f", "main", Trigger::cron, "none"},
      {"agent:main:cron:32cf0c54", "main", Trigger::cron, "none"},
      {"agent:main:hook:ingress", "main", Trigger::hook, "none"},
      {"agent:main:boot:1", "main", Trigger::hook, "none"},
      {"agent:main:subagent:92276926:subagent:1", "main", Trigger::subagent, "none"},
      {"agent:main:main:heartbeat", "main", Trigger::heartbeat, "webchat"},
      {"agent:main:telegram:group:-1:heartbeat", "main", Trigger::heartbeat, "telegram"},
      {"agent:main:heartbeat", "main", Trigger::unknown, "none"},
      {"agent:main:acp:binding:discord:default:0f", "main", Trigger::unknown, "discord"},
      {"agent:main:acp:6d1f", "main", Trigger::unknown, "webchat"},
      {"agent:main:", "", Trigger::unknown, ""},
      {"agent::main", "", Trigger::unknown, ""},
      {"main", "", Trigger::unknown, ""},
      {"", "", Trigger::unknown, ""}};
  for (const Case& expected : kCases) {
    SCOPED_TRACE(expected.key);
    const SessionKey key = parse_session_key(expected.key);
    EXPECT_EQ(key.agent, expected.agent);
    EXPECT_EQ(key.trigger, expected.trigger);
    EXPECT_EQ(key.channel, expected.channel);
  }
}

TEST(SessionKey, OfImportedFiles) {
  const auto parse = [](std::string_view name) { return parse_imported_name(name, "my.bot"); };
  EXPECT_EQ(parse("agent_my_bot_cron_8f_run_1.3a.jsonl.imported-1").trigger, Trigger::cron);
  EXPECT_EQ(parse("agent_my.bot_subagent_8f.3a.jsonl.imported-1").trigger, Trigger::subagent);
  EXPECT_EQ(parse("agent_my_bot_telegram_group_-1001.3a.jsonl.imported-1").channel, "telegram");
  EXPECT_EQ(parse("agent_my_bot_main.3a.jsonl.imported-1").agent, "my.bot");
  EXPECT_TRUE(parse("agent_other_cron_8f.3a.jsonl.imported-1").agent.empty());
  EXPECT_TRUE(parse("3a.jsonl").agent.empty());
  EXPECT_TRUE(parse("agent_my_bot_").agent.empty());
}

TEST(SessionKey, ChannelsAreAClosedList) {
  EXPECT_EQ(channel_label("telegram"), "telegram");
  EXPECT_EQ(channel_label("webchat"), "webchat");
  EXPECT_EQ(channel_label("+4912345"), "other");
  EXPECT_EQ(channel_label("other"), "other");
  EXPECT_EQ(channel_label("none"), "none");
  EXPECT_EQ(channel_label(""), "");
}

}  // namespace
}  // namespace clawvigil::parse
