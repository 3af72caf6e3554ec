#include "collectors/access/visibility.h"

#include <algorithm>
#include <array>

namespace clawvigil {

namespace {

// Channels that log their rejections at the level info.
constexpr std::array<std::string_view, 5> kTalkative = {"irc", "feishu", "nextcloud-talk", "tlon",
                                                        "synology-chat"};

enum class Level { none, warn, info, debug };

Level level_of(std::string_view name) {
  if (name == "debug" || name == "trace") return Level::debug;
  if (name == "silent" || name == "fatal" || name == "error") return Level::none;
  return name == "warn" ? Level::warn : Level::info;
}

bool is_talkative(const ChannelAccount& account, Level level) {
  return level >= Level::info && std::ranges::find(kTalkative, account.channel) != kTalkative.end();
}

bool direct_messages_visible(const ChannelAccount& account, Level level) {
  const std::string& policy = account.dm_policy.value;
  if (policy == "pairing" || policy == "disabled" || account.dm_open.value_or(false)) return true;
  return is_talkative(account, level);
}

bool group_messages_visible(const ChannelAccount& account, Level level) {
  if (account.group_policy.value != "allowlist" || account.group_open.value_or(false)) return true;
  // Telegram tells of groups it does not know, not of members of those it does.
  if (account.channel == "telegram" && !account.names_groups) return level >= Level::info;
  return is_talkative(account, level);
}

}  // namespace

std::map<std::string, bool> rejections_visible(std::span<const ChannelAccount> accounts,
                                               std::string_view log_level, bool log_read) {
  const Level level = log_read ? level_of(log_level) : Level::none;
  std::map<std::string, bool> visible;
  for (const ChannelAccount& account : accounts) {
    if (!account.enabled.value) continue;
    const bool all = level == Level::debug || (direct_messages_visible(account, level) &&
                                               group_messages_visible(account, level));
    const auto [entry, inserted] = visible.try_emplace(account.channel, all);
    if (!inserted) entry->second = entry->second && all;
  }
  return visible;
}

bool warnings_logged(std::string_view log_level) { return level_of(log_level) != Level::none; }

}  // namespace clawvigil
