#include "collectors/parse/openclaw_rejections.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace clawvigil::parse {

namespace {

constexpr std::array<std::string_view, 26> kChannels = {
    "telegram",   "discord",  "slack",      "whatsapp",       "signal",     "imessage",
    "line",       "matrix",   "mattermost", "msteams",        "googlechat", "bluebubbles",
    "zalo",       "zalouser", "feishu",     "nextcloud-talk", "tlon",       "synology-chat",
    "voice-call", "irc",      "nostr",      "twitch",         "sms",        "buzz",
    "qa-channel", "webchat"};
constexpr std::string_view kUnknownChannel = "unknown";

// In `text` '*' stands for anything and '%' for the sender, both up to the next literal; anything
// may follow. With `needs_logger` the text is too common to be told without its logger.
struct Pattern {
  std::string_view channel;
  std::string_view reason;
  std::string_view text;
  bool needs_logger = false;
};

// The first that fits counts: a more special text stands before a more general one.
constexpr Pattern kPatterns[] = {
    {"telegram", "not_allowed", "Blocked unauthorized telegram sender % (dmPolicy="},
    {"telegram", "not_allowed", "Blocked telegram direct event from % ("},
    {"telegram", "not_allowed", "Blocked telegram direct sender % ("},
    {"telegram", "not_allowed", "Blocked telegram DM sender % ("},
    {"telegram", "not_allowed", "Blocked forwarded telegram poll_answer for DM * from %"},
    {"telegram", "group_sender", "Blocked forwarded telegram poll_answer for group * non-member %"},
    {"telegram", "group_sender", "Blocked telegram group sender % ("},
    {"telegram", "group_sender", "Blocked telegram group message from % ("},
    {"telegram", "group_sender", "Blocked telegram group message (no sender ID"},
    {"telegram", "group", "Blocked telegram group message (groupPolicy: "},
    {"telegram", "group", "Blocked telegram group * (group disabled)"},
    {"telegram", "group", "Blocked telegram topic * (topic disabled)"},
    {"telegram", "group", "Blocked telegram channel * (channel disabled)"},
    {"telegram", "group", "Blocked telegram command (groupPolicy: disabled)"},
    {"telegram", "group", "Blocked telegram command in group "},
    {"telegram", "group", "Blocked telegram command in topic "},
    {"telegram", "command", "Blocked telegram approval callback from % ("},
    {"telegram", "command", "Blocked telegram exec approval callback from % ("},
    {"telegram", "command", "Blocked malformed telegram approval callback from % ("},
    {"telegram", "command", "Blocked telegram model callback from % ("},

    {"discord", "not_allowed", "Blocked unauthorized discord sender % (dmPolicy="},
    {"discord", "group_sender", "Blocked discord guild sender (not in users/roles allowlist)"},
    {"discord", "group_sender", "Blocked discord guild sender % (not in users/roles allowlist)"},
    {"discord", "group", "Blocked discord guild * (not in discord.guilds)"},
    {"discord", "group", "Blocked discord channel "},
    {"discord", "group", "discord: drop guild message (groupPolicy: "},
    {"discord", "group", "discord: drop group dm ("},
    {"discord", "dm_disabled", "discord: drop dm ("},
    {"discord", "dm_disabled", "agent *: blocked (DM policy disabled)"},
    {"discord", "not_allowed", "agent *: blocked DM user % ("},
    {"discord", "group", "agent *: blocked group dm "},
    {"discord", "group_sender", "agent *: blocked user % (not in users/roles allowlist)"},
    {"discord", "group_sender", "discord component *: blocked user % ("},
    {"discord", "other", "discord reaction blocked sender=% ("},

    {"slack", "group_sender", "Blocked unauthorized slack sender % (not in channel users)"},
    {"slack", "not_allowed", "Blocked unauthorized slack sender % ("},
    {"slack", "not_allowed", "slack: blocked slash sender % ("},
    {"slack", "dm_disabled", "slack: drop dm (dms disabled)"},
    {"slack", "group", "slack: drop channel * ("},
    {"slack", "group", "slack: drop message (channel not allowed)"},
    {"slack", "group_sender", "slack: drop * sender % channel="},
    {"slack", "command", "slack:interaction drop * user=% "},

    {"whatsapp", "not_allowed", "Blocked unauthorized sender % (dmPolicy="},
    {"whatsapp", "dm_disabled", "Blocked dm (dmPolicy: disabled)"},
    {"whatsapp", "group", "Blocked group message (groupPolicy: "},
    {"whatsapp", "group_sender", "Blocked group message from % (groupPolicy: "},
    {"whatsapp", "group", "Dropping message from unregistered WhatsApp group "},
    {"whatsapp", "group", "Skipping group message * (not in allowlist)"},

    {"signal", "not_allowed", "Blocked signal sender % (dmPolicy="},
    {"signal", "group_sender", "Blocked signal group sender % ("},
    {"signal", "group", "Blocked signal group message ("},
    {"signal", "other", "Blocked signal reaction sender % ("},

    {"imessage", "not_allowed", "Blocked iMessage sender % (dmPolicy="},
    {"imessage", "group_sender", "Blocked iMessage sender % (not in groupAllowFrom)"},
    {"imessage", "group", "Blocked iMessage group message ("},
    {"imessage", "group", "imessage: skipping group message (*) not in allowlist"},

    {"line", "dm_disabled", "Blocked line sender (dmPolicy: disabled)"},
    {"line", "not_allowed", "Blocked line sender % (dmPolicy: "},
    {"line", "group_sender", "Blocked line group message from % ("},
    {"line", "group_sender", "Blocked line group sender % ("},
    {"line", "group_sender", "Blocked line group message (no sender ID"},
    {"line", "group_sender", "Blocked line group message (group allowFrom override"},
    {"line", "group", "Blocked line group message (groupPolicy: "},
    {"line", "group", "Blocked line group * (group disabled)"},

    {"matrix", "not_allowed", "matrix: blocked dm sender % ("},
    {"matrix", "not_allowed", "matrix: blocked verification sender % ("},
    {"matrix", "group_sender", "matrix: blocked sender % ("},
    {"matrix", "not_allowed", "matrix: blocked * sender % (dmPolicy="},
    {"matrix", "group", "matrix: drop room message (n"},
    {"matrix", "group", "matrix: invite ignored (not in allowlist)"},

    {"mattermost", "dm_disabled", "mattermost: drop dm (dmPolicy=disabled"},
    {"mattermost", "not_allowed", "mattermost: drop dm sender=% ("},
    {"mattermost", "group_sender", "mattermost: drop group sender=% ("},
    {"mattermost", "group", "mattermost: drop group message (groupPolicy="},
    {"mattermost", "group", "mattermost: drop group message (no group allowlist)"},
    {"mattermost", "other", "mattermost: drop reaction (*Policy=* sender=% "},

    {"msteams", "dm_disabled", "dropping dm (dms disabled)", true},
    {"msteams", "not_allowed", "dropping dm (not allowlisted)", true},
    {"msteams", "group_sender", "dropping group message (not in groupAllowFrom)", true},
    {"msteams", "group", "dropping group message (groupPolicy: ", true},
    {"msteams", "group", "dropping group message (not in team/channel allowlist)", true},

    {"googlechat", "not_allowed", "Blocked unauthorized Google Chat sender % ("},
    {"googlechat", "dm_disabled", "Blocked Google Chat DM from % ("},
    {"googlechat", "command", "googlechat: drop control command from %"},
    {"googlechat", "group_sender", "drop group message (sender not allowed"},
    {"googlechat", "group_sender", "drop group message (sender policy blocked"},
    {"googlechat", "group", "drop group message (groupPolicy="},
    {"googlechat", "group", "drop group message (not allowlisted"},
    {"googlechat", "group", "drop group message (space disabled"},

    {"bluebubbles", "dm_disabled", "Blocked BlueBubbles DM from %"},
    {"bluebubbles", "not_allowed", "Blocked unauthorized BlueBubbles sender % ("},
    {"bluebubbles", "group_sender", "Blocked BlueBubbles sender % ("},
    {"bluebubbles", "group", "Blocked BlueBubbles group message ("},

    {"zalo", "not_allowed", "Blocked unauthorized zalo sender % ("},
    {"zalo", "dm_disabled", "Blocked zalo DM from % ("},
    {"zalo", "command", "zalo: drop control command from unauthorized sender %"},
    {"zalo", "group_sender", "zalo: drop group sender % ("},
    {"zalo", "group", "zalo: drop group "},
    {"zalouser", "not_allowed", "Blocked unauthorized zalouser sender % ("},
    {"zalouser", "dm_disabled", "Blocked zalouser DM from % ("},
    {"zalouser", "command", "zalouser: drop control command from unauthorized sender %"},
    {"zalouser", "group_sender", "Blocked zalouser sender % ("},
    {"zalouser", "group", "Blocked zalouser group message ("},
    {"zalouser", "group", "zalouser: drop group "},

    {"feishu", "not_allowed", "feishu[*]: blocked unauthorized sender % ("},
    {"feishu", "group", "feishu[*]: group * not in groupAllowFrom ("},
    {"feishu", "group_sender", "feishu: sender % not in group "},

    {"irc", "dm_disabled", "irc: drop DM sender=% ("},
    {"irc", "not_allowed", "irc: drop DM sender % ("},
    {"irc", "group_sender", "irc: drop group sender % ("},
    {"irc", "group", "irc: drop channel "},

    {"nextcloud-talk", "not_allowed", "nextcloud-talk: drop DM sender % ("},
    {"nextcloud-talk", "group_sender", "nextcloud-talk: drop group sender % ("},
    {"nextcloud-talk", "group", "nextcloud-talk: drop room * (disabled)"},
    {"nextcloud-talk", "group", "nextcloud-talk: drop room * (not allowlisted)"},

    {"tlon", "not_allowed", "[tlon] Blocked DM from %: not in allowlist"},
    {"tlon", "not_allowed", "[tlon] Ignoring request from blocked ship %"},
    {"tlon", "group_sender", "[tlon] Access denied: % in "},
    {"tlon", "command", "[tlon] Command attempt denied: % is not owner"},
    {"tlon", "group", "[tlon] Rejected group invite from % ("},

    {"synology-chat", "not_allowed", "Unauthorized user: %", true},
    {"voice-call", "dm_disabled", "[voice-call] Inbound call rejected: policy is disabled"},

    {kUnknownChannel, "command", "Ignoring * from unauthorized sender: %"},
    {kUnknownChannel, "command", "Ignoring * from non-owner sender: %"},
    {kUnknownChannel, "command", "Plugin command /* blocked: unauthorized sender %"},
};

constexpr std::string_view kWildcards = "*%";
constexpr std::size_t kLongestBeginning = 48;

// What `text` begins with whatever its wildcards stand for.
constexpr std::string_view literal_beginning(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(kWildcards), kLongestBeginning));
}

// Matches the whole pattern against the beginning of `message`.
bool matches(std::string_view text, std::string_view message, std::string_view& sender) {
  std::string_view found;
  char wildcard = 0;
  while (true) {
    const std::size_t end = std::min(text.find_first_of(kWildcards), text.size());
    const std::string_view literal = text.substr(0, end);
    const std::size_t at = literal.empty() ? message.size() : message.find(literal);
    if (at == std::string_view::npos || (wildcard == 0 && at != 0)) return false;
    if (wildcard == '%') found = message.substr(0, at);
    message.remove_prefix(std::min(at + literal.size(), message.size()));
    if (end == text.size()) break;
    wildcard = text[end];
    text.remove_prefix(end + 1);
  }
  sender = found;
  return true;
}

// "telegram: drop control command (unauthorized) target=111", in all channels alike.
std::optional<Rejection> match_control_command(std::string_view message) {
  constexpr std::string_view kDropped = ": drop control command (unauthorized)";
  constexpr std::string_view kTarget = " target=";
  const std::size_t colon = message.find(':');
  if (colon == std::string_view::npos || !message.substr(colon).starts_with(kDropped)) {
    return std::nullopt;
  }
  const std::string_view channel = known_channel(message.substr(0, colon));
  if (channel.empty()) return std::nullopt;
  std::string_view target = message.substr(colon + kDropped.size());
  if (!target.starts_with(kTarget)) return Rejection{channel, "command", ""};
  target.remove_prefix(kTarget.size());
  return Rejection{channel, "command", target.substr(0, target.find(". "))};
}

}  // namespace

std::string_view known_channel(std::string_view name) {
  const auto* const found = std::ranges::find(kChannels, name);
  return found == kChannels.end() ? std::string_view() : *found;
}

std::string_view channel_of_logger(std::string_view name) {
  for (const std::string_view prefix : {"gateway/channels/", "channels/"}) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  name = name.substr(0, name.find('/'));
  if (const std::string_view channel = known_channel(name); !channel.empty()) return channel;
  constexpr std::string_view kModule = "-auto-reply";
  if (!name.ends_with(kModule)) return {};
  name.remove_suffix(kModule.size());
  return name == "web" ? known_channel("whatsapp") : known_channel(name);
}

std::optional<Rejection> match_rejection(std::string_view message,
                                         std::string_view logger_channel) {
  for (const Pattern& pattern : kPatterns) {
    if (pattern.needs_logger && pattern.channel != logger_channel) continue;
    std::string_view sender;
    if (!matches(pattern.text, message, sender)) continue;
    const bool told = pattern.channel == kUnknownChannel && !logger_channel.empty();
    return Rejection{told ? logger_channel : pattern.channel, pattern.reason, sender};
  }
  return match_control_command(message);
}

bool may_be_rejection(std::string_view beginning) {
  const auto begins_alike = [&](const Pattern& pattern) {
    if (beginning.empty() || pattern.text.front() != beginning.front()) return false;
    const std::string_view literal = literal_beginning(pattern.text);
    const std::size_t size = std::min(literal.size(), beginning.size());
    return literal.substr(0, size) == beginning.substr(0, size);
  };
  if (std::ranges::any_of(kPatterns, begins_alike)) return true;
  const std::size_t colon = beginning.find(':');
  if (colon == std::string_view::npos) return false;
  return beginning.substr(colon).starts_with(": drop control") &&
         !known_channel(beginning.substr(0, colon)).empty();
}

}  // namespace clawvigil::parse
